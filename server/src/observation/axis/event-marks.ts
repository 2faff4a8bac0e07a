import type { AxisMark, Event } from '@wheelhouse/contract'
import type { EventFilter } from '../timeline/index.ts'
import { type Caller, visiblePlaces } from '../../dispatch/index.ts'
import type { AxisRoom } from './room.ts'
import type { Subject } from './subject.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const mostEvents = 1_500
/** Databases take so many in one list; more are asked for by their target. */
const mostServices = 400
/** What brings something new, beside the runs, which are marks of their own. */
const brings = new Set([
  'stack.applied',
  'stack.adopted',
  'stack.failed',
  'container.replaced',
  'rollout.started',
  'rollout.finished',
  'rollout.rolled-back',
  'rollout.stalled',
])

/** The first word of a type says what it is about; those below have a kind of their own. */
function kindOf({ type }: Event): AxisMark['kind'] | null {
  if (brings.has(type)) return 'deployment'
  if (type === 'config.changed') return 'config'
  if (type === 'service.health') return 'health'
  if (type.startsWith('deployment.') || type.startsWith('alert.') || type.startsWith('job.')) return null
  return 'event'
}

/** What was told of a subject in a stretch of time, oldest first. */
export async function eventsOf(room: AxisRoom, subject: Subject, span: Span, caller: Caller): Promise<Event[]> {
  const common: Partial<EventFilter> = {
    sinceMs: span.fromMs,
    untilMs: span.toMs,
    places: visiblePlaces(caller, 'timeline.read'),
    limit: mostEvents,
  }
  const { kind, serviceIds, stack, targetId } = subject
  const asked: Promise<Event[]>[] = []
  if (kind === 'target') asked.push(room.recent({ ...common, targetId: targetId ?? '' }))
  else if (serviceIds.length > 0) asked.push(room.recent({ ...common, serviceIds: serviceIds.slice(0, mostServices) }))
  if (kind !== 'target' && stack !== null) {
    const place = targetId === null || kind === 'stack' ? {} : { targetId }
    asked.push(room.recent({ ...common, stack, ...place }))
  }
  if (kind !== 'target' && targetId !== null) asked.push(room.recent({ ...common, targetId, types: ['target'] }))
  if (stack !== null) asked.push(room.recent({ ...common, types: ['config.changed'] }))
  const ids = new Set(serviceIds)
  const mine = (event: Event): boolean =>
    kind !== 'service' || event.serviceId === null || ids.has(event.serviceId) || event.type.startsWith('config.')
  const all = new Map((await Promise.all(asked)).flat().map((event) => [event.id, event]))
  return [...all.values()].filter(mine).toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

/** Marks of events, but for those of health, which are stretches. `sets`: names of configs that the subject is brought with. */
export function eventMarks(events: readonly Event[], stack: string | null, sets: ReadonlySet<string>): AxisMark[] {
  return events.flatMap((event) => {
    const kind = kindOf(event)
    if (kind === null || kind === 'health') return []
    if (kind === 'config' && event.stack !== stack && !sets.has(String(event.data.name))) return []
    return [
      {
        id: event.id,
        kind,
        from: event.at,
        until: event.at,
        title: event.message,
        outcome: event.type,
        severity: event.severity,
        actor: event.actor,
        service: event.serviceName,
        serviceId: event.serviceId,
        refersTo: event.id,
      },
    ]
  })
}

/** Stretches in which a service was not healthy; `before` holds what was told before the time that is looked at. */
export function healthMarks(events: readonly Event[], before: readonly Event[], fromMs: number): AxisMark[] {
  const open = new Map<string, AxisMark>()
  const marks: AxisMark[] = []
  const told = [...before, ...events]
    .filter(({ type, serviceId }) => type === 'service.health' && serviceId !== null)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  for (const event of told) {
    const id = event.serviceId!
    const running = open.get(id)
    if (event.data.health === 'unhealthy') {
      if (!running) open.set(id, unhealthy(event))
    } else if (running) {
      open.delete(id)
      marks.push({ ...running, until: event.at })
    }
  }
  return [...marks, ...open.values()].filter(({ until }) => until === null || Date.parse(until) >= fromMs)
}

const unhealthy = (event: Event): AxisMark => ({
  id: `health-${event.id}`,
  kind: 'health',
  from: event.at,
  until: null,
  title: event.message,
  outcome: 'unhealthy',
  severity: 'warning',
  actor: null,
  service: event.serviceName,
  serviceId: event.serviceId,
  refersTo: event.id,
})
