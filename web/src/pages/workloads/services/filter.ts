import type { Service } from '@wheelhouse/contract'
import type { ServiceState } from '@wheelhouse/contract/workloads/states'
import { eachOnce } from '../../../api/each-once.ts'

export type Sort = 'needs' | 'name' | 'cpu' | 'memory' | 'changed' | 'target'
export type Group = 'none' | 'stack' | 'target'

export interface Filter {
  readonly q: string
  readonly state: string
  readonly target: string
  readonly stack: string
}

const urgency: Record<ServiceState, number> = {
  failed: 0,
  degraded: 1,
  starting: 2,
  unknown: 3,
  running: 4,
  paused: 5,
  stopped: 6,
}

/** Everything a word may be found in. */
const haystack = (service: Service): string =>
  [
    service.name,
    service.stack ?? '',
    service.image ?? '',
    service.command ?? '',
    service.targetName,
    service.id,
    ...service.ports.map((port) => `${port.hostPort ?? ''}:${port.port}`),
    ...Object.entries(service.labels).map(([key, value]) => `${key}=${value}`),
  ]
    .join('\n')
    .toLowerCase()

/** All of the filter but the state; the tabs count these. `found` are those that the server found by what is not in a row. */
export function inScope(
  services: readonly Service[],
  filter: Filter,
  found: ReadonlySet<string> = new Set(),
): readonly Service[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = services.filter((service) => {
    if (filter.target !== '' && service.targetId !== filter.target && service.targetName !== filter.target) return false
    if (filter.stack !== '' && (service.stack ?? '-') !== filter.stack) return false
    if (words.length === 0) return true
    if (found.has(service.id)) return true
    const hay = haystack(service)
    return words.every((word) => hay.includes(word))
  })
  return eachOnce(fitting)
}

export const ofState = (services: readonly Service[], state: string): readonly Service[] => {
  if (state === '') return services
  const wanted = new Set(state.split(','))
  return services.filter((service) => wanted.has(service.state))
}

export function countStates(services: readonly Service[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const service of services) counts[service.state] = (counts[service.state] ?? 0) + 1
  return counts
}

const byName = (a: Service, b: Service): number =>
  a.name.localeCompare(b.name, 'en', { numeric: true }) || a.id.localeCompare(b.id)

type Reading = (id: string) => number | null

/** Needs-you-first unless told. Readings only count where they are sorted by, so that rows do not wander. */
export function sorted(services: readonly Service[], sort: Sort, cpu: Reading, memory: Reading): Service[] {
  const rows = [...services]
  const high = (value: Reading) => (a: Service, b: Service) => (value(b.id) ?? -1) - (value(a.id) ?? -1) || byName(a, b)
  switch (sort) {
    case 'name':
      return rows.sort(byName)
    case 'target':
      return rows.sort((a, b) => a.targetName.localeCompare(b.targetName) || byName(a, b))
    case 'changed':
      return rows.sort((a, b) => b.changedAt.localeCompare(a.changedAt) || byName(a, b))
    case 'cpu':
      return rows.sort(high(cpu))
    case 'memory':
      return rows.sort(high(memory))
    default:
      return rows.sort((a, b) => urgency[a.state] - urgency[b.state] || byName(a, b))
  }
}

export type Row =
  | { readonly kind: 'group'; readonly name: string; readonly services: readonly Service[] }
  | { readonly kind: 'service'; readonly service: Service }

/** Puts a head before each group; the order inside stays. */
export function grouped(services: readonly Service[], group: Group): Row[] {
  if (group === 'none') return services.map((service) => ({ kind: 'service', service }))
  const groups = new Map<string, Service[]>()
  for (const service of services) {
    const name = group === 'stack' ? (service.stack ?? 'No stack') : service.targetName
    groups.set(name, [...(groups.get(name) ?? []), service])
  }
  return [...groups].flatMap(([name, members]): Row[] => [
    { kind: 'group', name, services: members },
    ...members.map((service): Row => ({ kind: 'service', service })),
  ])
}
