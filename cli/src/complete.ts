import type { Command } from 'commander'
import { words } from './catalog/words.ts'
import { clientOf, findAccess } from './connect.ts'
import { readContexts } from './contexts.ts'
import { kebab } from './derived/model.ts'
import { flagTable, verbTable } from './derived/tables.ts'
import { familyOf } from './catalog/families.ts'

const serviceWords = new Set(['start', 'stop', 'restart', 'pause', 'resume', 'kill', 'exec', 'rename'])
const nouns = [
  'services',
  'targets',
  'stacks',
  'images',
  'registries',
  'volumes',
  'networks',
  'swarms',
  'nodes',
  'tasks',
  'secrets',
  'swarm-configs',
  'deployments',
  'releases',
  'backups',
  'configs',
  'certificates',
  'triggers',
  'notifications',
  'users',
  'tokens',
  'jobs',
  'events',
  'sessions',
  'terminals',
  'dashboards',
]
/** Things of these domains go by the names of others. */
const namedAs: Readonly<Record<string, string>> = { containers: 'service', policies: 'target', engines: 'target' }
const nameOf = (page: { items: { name: string }[] }): string[] => page.items.map((one) => one.name)
/** A name that several targets have is offered as `target/name`, for alone it would be refused. */
const named = (rows: readonly { name: string; targetName: string }[]): string[] => {
  const places = Map.groupBy(rows, ({ name }) => name)
  return rows.map(({ name, targetName }) => ((places.get(name)?.length ?? 0) > 1 ? `${targetName}/${name}` : name))
}
/** What the line has narrowed it to. */
interface On {
  readonly target?: string
}
const serverNames: Record<string, (client: ReturnType<typeof clientOf>, on: On) => Promise<string[]>> = {
  service: async (client, on) =>
    named((await client.services.list({ fields: 'name,targetName', limit: 1000, ...on })).items),
  stack: async (client, on) => nameOf(await client.stacks.list({ fields: 'name', limit: 1000, ...on })),
  target: async (client) => (await client.targets.list({ fields: 'name', limit: 1000 })).items.map((one) => one.name),
  volume: async (client, on) =>
    named((await client.volumes.list({ fields: 'name,targetName', limit: 1000, ...on })).items),
  network: async (client, on) =>
    named((await client.networks.list({ fields: 'name,targetName', limit: 1000, ...on })).items),
  swarm: async (client) => nameOf(await client.swarm.list()),
  node: async (client) =>
    (await client.nodes.list({ fields: 'hostname', limit: 1000 })).items.map((one) => one.hostname),
  task: async (client) =>
    (await client.tasks.list({ state: 'running', limit: 1000 })).items.map((one) =>
      one.slot === null ? `${one.serviceName}@${one.nodeName ?? one.nodeId}` : `${one.serviceName}.${one.slot}`,
    ),
  secret: async (client) => nameOf(await client.swarmSecrets.list({ limit: 1000 })),
  'swarm-config': async (client) => nameOf(await client.swarmConfigs.list({ limit: 1000 })),
  user: async (client) =>
    (await client.users.list({ fields: 'username', limit: 1000 })).items.map((one) => one.username),
  deployment: async (client) => (await client.deployments.list({ limit: 50 })).items.map((one) => one.id),
  release: async (client) =>
    (await client.releases.list({ limit: 50 })).items.map((one) => `${one.stack}/${one.environment}#${one.number}`),
  backup: async (client) => (await client.backups.list({ limit: 50 })).items.map((one) => one.id),
  config: async (client) => nameOf(await client.configs.list({ limit: 1000 })),
  certificate: async (client) => nameOf(await client.certificates.list({ limit: 1000 })),
  trigger: async (client) => nameOf(await client.triggers.list({ limit: 1000 })),
  notification: async (client) => nameOf(await client.notifications.list({ limit: 1000 })),
  image: async (client, on) =>
    (await client.images.list({ fields: 'tags', limit: 1000, ...on })).items.flatMap((one) => one.tags),
  registry: async (client) => nameOf(await client.registries.list({ limit: 1000 })),
  terminal: async (client) => (await client.terminals.list({ limit: 100 })).items.map((one) => one.id.slice(0, 8)),
  token: async (client) => (await client.tokens.list()).items.map((one) => one.name),
}

let narrowed: On = {}

/** Names the server knows. A key press must not hang on a server that is away. */
async function namesOf(kind: string): Promise<string[]> {
  const ask = serverNames[kind.replace(/^svc$/, 'service').replace(/ies$/, 'y').replace(/s$/, '')]
  if (!ask) return []
  const access = await findAccess({})
  if (access.token === null) return []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), Number(process.env.WHEELHOUSE_COMPLETE_MS) || 800)
  })
  const names = await Promise.race([
    ask(
      clientOf(access.url, () => access.token),
      narrowed,
    ).catch(() => []),
    late,
  ])
  clearTimeout(timer)
  return names
}

/** A file is wanted: the shell completes it itself. */
const files = [':']

interface Manifest {
  apps?: Record<string, unknown> | null
  services?: Record<string, unknown> | null
  environments?: Record<string, unknown> | null
}

/** Names of a part of the manifest in this folder, read here: a key press asks no server to do so. */
async function fromManifest(part: keyof Manifest): Promise<string[]> {
  const { usualManifests } = await import('./delivery/source.ts')
  const { readFile } = await import('node:fs/promises')
  const { parse } = await import('yaml')
  for (const name of usualManifests) {
    try {
      return Object.keys((parse(await readFile(name, 'utf8')) as Manifest | null)?.[part] ?? {})
    } catch {
      // None of that name, or one that is being written.
    }
  }
  return []
}

/** `--strategy <rolling|canary>`: a flag that says what it takes. */
async function choicesOf(flag: string, line: readonly string[]): Promise<string[] | null> {
  if (!flag.startsWith('-')) return null
  const option = (await commandOf(line))?.options.find((one) => one.long === flag || one.short === flag)
  const [, choices] = /<([\w-]+(?:\|[\w-]+)+)>/.exec(option?.flags ?? '') ?? []
  return choices?.split('|') ?? null
}

const following = new Set(['logs', 'deployments'])

async function valueAfter(flag: string, line: readonly string[]): Promise<string[] | null> {
  if (flag === '--to' && line[1] === 'copy') return namesOf('target')
  if (['-f', '--file', '--env-file', '--token-file', '--export', '--folder', '--from', '--to'].includes(flag))
    return flag === '-f' && following.has(line[0] ?? '') ? null : files
  if (flag === '-e' || flag === '--environment') return fromManifest('environments')
  if (flag === '--apps') return fromManifest('apps')
  if (flag === '--skip') return [...(await import('@wheelhouse/contract/workloads/deployment-states')).builtInStages]
  if (flag === '--set' || flag === '--with') return namesOf('config')
  if (flag === '-o' || flag === '--output') return ['table', 'wide', 'json', 'yaml', 'name']
  if (flag === '--color') return ['auto', 'always', 'never']
  if (flag === '--context') return Object.keys((await readContexts()).contexts)
  if (['--target', '--stack', '--service'].includes(flag)) return namesOf(flag.slice(2))
  if (flag === '--use') return ['used', 'unused', 'dangling']
  if (flag === '--state') return ['running', 'starting', 'degraded', 'failed', 'paused', 'stopped', 'unknown']
  return choicesOf(flag, line)
}

async function commandOf(line: readonly string[]): Promise<Command | undefined> {
  const [word = '', verb = ''] = line
  const { programFor } = await import('./program.ts')
  const program = await programFor([word, verb])
  const command = program.commands.find((one) => one.name() === word || one.aliases().includes(word))
  return command?.commands.find((one) => one.name() === verb) ?? command ?? program
}

async function flagsOf(line: readonly string[]): Promise<string[]> {
  const flags = (await commandOf(line))?.options.map((option) => option.long ?? option.short ?? '') ?? []
  if (line[0] !== 'deploy') return flags
  return [...flags, ...(await fromManifest('apps')).map((app) => `--${app}`)]
}

async function wordsAt(line: readonly string[], before: string): Promise<string[]> {
  const [word, ...rest] = line
  const domains = verbTable()
  if (word === undefined) {
    const domainWords = Object.keys(domains).map((domain) => familyOf(domain)?.name ?? domain)
    return [...words.map((one) => one.name), ...domainWords]
  }
  if (word === 'deploy' || word === 'check') return fromManifest('apps')
  if (word === 'install' || word === 'uninstall') return ['all', ...(await fromManifest('services'))]
  if (word === 'rollout') return rest[0] === undefined ? ['status', 'undo', 'history'] : namesOf('stack')
  if (word === 'promote') return namesOf('stack')
  if (word === 'attach') return namesOf('terminal')
  if (word === 'approve' || word === 'refuse' || word === 'report') return namesOf('deployment')
  if (word === 'pull' || word === 'push' || word === 'tag') return namesOf('image')
  if (word === 'logs') return ['all', ...(await namesOf('service'))]
  if (word === 'exec') return (await Promise.all([namesOf('service'), namesOf('task')])).flat()
  if (serviceWords.has(word)) return namesOf('service')
  if (word === 'drain' || word === 'cordon' || word === 'uncordon') return namesOf('node')
  if (word === 'scale') return (await namesOf('service')).map((name) => `${name}=`)
  if (word === 'get' || word === 'describe' || word === 'delete')
    return rest[0] === undefined ? nouns : namesOf(rest[0])
  if (word === 'cp')
    return [
      ...files,
      ...(await namesOf('service')).map((name) => `${name}:/`),
      ...(await namesOf('volume')).map((name) => `volume/${name}:/`),
    ]
  if (word === 'run') return namesOf('image')
  if (word === 'edit') return rest[0] === undefined ? ['container'] : namesOf('service')
  if (word === 'remove') return namesOf('stack')
  if (word === 'top') return ['services', 'targets', ...(await namesOf('service'))]
  if (word === 'completion') return ['bash', 'zsh', 'fish']
  if (word === 'context')
    return rest[0] === undefined
      ? ['list', 'use', 'show', 'rename', 'remove', 'add']
      : Object.keys((await readContexts()).contexts)
  const family = familyOf(word)
  const domain = family?.domain ?? word
  const verbs = Object.entries(domains[domain] ?? {}).filter(([, verb]) => !verb.words)
  if (rest[0] === undefined)
    return [...(family?.verbs.map((verb) => verb.name) ?? []), ...verbs.map(([name]) => kebab(name))]
  if (family?.verbs.some((verb) => verb.name === rest[0]))
    return family.domain === 'configs' ? [] : namesOf(namedAs[family.domain] ?? family.domain)
  const verb = verbs.find(([name]) => kebab(name) === rest[0])
  if (!verb) return []
  const flag = flagTable(domain)[verb[0]]?.find((one) => `--${one.name}` === before)
  if (flag?.choices) return [...flag.choices]
  if (flag?.kind === 'file') return files
  return verb[1].on && rest.length === 1 ? namesOf(verb[1].on) : []
}

/** The words without `--target <name>`, which is kept: names are looked for there. A flag whose value is being typed stays. */
function withoutTarget(line: readonly string[]): string[] {
  const at = line.findIndex((word) => word === '--target' || word.startsWith('--target='))
  const joined = line[at]?.startsWith('--target=') ?? false
  const target = joined ? line[at]?.slice('--target='.length) : line[at + 1]
  if (at < 0 || target === undefined) return [...line]
  narrowed = { target }
  return line.toSpliced(at, joined ? 1 : 2)
}

/** Prints what may stand at the end of the line, one a line. The last word is the unfinished one, possibly empty. */
export async function complete(typed: readonly string[]): Promise<void> {
  const unfinished = typed.at(-1) ?? ''
  const line = withoutTarget(typed.slice(0, -1))
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
