import type { LogSource, ServiceLife } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { type Column, table } from '../../presentation/table.ts'
import { bytes } from '../../presentation/units.ts'
import type { Shell } from '../../shell.ts'

interface Which {
  service?: string
  stack?: string
  target?: string
}
const which = (command: Command): Command =>
  command
    .option('--service <name,…>', 'of these: names, ids or stack/service, also of services that are gone')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'of what runs or ran there')

const tableOptions = (shell: Shell) => ({
  headers: shell.globals.headers !== false,
  wide: shell.globals.output === 'wide',
})

const sourceColumns: readonly Column<LogSource>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'STACK', cell: ({ stack }) => stack ?? '', sparse: true },
  { head: 'TARGET', cell: ({ targetName, targetId }) => targetName ?? targetId },
  { head: 'STATE', cell: ({ state }) => state },
  { head: 'LINES', cell: ({ lines }) => String(lines), align: 'right' },
  { head: 'SIZE', cell: ({ bytes: size }) => bytes(size), align: 'right' },
  { head: 'FROM', cell: ({ oldestAt }) => oldestAt ?? '' },
  { head: 'TO', cell: ({ newestAt }) => newestAt ?? '' },
  { head: 'PROBLEM', cell: ({ problem }) => problem ?? '', sparse: true },
]

export function defineSources(command: Command): void {
  which(command)
  action(command, async (shell, options: Which) => {
    const { client } = await connect(shell)
    const items: LogSource[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof client.logHistory.sources>> = await client.logHistory.sources({
        ...options,
        limit: 1000,
        ...(cursor === null ? {} : { cursor }),
      })
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    if (await structured(shell, { items })) return
    if (items.length === 0) return shell.say('No lines are kept yet.', 'dim')
    shell.write(table(sourceColumns, items, shell.out, tableOptions(shell)))
  })
}

const lifeColumns: readonly Column<ServiceLife>[] = [
  { head: 'SERVICE', cell: ({ serviceId }) => serviceId },
  { head: 'STARTED', cell: ({ startedAt }) => startedAt },
  { head: 'ENDED', cell: ({ endedAt }) => endedAt ?? '' },
  { head: 'OUTCOME', cell: ({ outcome }) => outcome },
  { head: 'EXIT', cell: ({ exitCode }) => (exitCode === null ? '' : String(exitCode)) },
  { head: 'REASON', cell: ({ reason }) => reason ?? '', sparse: true },
  { head: 'IMAGE', cell: ({ image }) => image ?? '', sparse: true },
]

export function defineLives(command: Command): void {
  which(command).option('--outcome <outcome,…>', 'only these: running, ended, crashed, removed, unknown')
  action(command, async (shell, options: Which & { outcome?: string }) => {
    const { client } = await connect(shell)
    const answer = await client.logHistory.lives(options)
    if (await structured(shell, answer)) return
    if (answer.items.length === 0) return shell.say('No life of a service is like that.', 'dim')
    shell.write(table(lifeColumns, answer.items, shell.out, tableOptions(shell)))
  })
}
