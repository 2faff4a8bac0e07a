import { type AlertCondition, type Event, EventType } from '@wheelhouse/contract'
import type { World } from './ports.ts'
import type { Selection } from './selection.ts'
import { type Subject, subjectOfEvent } from './subject.ts'
import { firstAfter, type Span, type Trace, type Traces } from './trace.ts'

export type EventCondition = Extract<AlertCondition, { kind: 'event' }>

/** What is read of a span at most. */
const mostEvents = 20_000

/** Whether an event is of a type, or of a family by its first word. What a run ended as is a type of its own: `deployment.failed`. */
export function isOfType(event: Event, type: string): boolean {
  if (event.type.startsWith('alert')) return false
  if (event.type === type || event.type.startsWith(`${type}.`)) return true
  return event.type === 'deployment.finished' && type === `deployment.${String(event.data.state)}`
}
const isOneOf = (event: Event, types: readonly string[]): boolean => types.some((type) => isOfType(event, type))

/** Types as they are asked of the timeline. */
export function keptTypes(types: readonly string[]): string[] {
  const known = new Set<string>(EventType.options)
  return [
    ...new Set(
      types.map((type) => (type.startsWith('deployment.') && !known.has(type) ? 'deployment.finished' : type)),
    ),
  ]
}

interface Occurrence {
  readonly at: number
  readonly ends: boolean
  readonly message: string
}

/** What happened to each subject, in the order of time. */
export class Occurrences {
  readonly #condition: EventCondition
  readonly #selection: Selection
  readonly #world: World
  readonly #bySubject = new Map<string, { subject: Subject; told: Occurrence[] }>()
  readonly #seen = new Set<string>()

  constructor(condition: EventCondition, selection: Selection, world: World) {
    this.#condition = condition
    this.#selection = selection
    this.#world = world
  }

  /** Reads what is kept of a span; answers whether that was all of it. */
  async read(sinceMs: number): Promise<boolean> {
    const types = keptTypes([...this.#condition.types, ...(this.#condition.until ?? [])])
    const events = await this.#world.events({ types, sinceMs, limit: mostEvents })
    for (const event of events.toReversed()) this.add(event)
    return events.length < mostEvents
  }

  /** The subject it tells of; null for one that the rule does not look at. One that was told is not told twice. */
  add(event: Event): Subject | null {
    const ends = isOneOf(event, this.#condition.until ?? [])
    if (!ends && !isOneOf(event, this.#condition.types)) return null
    const { registry } = this.#world
    const subject = subjectOfEvent(event, (id) => registry.findTarget(id)?.name ?? null)
    if (!this.#isMeant(subject) || this.#seen.has(event.id)) return null
    this.#seen.add(event.id)
    let entry = this.#bySubject.get(subject.key)
    if (!entry) this.#bySubject.set(subject.key, (entry = { subject, told: [] }))
    const occurrence = { at: Date.parse(event.at), ends, message: event.message }
    // Instances have clocks of their own.
    const place = firstAfter(
      entry.told.map(({ at }) => at),
      occurrence.at,
    )
    entry.told.splice(place, 0, occurrence)
    return subject
  }

  /** Lets go of what no window reaches any more. */
  forget(before: number): void {
    for (const [key, { told }] of this.#bySubject) {
      const first = told.findIndex(({ at }) => at > before)
      if (first === -1) this.#bySubject.delete(key)
      else told.splice(0, first)
    }
    if (this.#bySubject.size === 0) this.#seen.clear()
  }

  traces(): Trace[] {
    return [...this.#bySubject.values()].map(({ subject, told }) => {
      const times = told.map(({ at }) => at)
      const within = (at: number): Occurrence[] => {
        const known = told.slice(firstAfter(times, at - this.#condition.windowMs), firstAfter(times, at))
        return known.slice(known.findLastIndex(({ ends }) => ends) + 1)
      }
      return {
        subject,
        valueAt: (at) => within(at).length,
        detailAt: (at) => within(at).at(-1)?.message ?? told.at(-1)?.message ?? null,
      }
    })
  }

  #isMeant(subject: Subject): boolean {
    const { registry } = this.#world
    const live = subject.serviceId === null ? null : registry.service(subject.serviceId)
    if (live) return this.#selection.service(live)
    return this.#selection.subject(subject, (id) => registry.findTarget(id)?.name ?? null)
  }
}

export async function eventTraces(
  condition: EventCondition,
  selection: Selection,
  world: World,
  span: Span,
): Promise<Traces> {
  const occurrences = new Occurrences(condition, selection, world)
  const isWhole = await occurrences.read(span.sinceMs - condition.windowMs)
  return {
    traces: occurrences.traces(),
    unit: 'count',
    problem: null,
    limits: isWhole ? [] : [`There were more than ${mostEvents} such events; only the newest were looked at.`],
  }
}
