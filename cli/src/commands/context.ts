import type { Command } from 'commander'
import { type Context, type Contexts, readContexts, serverUrl, writeContexts } from '../contexts.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { nearestHint } from '../nearest.ts'
import { structured } from '../presentation/output.ts'
import { type Column, table } from '../presentation/table.ts'
import { until } from '../presentation/units.ts'
import type { Shell } from '../shell.ts'

interface Row extends Omit<Context, 'token' | 'tokenId'> {
  readonly name: string
  readonly current: boolean
  readonly signedIn: boolean
}

/** Tokens are never printed, in no form of output. */
const rowOf = (name: string, { url, user, token, expiresAt }: Context, current: string | null): Row => ({
  name,
  current: name === current,
  url,
  user,
  signedIn: token !== null,
  expiresAt,
})

const columns: readonly Column<Row>[] = [
  { head: '', cell: (row) => (row.current ? '*' : ' ') },
  { head: 'NAME', cell: (row) => ({ text: row.name, paint: 'bold' }) },
  { head: 'SERVER', cell: (row) => row.url },
  { head: 'USER', cell: (row) => row.user ?? '-' },
  { head: 'TOKEN ENDS', cell: (row, look) => (row.signedIn ? until(row.expiresAt, look.now) : 'signed out') },
]

function known(contexts: Contexts, name: string | null): Context {
  const found = name === null ? undefined : contexts.contexts[name]
  if (found) return found
  if (name === null) throw new Complaint('notFound', 'NO_CONTEXT', 'There is no context yet. Run wh login to make one.')
  throw new Complaint(
    'notFound',
    'NO_CONTEXT',
    `There is no context "${name}".${nearestHint(name, Object.keys(contexts.contexts)) || ' wh context list shows them.'}`,
  )
}

async function list(shell: Shell): Promise<void> {
  const { current, contexts } = await readContexts()
  const rows = Object.entries(contexts).map(([name, context]) => rowOf(name, context, current))
  if (await structured(shell, { items: rows })) return
  if (shell.globals.output === 'name') return shell.write(rows.map((row) => `${row.name}\n`).join(''))
  if (rows.length === 0) return shell.say('No contexts yet. Run wh login to make one.', 'dim')
  shell.write(table(columns, rows, shell.out, { headers: shell.globals.headers !== false }))
}

export function define(command: Command): void {
  action(command.command('list').alias('ls').description('List the servers known here'), list)
  action(command.command('show').description('Show the one in use').argument('[name]'), async (shell, _, [given]) => {
    const contexts = await readContexts()
    const name = given ?? shell.globals.context ?? contexts.current
    const row = rowOf(name ?? '', known(contexts, name), contexts.current)
    if (await structured(shell, row)) return
    shell.write(
      shell.globals.output === 'name'
        ? `${row.name}\n`
        : table(columns, [row], shell.out, { headers: shell.globals.headers !== false }),
    )
  })
  action(
    command.command('use').description('Use this one from now on').argument('<name>'),
    async (shell, _, [name = '']) => {
      const contexts = await readContexts()
      const { url } = known(contexts, name)
      await writeContexts({ ...contexts, current: name })
      shell.say(`wh speaks to ${url} now.`)
    },
  )
  action(
    command.command('rename').description('Rename one').argument('<name>').argument('<new-name>'),
    async (shell, _, [from = '', to = '']) => {
      const contexts = await readContexts()
      const context = known(contexts, from)
      if (contexts.contexts[to]) throw new Complaint('conflict', 'CONFLICT', `There is a context "${to}" already.`)
      const rest = Object.fromEntries(Object.entries(contexts.contexts).filter(([name]) => name !== from))
      await writeContexts({
        current: contexts.current === from ? to : contexts.current,
        contexts: { ...rest, [to]: context },
      })
      shell.say(`${from} is called ${to} now.`)
    },
  )
  action(
    command
      .command('remove')
      .alias('rm')
      .description('Forget one; wh logout first to revoke its token')
      .argument('<name>'),
    async (shell, _, [name = '']) => {
      const contexts = await readContexts()
      known(contexts, name)
      const rest = Object.fromEntries(Object.entries(contexts.contexts).filter(([one]) => one !== name))
      await writeContexts({ current: contexts.current === name ? null : contexts.current, contexts: rest })
      shell.say(`${name} is forgotten.`)
    },
  )
  action(
    command.command('add').description('Add a server without signing in').argument('<name>').argument('<url>'),
    async (shell, options: { token?: string }, [name = '', address = '']) => {
      const contexts = await readContexts()
      if (contexts.contexts[name]) throw new Complaint('conflict', 'CONFLICT', `There is a context "${name}" already.`)
      const context: Context = { url: serverUrl(address), user: null, token: null, tokenId: null, expiresAt: null }
      await writeContexts({ current: contexts.current ?? name, contexts: { ...contexts.contexts, [name]: context } })
      shell.say(`${name} is ${context.url}. Sign in with wh login --context ${name}.`)
    },
  )
  command.allowExcessArguments(true)
  action(command, async (shell, _, [word]) => {
    if (word !== undefined)
      throw usage(
        `wh context has no verb "${word}".${nearestHint(
          word,
          command.commands.map((sub) => sub.name()),
        )}`,
      )
    await list(shell)
  })
}
