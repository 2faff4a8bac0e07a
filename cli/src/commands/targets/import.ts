import type { Client } from '@wheelhouse/client'
import { type DockerContext, whyNotTaken } from '@wheelhouse/client/docker-contexts'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { trusted } from '../../delivery/host-keys.ts'
import { readText } from '../../derived/input.ts'
import { readDockerContexts } from '../../docker-contexts.ts'
import { Complaint, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { nearestHint } from '../../nearest.ts'
import { structured } from '../../presentation/output.ts'
import { type Column, table } from '../../presentation/table.ts'
import { each } from '../../several.ts'

interface Import {
  dryRun?: boolean
  group?: string
  acceptHostKey?: boolean
  'ssh.privateKey'?: string
}
interface Row {
  readonly context: DockerContext
  /** Why it is not taken; null where it is. */
  readonly not: string | null
}

const columns: readonly Column<Row>[] = [
  { head: 'CONTEXT', cell: (row) => ({ text: row.context.name, paint: 'bold' }) },
  { head: 'ADDRESS', cell: (row) => row.context.host },
  { head: 'TLS', cell: (row) => (row.context.tls ? 'yes' : '-') },
  {
    head: '',
    cell: (row) => (row.not === null ? { text: 'is taken', paint: 'green' } : { text: row.not, paint: 'yellow' }),
  },
]

async function rowsOf(client: Client, url: string, names: readonly string[]): Promise<Row[]> {
  const contexts = await readDockerContexts()
  for (const name of names) {
    if (contexts.some((context) => context.name === name)) continue
    const hint = nearestHint(
      name,
      contexts.map((context) => context.name),
    )
    throw new Complaint('notFound', 'NO_CONTEXT', `docker context knows no "${name}".${hint}`)
  }
  const { items } = await client.targets.list({ limit: 1000 })
  const here = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
  const known = new Set(items.map((target) => target.name))
  const addresses = new Set(items.map((target) => target.address))
  return contexts
    .filter((context) => names.length === 0 || names.includes(context.name))
    .map((context) => ({ context, not: whyNotTaken(context, { here, names: known, addresses }) }))
}

export function define(command: Command): void {
  command
    .argument('[context...]', 'these alone; every one that docker context lists unless told')
    .option('--dry-run', 'show what would be registered')
    .option('--group <text>', 'put them into this group')
    .option('--ssh.privateKey <file>', 'key for the ssh:// ones; those of the user that runs Wheelhouse unless told')
    .option('--accept-host-key', 'trust the keys that ssh hosts show, without asking')
  action(command, async (shell, options: Import, names) => {
    const { client, access } = await connect(shell)
    const rows = await rowsOf(client, access.url, names)
    if (rows.length === 0) throw usage('docker context lists nothing here that could be taken.')
    const taken = rows.filter((row) => row.not === null)
    if (options.dryRun || taken.length === 0) {
      const told = rows.map(({ context, not }) => ({ name: context.name, address: context.host, reason: not }))
      if (await structured(shell, { items: told })) return
      return shell.write(table(columns, rows, shell.out, { headers: shell.globals.headers !== false }))
    }
    const key = options['ssh.privateKey']
    const ssh = key === undefined ? {} : { privateKey: await readText(key, '--ssh.privateKey') }
    // One after the other where somebody may be asked.
    const ways = new Map<string, Awaited<ReturnType<typeof trusted>>>()
    for (const { context } of taken)
      ways.set(context.name, await trusted(shell, client, context.host, ssh, options.acceptHostKey ?? false))
    const made = await each(shell, taken, ({ context }) => {
      const way = ways.get(context.name)
      return client.targets.register({
        name: context.name,
        address: context.host,
        ...(options.group === undefined ? {} : { group: options.group }),
        ...(context.tls ? { tls: context.tls } : {}),
        ...(way ? { ssh: way } : {}),
      })
    })
    if (await structured(shell, { items: made })) return
    for (const { name, address } of made)
      shell.write(shell.globals.output === 'name' ? `${name}\n` : `${name}  ${address}\n`)
    for (const { context, not } of rows) if (not !== null) shell.say(`${context.name} was left: ${not}.`, 'dim')
  })
}
