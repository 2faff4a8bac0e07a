import { HealthSpan, type UptimeRow } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { historyText, uptimeColumns } from '../../presentation/delivery/uptime.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import { findService } from '../../resolve.ts'

const spans = HealthSpan.options

export function defineHistory(command: Command): void {
  command
    .argument('<service>', 'its name or id')
    .option('--span <span>', `how far back: ${spans.join(', ')}; 24h unless told`)
    .option('--target <name>', 'look for it on this target only')
  action(command, async (shell, { span, target }: { span?: string; target?: string }, [name]) => {
    const wanted = HealthSpan.safeParse(span ?? '24h')
    if (!wanted.success) throw usage(`--span takes ${spans.join(', ')}, not "${span}".`)
    const { client } = await connect(shell)
    const { id } = await findService(client, name ?? '', target === undefined ? {} : { target })
    const answer = await client.health.history({ id, span: wanted.data })
    if (!(await structured(shell, answer))) shell.write(historyText(answer, shell.out))
  })
}

export function defineUptime(command: Command): void {
  command
    .option('--target <name>', 'on this target only')
    .option('--stack <name>', 'of this stack only')
    .option('--health <state,…>', 'only these: down, up, unknown')
  action(command, async (shell, options: { target?: string; stack?: string; health?: string }) => {
    const { client } = await connect(shell)
    const items: UptimeRow[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof client.health.uptime>> = await client.health.uptime({
        ...options,
        limit: 1000,
        ...(cursor === null ? {} : { cursor }),
      })
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    if (await structured(shell, { items })) return
    if (items.length === 0) return shell.say('No service is like that.', 'dim')
    shell.write(table(uptimeColumns, items, shell.out, { headers: shell.globals.headers !== false }))
  })
}
