import type { Alert, CheckSummary, Service, Target } from '@wheelhouse/contract'
import { indented } from '../block.ts'
import { type Look, type Paint, paint } from '../look.ts'
import { glyph, stateCell } from '../state.ts'
import { type Cell, type Column, table } from '../table.ts'
import { age, bytes, count, duration, percent } from '../units.ts'
import { clean } from '../width.ts'

export interface Checked {
  readonly serviceId: string
  readonly name: string
  /** Each check of ours; absent or empty where the engine's own alone speaks. */
  readonly checks?: readonly CheckSummary[]
  readonly state: string
  readonly responseTimeMs: number | null
  readonly message: string | null
  readonly checkedAt: string | null
}

/** Everything the page is drawn from, read at one moment. */
export interface HealthView {
  readonly services: readonly Service[]
  readonly targets: readonly Target[]
  readonly checks: readonly Checked[]
  /** Those that are not over; none where they were not asked for. */
  readonly alerts: readonly Alert[]
}

export interface Violation {
  readonly what: string
  readonly message: string
}

/** Percent over which a reading is a violation. */
export const limits = { cpu: 80, memory: 90 } as const

const memoryShare = (used: number | null | undefined, total: number | null | undefined): number | null =>
  used === null || used === undefined || !total ? null : (used / total) * 100

/** What is not well: readings over their limits, services that failed or are unhealthy, targets that do not answer. */
export function violationsOf(view: HealthView): Violation[] {
  const found: Violation[] = []
  const over = (what: string, kind: string, value: number | null | undefined, limit: number): void => {
    if (value !== null && value !== undefined && value > limit)
      found.push({ what, message: `${kind} ${percent(value)}, over ${limit}%` })
  }
  for (const service of view.services) {
    if (service.state === 'failed' || service.state === 'degraded')
      found.push({
        what: service.name,
        message: service.reason ? `${service.state}: ${service.reason}` : service.state,
      })
    over(service.name, 'CPU', service.usage?.cpuPercent, limits.cpu)
    over(
      service.name,
      'memory',
      memoryShare(service.usage?.memoryBytes, service.usage?.memoryLimitBytes),
      limits.memory,
    )
  }
  for (const { name, state, reason, usage } of view.targets) {
    if (state === 'unreachable') found.push({ what: name, message: reason ?? 'does not answer' })
    over(name, 'CPU', usage?.cpuPercent, limits.cpu)
    over(name, 'memory', memoryShare(usage?.memoryBytes, usage?.memoryTotalBytes), limits.memory)
  }
  for (const check of view.checks)
    if (check.state === 'unhealthy')
      found.push({ what: check.name, message: `unhealthy${check.message ? `: ${check.message}` : ''}` })
  for (const { number, subject, severity, message, state } of view.alerts)
    found.push({ what: subject, message: `#${number} ${severity}${state === 'open' ? '' : `, ${state}`}: ${message}` })
  return found
}

const marked = (text: string, value: number | null | undefined, limit: number): Cell => ({
  text,
  paint: value !== null && value !== undefined && value > limit ? 'red' : undefined,
})

const publishedOf = ({ ports }: Service): string =>
  [...new Set(ports.flatMap(({ hostPort }) => hostPort ?? []))].toSorted((a, b) => a - b).join(',')

const serviceColumns: readonly Column<Service>[] = [
  { head: 'SERVICE', cell: (s) => ({ text: s.name, paint: 'bold' }), shrink: 12 },
  { head: 'STATUS', cell: (s, look) => stateCell(s.state, look) },
  { head: 'CPU', align: 'right', cell: (s) => marked(percent(s.usage?.cpuPercent), s.usage?.cpuPercent, limits.cpu) },
  {
    head: 'MEMORY',
    align: 'right',
    cell: (s) =>
      marked(bytes(s.usage?.memoryBytes), memoryShare(s.usage?.memoryBytes, s.usage?.memoryLimitBytes), limits.memory),
  },
  {
    head: 'UPTIME',
    align: 'right',
    cell: (s, look) => (s.state === 'running' || s.state === 'degraded' ? age(s.startedAt, look.now) : '-'),
  },
  { head: 'PORTS', sparse: true, cell: (s) => publishedOf(s), shrink: 8, drop: 4 },
  { head: 'TARGET', cell: (s) => s.targetName, shrink: 8, drop: 2 },
  { head: 'STACK', cell: (s) => s.stack ?? '-', shrink: 8, drop: 3 },
]

const free = (target: Target): string => {
  const { diskBytes, diskTotalBytes } = target.usage ?? {}
  return diskBytes === null || diskBytes === undefined || !diskTotalBytes ? '-' : bytes(diskTotalBytes - diskBytes)
}

const targetColumns: readonly Column<Target>[] = [
  { head: 'TARGET', cell: (t) => ({ text: t.name, paint: 'bold' }), shrink: 10 },
  { head: 'STATE', cell: (t, look) => stateCell(t.state, look) },
  { head: 'CPU', align: 'right', cell: (t) => marked(percent(t.usage?.cpuPercent), t.usage?.cpuPercent, limits.cpu) },
  {
    head: 'MEMORY',
    align: 'right',
    cell: (t) =>
      marked(
        t.usage ? `${bytes(t.usage.memoryBytes)} of ${bytes(t.usage.memoryTotalBytes)}` : '-',
        memoryShare(t.usage?.memoryBytes, t.usage?.memoryTotalBytes),
        limits.memory,
      ),
  },
  { head: 'DISK FREE', align: 'right', cell: free, drop: 1 },
]

type CheckLine = Omit<Checked, 'checks'> & Partial<Pick<CheckSummary, 'kind' | 'queue'>>

const kinds: Readonly<Record<CheckSummary['kind'], string>> = {
  http: 'HTTP',
  tcp: 'port',
  websocket: 'WebSocket',
  database: 'database',
  queue: 'queue',
  command: 'command',
}
/** A line a check, after the service it is of; a service whose engine checks it is one line. */
const linesOf = ({ checks = [], ...whole }: Checked): CheckLine[] =>
  checks.length === 0
    ? [whole]
    : checks.map((check) => ({ ...check, serviceId: whole.serviceId, name: `${whole.name} ${check.name}` }))

const checkColumns: readonly Column<CheckLine>[] = [
  { head: 'CHECK', cell: (c) => ({ text: c.name, paint: 'bold' }), shrink: 12 },
  { head: 'KIND', sparse: true, cell: (c) => (c.kind ? kinds[c.kind] : ''), drop: 3 },
  { head: 'HEALTH', cell: (c, look) => stateCell(c.state, look) },
  { head: 'RESPONSE', align: 'right', cell: (c) => (c.responseTimeMs === null ? '-' : duration(c.responseTimeMs)) },
  { head: 'PENDING', sparse: true, align: 'right', cell: (c) => (c.queue ? String(c.queue.pending) : '') },
  {
    head: 'FAILED',
    sparse: true,
    align: 'right',
    cell: (c) =>
      c.queue?.failed === null || c.queue?.failed === undefined
        ? ''
        : marked(String(c.queue.failed), c.queue.failed, 0),
  },
  { head: 'CHECKED', align: 'right', cell: (c, look) => age(c.checkedAt, look.now), drop: 2 },
  {
    head: 'SAID',
    sparse: true,
    shrink: 16,
    drop: 1,
    cell: (c) => ({ text: c.message ?? '', paint: c.state === 'unhealthy' ? 'red' : 'dim' }),
  },
]

const average = (checks: readonly Checked[]): string => {
  const times = checks.flatMap((check) => (check.responseTimeMs === null ? [] : [check.responseTimeMs]))
  return times.length === 0
    ? ''
    : `  average response ${duration(times.reduce((sum, ms) => sum + ms, 0) / times.length)}`
}

/** Services, resources, health, and with `alerts` what is over its limit, in one page. */
export function healthText(view: HealthView, alerts: readonly Violation[] | null, look: Look): string {
  const inner = { ...look, width: look.width === null ? null : look.width - 2 }
  const part = (title: string, note: string, body: string, empty: string): string =>
    `${paint(title, 'bold', look)}${paint(note, 'dim', look)}\n${indented(body === '' ? `${empty}\n` : body)}\n`
  const rows = <T>(columns: readonly Column<T>[], list: readonly T[]): string =>
    list.length === 0 ? '' : table(columns, list, inner)
  let text =
    part('Services', '', rows(serviceColumns, view.services), 'No services yet.') +
    part('Resources', '', rows(targetColumns, view.targets), 'No targets yet.') +
    part(
      'Health checks',
      average(view.checks),
      rows(checkColumns, view.checks.flatMap(linesOf)),
      'No service has a health check.',
    )
  if (alerts !== null) {
    const color: Paint = alerts.length > 0 ? 'red' : 'green'
    const mark = glyph(alerts.length > 0 ? 'error' : 'done', look).text
    text += `${paint(`${mark} ${alerts.length > 0 ? count(alerts.length, 'alert') : 'No alerts'}`, color, look)}\n`
    for (const { what, message } of alerts) text += `  ${clean(what)}  ${paint(clean(message), 'red', look)}\n`
  }
  return text
}
