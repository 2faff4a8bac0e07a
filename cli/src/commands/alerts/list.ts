import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@wheelhouse/client'
import type { Alert } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseMoment } from '../../moment.ts'
import { alertColumns } from '../../presentation/alerts.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  state?: string
  severity?: string
  service?: string
  target?: string
  stack?: string
  rule?: string
  since?: string
  all?: boolean
  watch?: boolean
}

const everyMs = 2_000

async function every(client: Client, { watch: _, all, since, ...filter }: Options): Promise<Alert[]> {
  const items: Alert[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof client.alerts.list>> = await client.alerts.list({
      ...filter,
      ...(all ? { state: 'all' } : {}),
      ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
      limit: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

const print = (shell: Shell, items: readonly Alert[], headers: boolean): void =>
  shell.write(table(alertColumns, items, shell.out, { headers, wide: shell.globals.output === 'wide' }))

/** What is new or stands otherwise, as it comes, until it is left. */
async function follow(shell: Shell, client: Client, options: Options): Promise<void> {
  const known = new Map<string, string>()
  let isFirst = true
  for (;;) {
    const items = await every(client, options)
    const fresh = items.filter(
      (alert) => known.get(alert.id) !== JSON.stringify([alert.state, alert.children, alert.severity]),
    )
    // What is over leaves the list; the alert itself tells how it ended.
    const gone = [...known.keys()].filter((id) => !items.some((alert) => alert.id === id))
    const over = await Promise.all(gone.map((id) => client.alerts.get({ id }).catch(() => null)))
    for (const id of gone) known.delete(id)
    for (const alert of items) known.set(alert.id, JSON.stringify([alert.state, alert.children, alert.severity]))
    const changed = [...fresh, ...over.filter((alert) => alert !== null)]
    if (shell.globals.output === 'json') shell.write(changed.map((alert) => `${JSON.stringify(alert)}\n`).join(''))
    else if (changed.length > 0 || isFirst) print(shell, changed, isFirst && shell.globals.headers !== false)
    isFirst = false
    await sleep(everyMs)
  }
}

export function defineAlerts(command: Command): void {
  command
    .option(
      '--state <state,…>',
      'in these states: open, acknowledged, snoozed, cleared, all; those not over unless told',
    )
    .option('--severity <severity,…>', 'only these: critical, warning, info')
    .option('--service <name>', 'of this service')
    .option('--target <name>', 'of this target and what runs there')
    .option('--stack <name>', 'of this stack')
    .option('--rule <name>', 'of this rule')
    .option('--since <time>', 'that fired since 10m, 14:30 or a time')
    .option('--all', 'also those that are over')
    .option('-w, --watch', 'go on and print what changes')
  action(command, async (shell, options: Options, [verb]) => {
    if (verb !== undefined) throw usage(`wh alert has no verb "${verb}". wh alert --help lists them.`)
    const { client } = await connect(shell)
    if (options.watch) return follow(shell, client, options)
    const items = await every(client, options)
    if (await structured(shell, { items })) return
    if (shell.globals.output === 'name') return shell.write(items.map(({ number }) => `${number}\n`).join(''))
    if (items.length === 0) return shell.say('Nothing needs you.', 'green')
    print(shell, items, shell.globals.headers !== false)
  })
}
