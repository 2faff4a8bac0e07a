import type { Service } from '@wheelhouse/contract'
import type { Look } from './look.ts'
import { stateCell } from './state.ts'
import type { Cell, Column } from './table.ts'
import { age, bytes, duration, percent, rate } from './units.ts'

/** `127.0.0.1:8080→80/udp`, `[::1]:8080→80`; the protocol only when it is not TCP, the host only when it is not every one. */
export const portText = (port: Service['ports'][number]): string => {
  const protocol = port.protocol === 'tcp' ? '' : `/${port.protocol}`
  if (port.hostPort === null) return `${port.port}${protocol}`
  const everywhere = port.host === null || port.host === '' || port.host === '0.0.0.0' || port.host === '::'
  const host = everywhere ? '' : port.host?.includes(':') ? `[${port.host}]:` : `${port.host}:`
  return `${host}${port.hostPort}${port.hostPort === port.port ? '' : `→${port.port}`}${protocol}`
}

/** The ports of a service. Engines list one that is published for IPv4 and IPv6 twice; people read it once. */
export const portTexts = (service: Pick<Service, 'ports'>): string[] => [...new Set(service.ports.map(portText))]

/** What a person needs beside a state that is not well: the evidence, or how old the news is. */
export function serviceNote(service: Service, look: Look): Cell {
  if (service.stale) return { text: `not heard for ${age(service.observedAt, look.now)}`, paint: 'yellow' }
  if (service.state === 'running')
    return service.health === 'unhealthy' ? { text: 'unhealthy', paint: 'red' } : { text: '' }
  return { text: service.reason ?? '', paint: service.state === 'failed' ? 'red' : 'dim' }
}

const hot = (value: number | null | undefined): Cell['paint'] =>
  value === null || value === undefined || value < 80 ? undefined : value < 95 ? 'yellow' : 'red'

const upFor = (service: Service, now: number): string => {
  const up = service.state === 'running' || service.state === 'degraded'
  return up && service.startedAt !== null ? age(service.startedAt, now) : age(service.changedAt, now)
}

export const serviceColumns: readonly Column<Service>[] = [
  { head: 'NAME', cell: (s) => ({ text: s.name, paint: 'bold' }), shrink: 14 },
  {
    head: 'STATE',
    cell: (s, look) => stateCell(s.stale ? 'unknown' : s.state, look, s.stale ? `${s.state}?` : s.state),
  },
  { head: 'TARGET', cell: (s) => s.targetName, shrink: 8, drop: 3 },
  { head: 'STACK', cell: (s) => s.stack ?? '-', shrink: 8, drop: 4 },
  { head: 'CPU', align: 'right', cell: (s) => percent(s.usage?.cpuPercent), drop: 6 },
  { head: 'MEMORY', align: 'right', cell: (s) => bytes(s.usage?.memoryBytes), drop: 5 },
  {
    head: 'RESTARTS',
    align: 'right',
    cell: (s) => ({ text: String(s.restarts), paint: s.restarts > 0 ? 'yellow' : 'dim' }),
    drop: 7,
  },
  { head: 'AGE', align: 'right', cell: (s, look) => upFor(s, look.now), drop: 8 },
  { head: 'HEALTH', wide: true, cell: (s) => (s.health === 'none' ? '-' : s.health), drop: 9 },
  { head: 'PORTS', wide: true, cell: (s) => portTexts(s).join(' ') || '-', shrink: 8, drop: 10 },
  { head: 'PID', wide: true, align: 'right', cell: (s) => (s.pid === null ? '-' : String(s.pid)), drop: 12 },
  { head: 'RUNS', wide: true, cell: (s) => s.image ?? s.command ?? '-', shrink: 12, drop: 11 },
  { head: 'ID', wide: true, cell: (s) => ({ text: s.id, paint: 'dim' }), shrink: 12, drop: 13 },
  { head: 'NOTE', cell: serviceNote, shrink: 16, sparse: true },
]

const bar = (value: number | null | undefined, look: Look): string => {
  if (!look.glyphs || value === null || value === undefined) return ''
  const filled = Math.min(8, Math.round((value / 100) * 8))
  return (look.unicode ? '▪' : '#').repeat(filled) + (look.unicode ? '·' : '.').repeat(8 - filled)
}
const share = (s: Service): number | null =>
  s.usage?.memoryBytes && s.usage.memoryLimitBytes ? (s.usage.memoryBytes / s.usage.memoryLimitBytes) * 100 : null

export const topServiceColumns: readonly Column<Service>[] = [
  { head: 'NAME', cell: (s) => ({ text: s.name, paint: 'bold' }), shrink: 14 },
  { head: 'STATE', cell: (s, look) => stateCell(s.state, look) },
  { head: 'TARGET', cell: (s) => s.targetName, shrink: 8, drop: 5 },
  {
    head: 'CPU',
    align: 'right',
    cell: (s) => ({ text: percent(s.usage?.cpuPercent), paint: hot(s.usage?.cpuPercent) }),
  },
  {
    head: '',
    cell: (s, look) => ({ text: bar(s.usage?.cpuPercent, look), paint: hot(s.usage?.cpuPercent) ?? 'green' }),
    sparse: true,
    drop: 6,
  },
  { head: 'MEMORY', align: 'right', cell: (s) => bytes(s.usage?.memoryBytes) },
  { head: 'OF LIMIT', align: 'right', cell: (s) => ({ text: percent(share(s)), paint: hot(share(s)) }), drop: 4 },
  { head: 'NET IN', align: 'right', cell: (s) => rate(s.usage?.networkInBytesPerS), drop: 3 },
  { head: 'NET OUT', align: 'right', cell: (s) => rate(s.usage?.networkOutBytesPerS), drop: 3 },
  { head: 'READ', align: 'right', cell: (s) => rate(s.usage?.blockReadBytesPerS), drop: 7 },
  { head: 'WRITE', align: 'right', cell: (s) => rate(s.usage?.blockWriteBytesPerS), drop: 7 },
  {
    head: 'PIDS',
    align: 'right',
    cell: (s) => (s.usage?.pids === null || !s.usage ? '-' : String(s.usage.pids)),
    drop: 8,
  },
]

/** The sentence after an act: `web restarted, running for 2s`. */
export function actedSentence(done: string, service: Service, look: Look): string {
  const state = service.state === 'running' || service.state === done ? '' : `, now ${service.state}`
  const up = service.startedAt === null ? null : look.now - Date.parse(service.startedAt)
  return `${service.name} ${done}${state}${service.state === 'running' && up !== null && up > 60_000 ? `, up for ${duration(up)}` : ''}`
}
