import type { Metric } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { type Column, table } from '../../presentation/table.ts'
import type { Shell } from '../../shell.ts'

const columns: readonly Column<Metric>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'OF', cell: ({ of }) => of },
  { head: 'KIND', cell: ({ kind }) => kind },
  { head: 'UNIT', cell: ({ unit }) => unit },
  { head: 'FROM', cell: ({ origin }) => origin },
  { head: 'WHAT IT IS', cell: ({ summary }) => summary, shrink: 20 },
]

export async function listMetrics(shell: Shell): Promise<void> {
  const { client } = await connect(shell)
  const answer = await client.metrics.catalogue()
  if (await structured(shell, answer)) return
  if (shell.globals.output === 'name') return shell.write(answer.items.map(({ name }) => `${name}\n`).join(''))
  const { headers, output } = shell.globals
  shell.write(table(columns, answer.items, shell.out, { headers: headers !== false, wide: output === 'wide' }))
}

export function define(command: Command): void {
  action(command, listMetrics)
}
