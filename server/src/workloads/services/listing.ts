import { Failure, type Place, type Service, type ServiceState, serviceStates } from '@wheelhouse/contract'

export interface ListQuery {
  readonly q?: string | undefined
  readonly state?: string | undefined
  readonly status?: string | undefined
  readonly target?: string | undefined
  readonly stack?: string | undefined
  readonly kind?: string | undefined
  readonly label?: string | undefined
  readonly tasks?: boolean | undefined
  readonly sort?: 'needs' | 'name' | 'cpu' | 'memory' | 'changed' | 'target' | undefined
}

// What needs a hand comes first; calm things by name.
const need: Record<ServiceState, number> = {
  failed: 0,
  degraded: 1,
  starting: 2,
  unknown: 3,
  paused: 4,
  running: 5,
  stopped: 6,
}
const byName = (a: Service, b: Service): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1)
const orders: Record<NonNullable<ListQuery['sort']>, (a: Service, b: Service) => number> = {
  needs: (a, b) => need[a.state] - need[b.state] || byName(a, b),
  name: byName,
  cpu: (a, b) => (b.usage?.cpuPercent ?? -1) - (a.usage?.cpuPercent ?? -1) || byName(a, b),
  memory: (a, b) => (b.usage?.memoryBytes ?? -1) - (a.usage?.memoryBytes ?? -1) || byName(a, b),
  changed: (a, b) => (a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : byName(a, b)),
  target: (a, b) => (a.targetName < b.targetName ? -1 : a.targetName > b.targetName ? 1 : byName(a, b)),
}

const words = (text: string | undefined): Set<string> | null =>
  text ? new Set(text.split(',').map((word) => word.trim())) : null

function statesOf(query: ListQuery): Set<string> | null {
  const wanted = words(query.state ?? query.status)
  const unknown = wanted && [...wanted].find((word) => !(serviceStates as readonly string[]).includes(word))
  if (unknown) {
    throw new Failure('VALIDATION_FAILED', `state: "${unknown}" is none of ${serviceStates.join(', ')}.`, {
      field: 'state',
      known: serviceStates,
    })
  }
  return wanted
}

function labelled(label: string | undefined): (service: Service) => boolean {
  if (!label) return () => true
  const at = label.indexOf('=')
  if (at < 0) return (service) => Object.hasOwn(service.labels, label)
  return (service) => service.labels[label.slice(0, at)] === label.slice(at + 1)
}

/** Rows are replaced when they change, never written to: what was put together for one stays true for as long as it is there. */
const haystacks = new WeakMap<Service, string>()

/** Everything a word may be found in, but for addresses. */
function haystack(service: Service): string {
  const known = haystacks.get(service)
  if (known !== undefined) return known
  const { name, image, stack, command, id, ports, labels } = service
  const parts = [name, image ?? '', stack ?? '', command ?? '', id]
  for (const { hostPort, port } of ports) parts.push(`${hostPort ?? ''}:${port}`)
  for (const [key, value] of Object.entries(labels)) parts.push(`${key}=${value}`)
  const made = parts.join(' ').toLowerCase()
  haystacks.set(service, made)
  return made
}

/** Without the containers of tasks whose Swarm service is among the rows: it stands for them. */
export function eachOnce(rows: readonly Service[]): readonly Service[] {
  const swarm = new Set(rows.flatMap(({ kind, id }) => (kind === 'swarm-service' ? [id] : [])))
  return swarm.size === 0 ? rows : rows.filter(({ taskOf }) => taskOf === undefined || !swarm.has(taskOf))
}

/** Filters and sorts the mirror's rows; `states` counts before the state filter, for the tabs above a list. */
export function listServices(
  rows: Iterable<Service>,
  query: ListQuery,
  visible: (place: Place) => boolean,
  addressesOf: (service: Service) => readonly string[] = () => [],
): { rows: Service[]; states: Record<string, number> } {
  const wantedStates = statesOf(query)
  const targets = words(query.target)
  const carries = labelled(query.label)
  const text = query.q?.toLowerCase()
  const fitting: Service[] = []
  for (const service of rows) {
    if (!visible({ targetId: service.targetId, serviceId: service.id })) continue
    if (targets && !targets.has(service.targetId) && !targets.has(service.targetName)) continue
    if (query.stack !== undefined && service.stack !== query.stack) continue
    if (query.kind !== undefined && service.kind !== query.kind) continue
    if (!carries(service)) continue
    if (text && !haystack(service).includes(text) && !addressesOf(service).some((one) => one.includes(text))) continue
    fitting.push(service)
  }
  const states: Record<string, number> = {}
  const found: Service[] = []
  for (const service of query.tasks === true ? fitting : eachOnce(fitting)) {
    states[service.state] = (states[service.state] ?? 0) + 1
    if (!wantedStates || wantedStates.has(service.state)) found.push(service)
  }
  return { rows: found.sort(orders[query.sort ?? 'needs']), states }
}
