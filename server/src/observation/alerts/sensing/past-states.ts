import type { AlertCondition, Event } from '@wheelhouse/contract'
import type { NowCondition } from './now-traces.ts'
import type { World } from './ports.ts'
import type { Selection } from './selection.ts'
import { type Subject, subjectOfEvent } from './subject.ts'
import { firstAfter, type Span, type Trace, type Traces } from './trace.ts'

const mostEvents = 20_000

/** What an event says of how its service or target stands from then on; null where it says nothing of it. */
function saysOf(condition: AlertCondition, event: Event): boolean | null {
  const { type, data } = event
  if (condition.kind === 'target')
    return type === 'target.lost' ? true : type === 'target.connected' || type === 'target.removed' ? false : null
  if (condition.kind === 'health') {
    if (type === 'service.health' && typeof data.state === 'string') return data.state === 'unhealthy'
    return type === 'service.stopped' || type === 'service.removed' ? false : null
  }
  if (condition.kind !== 'state') return null
  const state = stateAfter(event)
  return state === null ? null : condition.states.includes(state)
}

function stateAfter({ type, data }: Event): string | null {
  switch (type) {
    case 'service.failed':
    case 'service.crash-looping':
      return 'failed'
    case 'service.started':
    case 'service.restarted':
    case 'service.resumed':
      return 'running'
    case 'service.stopped':
    case 'service.paused':
    case 'service.removed':
      return 'over'
    case 'service.health':
      return data.state === 'unhealthy' ? 'degraded' : data.state === 'healthy' ? 'running' : null
    default:
      return null
  }
}

const families = { health: ['service'], state: ['service'], target: ['target'] } as const

/** How services and targets stood, told from the events that are kept. */
export async function pastStates(
  condition: NowCondition,
  selection: Selection,
  world: World,
  span: Span,
): Promise<Traces> {
  const { registry } = world
  // Some time before it, so that what was broken at its beginning is known to be.
  const sinceMs = span.sinceMs - (span.untilMs - span.sinceMs)
  const events = await world.events({ types: [...families[condition.kind]], sinceMs, limit: mostEvents })
  const targetName = (id: string): string | null => registry.findTarget(id)?.name ?? null
  const bySubject = new Map<string, { subject: Subject; turns: { at: number; holds: boolean; message: string }[] }>()
  for (const event of events.toReversed()) {
    const holds = saysOf(condition, event)
    if (holds === null) continue
    const subject = subjectOfEvent(event, targetName)
    const live = subject.serviceId === null ? null : registry.service(subject.serviceId)
    if (
      condition.kind === 'target'
        ? !selection.target({ id: subject.targetId ?? '', name: subject.name })
        : live
          ? !selection.service(live)
          : !selection.subject(subject, targetName)
    )
      continue
    let entry = bySubject.get(subject.key)
    if (!entry) bySubject.set(subject.key, (entry = { subject, turns: [] }))
    entry.turns.push({ at: Date.parse(event.at), holds, message: event.message })
  }
  const traces = [...bySubject.values()].map(({ subject, turns }): Trace => {
    const times = turns.map(({ at }) => at)
    const lastAt = (at: number) => turns[firstAfter(times, at) - 1]
    return {
      subject,
      valueAt: (at) => (lastAt(at)?.holds ? 1 : 0),
      detailAt: (at) => lastAt(at)?.message ?? null,
    }
  })
  const limits =
    events.length < mostEvents ? [] : [`There were more than ${mostEvents} events; only the newest were looked at.`]
  const untold =
    condition.kind === 'state'
      ? condition.states.filter((state) => !['failed', 'degraded', 'running'].includes(state))
      : []
  if (untold.length > 0) limits.push(`The history does not tell when a service was ${untold.join(' or ')}.`)
  return { traces, unit: null, problem: null, limits }
}
