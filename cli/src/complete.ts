import { words } from './catalog.ts'
import { clientOf, findAccess } from './connect.ts'
import { readContexts } from './contexts.ts'
import { kebab } from './derived/model.ts'
import { flagTable, verbTable } from './derived/tables.ts'

const serviceWords = new Set(['start', 'stop', 'restart', 'pause', 'resume', 'kill', 'logs', 'exec', 'rename'])
const nouns = ['services', 'targets', 'stacks', 'users', 'tokens', 'jobs', 'events', 'sessions']
const serverNames: Record<string, (client: ReturnType<typeof clientOf>) => Promise<string[]>> = {
  service: async (client) => (await client.services.list({ fields: 'name', limit: 1000 })).items.map((one) => one.name),
  stack: async (client) => (await client.stacks.list({ fields: 'name', limit: 1000 })).items.map((one) => one.name),
  target: async (client) => (await client.targets.list({ fields: 'name', limit: 1000 })).items.map((one) => one.name),
  user: async (client) =>
    (await client.users.list({ fields: 'username', limit: 1000 })).items.map((one) => one.username),
  token: async (client) => (await client.tokens.list()).items.map((one) => one.name),
}

/** Names the server knows. A key press must not hang on a server that is away. */
async function namesOf(kind: string): Promise<string[]> {
  const ask = serverNames[kind.replace(/^svc$/, 'service').replace(/s$/, '')]
  if (!ask) return []
  const access = await findAccess({})
  if (access.token === null) return []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), 800)
  })
  const names = await Promise.race([ask(clientOf(access.url, () => access.token)).catch(() => []), late])
  clearTimeout(timer)
  return names
}

/** A file is wanted: the shell completes it itself. */
const files = [':']

async function valueAfter(flag: string, line: readonly string[]): Promise<string[] | null> {
  if (['-f', '--file', '--env-file', '--token-file'].includes(flag))
    return flag === '-f' && line[0] === 'logs' ? null : files
  if (flag === '-o' || flag === '--output') return ['table', 'wide', 'json', 'yaml', 'name']
  if (flag === '--color') return ['auto', 'always', 'never']
  if (flag === '--context') return Object.keys((await readContexts()).contexts)
  if (['--target', '--stack', '--service'].includes(flag)) return namesOf(flag.slice(2))
  if (flag === '--state') return ['running', 'starting', 'degraded', 'failed', 'paused', 'stopped', 'unknown']
  return null
}

async function flagsOf(line: readonly string[]): Promise<string[]> {
  const [word = '', verb = ''] = line
  const { programFor } = await import('./program.ts')
  const program = await programFor([word, verb])
  let command = program.commands.find((one) => one.name() === word)
  command = command?.commands.find((one) => one.name() === verb) ?? command ?? program
  return command.options.map((option) => option.long ?? option.short ?? '')
}

async function wordsAt(line: readonly string[], before: string): Promise<string[]> {
  const [word, ...rest] = line
  const domains = verbTable()
  if (word === undefined) return [...words.map((one) => one.name), ...Object.keys(domains)]
  if (serviceWords.has(word)) return namesOf('service')
  if (word === 'get' || word === 'describe' || word === 'delete')
    return rest[0] === undefined ? nouns : namesOf(rest[0])
  if (word === 'remove') return namesOf('stack')
  if (word === 'top') return ['services', 'targets']
  if (word === 'completion') return ['bash', 'zsh', 'fish']
  if (word === 'context')
    return rest[0] === undefined
      ? ['list', 'use', 'show', 'rename', 'remove', 'add']
      : Object.keys((await readContexts()).contexts)
  const verbs = Object.entries(domains[word] ?? {}).filter(([, verb]) => !verb.words)
  if (rest[0] === undefined) return verbs.map(([name]) => kebab(name))
  const verb = verbs.find(([name]) => kebab(name) === rest[0])
  if (!verb) return []
  const flag = flagTable(word)[verb[0]]?.find((one) => `--${one.name}` === before)
  if (flag?.choices) return [...flag.choices]
  if (flag?.kind === 'file') return files
  return verb[1].on && rest.length === 1 ? namesOf(verb[1].on) : []
}

/** Prints what may stand at the end of the line, one a line. The last word is the unfinished one, possibly empty. */
export async function complete(typed: readonly string[]): Promise<void> {
  const unfinished = typed.at(-1) ?? ''
  const line = typed.slice(0, -1)
  const found =
    (await valueAfter(line.at(-1) ?? '', line)) ??
    (unfinished.startsWith('-')
      ? await flagsOf(line)
      : await wordsAt(
          line.filter((one) => !one.startsWith('-')),
          line.at(-1) ?? '',
        ))
  const fitting = found === files ? found : [...new Set(found)].filter((one) => one.startsWith(unfinished))
  process.stdout.write(fitting.map((one) => `${one}\n`).join(''))
}
