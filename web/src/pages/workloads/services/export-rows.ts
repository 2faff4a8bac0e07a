import type { Service } from '@wheelhouse/contract'
import { csv, save } from '../../../ui/format/csv.ts'
import { portText } from './ports.ts'

const head = [
  'name',
  'id',
  'kind',
  'state',
  'reason',
  'health',
  'stack',
  'target',
  'image',
  'command',
  'ports',
  'restarts',
  'cpuPercent',
  'memoryBytes',
  'startedAt',
  'changedAt',
]

/** The rows in sight, in their order, as a CSV file. */
export function exportRows(rows: readonly Service[]): void {
  const lines = rows.map((s) => [
    s.name,
    s.id,
    s.kind,
    s.state,
    s.reason,
    s.health,
    s.stack,
    s.targetName,
    s.image,
    s.command,
    portText(s.ports),
    s.restarts,
    s.usage?.cpuPercent ?? null,
    s.usage?.memoryBytes ?? null,
    s.startedAt,
    s.changedAt,
  ])
  save(`services-${new Date().toISOString().slice(0, 16).replace(':', '')}.csv`, csv([head, ...lines]), 'text/csv')
}
