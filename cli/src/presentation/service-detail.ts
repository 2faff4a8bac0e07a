import type { Event, HealthCheck, Service } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from './block.ts'
import { eventColumns } from './observation/happenings.ts'
import { type Look, paint } from './look.ts'
import { portTexts } from './services.ts'
import { stateCell } from './state.ts'
import { type Column, table } from './table.ts'
import { age, bytes, clock, percent, rate } from './units.ts'
import { clean } from './width.ts'

const checkColumns: readonly Column<HealthCheck>[] = [
  { head: 'CHECK', cell: (check) => check.spec.name },
  { head: 'STATE', cell: (check, look) => stateCell(check.state, look) },
  { head: 'KIND', cell: (check) => check.spec.kind },
  {
    head: 'OF',
    shrink: 12,
    cell: ({ spec }) => ('url' in spec ? spec.url : 'argv' in spec ? spec.argv.join(' ') : `${spec.host}:${spec.port}`),
  },
  { head: 'TOOK', align: 'right', cell: (check) => (check.last === null ? '-' : `${Math.round(check.last.tookMs)}ms`) },
  { head: 'LAST', align: 'right', cell: (check, look) => age(check.last?.at, look.now) },
  {
    head: 'SAID',
    shrink: 12,
    sparse: true,
    cell: (check) => (check.last?.ok === false ? { text: check.last.message, paint: 'red' } : ''),
  },
]

export function headLine(name: string, state: string, more: string, look: Look): string {
  const cell = stateCell(state, look)
  return `${paint(clean(name), 'bold', look)}  ${paint(cell.text, cell.paint, look)}${more === '' ? '' : paint(`  ${clean(more)}`, 'dim', look)}\n`
}

export const eventsPart = (events: readonly Event[], look: Look): string =>
  events.length === 0
    ? ''
    : heading('Events', look) +
      indented(
        table(
          eventColumns,
          events.toReversed(),
          { ...look, width: look.width === null ? null : look.width - 2 },
          { headers: false },
        ),
      )

function usageRows(service: Service): Field[] {
  const { usage } = service
  if (!usage) return []
  const limit = usage.memoryLimitBytes ? ` of ${bytes(usage.memoryLimitBytes)}` : ''
  return [
    ['cpu', percent(usage.cpuPercent)],
    ['memory', bytes(usage.memoryBytes) + limit],
    [
      'network',
      usage.networkInBytesPerS === null
        ? null
        : `${rate(usage.networkInBytesPerS)} in, ${rate(usage.networkOutBytesPerS)} out`,
    ],
    [
      'disk',
      usage.blockReadBytesPerS === null
        ? null
        : `${rate(usage.blockReadBytesPerS)} read, ${rate(usage.blockWriteBytesPerS)} written`,
    ],
    ['processes', usage.pids === null ? null : String(usage.pids)],
  ]
}

export function serviceText(
  service: Service,
  checks: readonly HealthCheck[],
  events: readonly Event[],
  look: Look,
): string {
  const s = service
  const up =
    s.state === 'running' && s.startedAt !== null
      ? `up for ${age(s.startedAt, look.now)}`
      : `for ${age(s.changedAt, look.now)}`
  const rows: Field[] = [
    ['why', s.reason, s.state === 'failed' ? 'red' : undefined],
    ['stale', s.stale ? `last heard ${age(s.observedAt, look.now)} ago` : null, 'yellow'],
    ['id', s.id],
    ['target', `${s.targetName} (${s.targetKind})`],
    ['stack', s.stack === null ? null : s.stackService === null ? s.stack : `${s.stack} / ${s.stackService}`],
    ['image', s.image],
    ['command', s.command],
    ['ports', portTexts(s).join(', ')],
    ['pid', s.pid === null ? null : String(s.pid)],
    ['native state', s.nativeState === s.state ? null : s.nativeState],
    ['exit code', s.exitCode === null ? null : String(s.exitCode)],
    ['restarts', s.restarts === 0 ? null : String(s.restarts), 'yellow'],
    ['health', s.health === 'none' ? null : s.health, s.health === 'unhealthy' ? 'red' : undefined],
    ...usageRows(s),
    ['created', clock(s.createdAt, look.now)],
    ['started', s.startedAt === null ? null : clock(s.startedAt, look.now)],
    [
      'labels',
      Object.entries(s.labels)
        // Our own book-keeping; -o json has it.
        .filter(([key]) => !key.startsWith('wheelhouse.'))
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
  ]
  const inner = { ...look, width: look.width === null ? null : look.width - 2 }
  const checkPart =
    checks.length === 0 ? '' : heading('Health checks', look) + indented(table(checkColumns, checks, inner))
  return headLine(s.name, s.state, up, look) + fields(rows, look) + checkPart + eventsPart(events, look)
}
