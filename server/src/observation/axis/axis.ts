import { type AxisKind, axisKinds, type AxisMark, Failure, type Permission, type timeline } from '@wheelhouse/contract'
import { type CallContext, callerMay, type Handlers, visiblePlaces } from '../../dispatch/index.ts'
import { eventMarks, eventsOf, healthMarks, type Span } from './event-marks.ts'
import { alertMark, crashMark, lifeMark, runMark } from './other-marks.ts'
import type { AxisRoom } from './room.ts'
import { type Subject, subjectOf } from './subject.ts'

const hourMs = 3_600_000
const longestMs = 92 * 24 * hourMs
const mostMarks = 1_000
const mostRuns = 300
const mostLives = 1_000
const needs: Record<AxisKind, Permission> = {
  deployment: 'deployments.read',
  config: 'configs.read',
  life: 'logs.read',
  crash: 'logs.read',
  health: 'health.read',
  alert: 'alerts.read',
  event: 'timeline.read',
}

/** A stretch of time that was asked for, in epoch ms. Throws VALIDATION_FAILED for one that is none. */
export function spanOf(input: { since?: string | undefined; until?: string | undefined }): Span {
  const toMs = input.until === undefined ? Date.now() : Date.parse(input.until)
  const fromMs = input.since === undefined ? toMs - hourMs : Date.parse(input.since)
  if (fromMs >= toMs) throw new Failure('VALIDATION_FAILED', 'since: it is not before until.', { field: 'since' })
  if (toMs - fromMs > longestMs)
    throw new Failure('VALIDATION_FAILED', 'since: an axis is of 92 days at most.', { field: 'since' })
  return { fromMs, toMs }
}

function kindsOf(text: string | undefined): ReadonlySet<AxisKind> {
  if (text === undefined) return new Set(axisKinds)
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !(axisKinds as readonly string[]).includes(word))
  if (unknown !== undefined)
    throw new Failure('VALIDATION_FAILED', `kinds: "${unknown}" is none of ${axisKinds.join(', ')}.`, {
      field: 'kinds',
    })
  return new Set(words as AxisKind[])
}

export const axis =
  (room: AxisRoom): Handlers<typeof timeline>['axis'] =>
  async (input, context) => {
    const { caller } = context
    const span = spanOf(input)
    const wanted = kindsOf(input.kinds)
    const subject = subjectOf(room, input, caller)
    const place = {
      ...(subject.targetId === null ? {} : { targetId: subject.targetId }),
      ...(subject.kind === 'service' && subject.serviceIds[0] !== undefined
        ? { serviceId: subject.serviceIds[0] }
        : {}),
    }
    const hidden = [...wanted].filter((kind) => !callerMay(caller, needs[kind], place))
    const shown = new Set([...wanted].filter((kind) => !hidden.includes(kind)))
    const all = await marksOf(room, subject, span, shown, context)
    const overlapping = all
      .filter(
        ({ from, until }) => Date.parse(from) <= span.toMs && (until === null || Date.parse(until) >= span.fromMs),
      )
      .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
    return {
      since: new Date(span.fromMs).toISOString(),
      until: new Date(span.toMs).toISOString(),
      subject: {
        kind: subject.kind,
        name: subject.name,
        stack: subject.stack,
        targetId: subject.targetId,
        serviceIds: subject.serviceIds.slice(0, 200),
      },
      marks: overlapping.slice(-mostMarks),
      hidden,
      more: Math.max(0, overlapping.length - mostMarks),
    }
  }

async function marksOf(
  room: AxisRoom,
  subject: Subject,
  span: Span,
  kinds: ReadonlySet<AxisKind>,
  context: CallContext,
): Promise<AxisMark[]> {
  const { caller } = context
  const has = (...some: AxisKind[]): boolean => some.some((kind) => kinds.has(kind))
  const iso = (ms: number): string => new Date(ms).toISOString()
  const [events, before, runs, lives, crashes, alerts, sets] = await Promise.all([
    has('event', 'config', 'health', 'deployment') ? eventsOf(room, subject, span, caller) : [],
    has('health') && subject.serviceIds.length > 0
      ? room.recent({
          types: ['service.health'],
          serviceIds: subject.serviceIds.slice(0, 400),
          untilMs: span.fromMs - 1,
          places: visiblePlaces(caller, 'timeline.read'),
          limit: 400,
        })
      : [],
    has('deployment') ? runsOf(room, subject, context) : [],
    has('life') && subject.sources.length > 0
      ? room.past.lives({
          sources: subject.sources.map(({ id }) => id),
          outcomes: null,
          endedFrom: span.fromMs,
          startedTo: span.toMs,
          limit: mostLives,
        })
      : [],
    has('crash') ? room.crashes(subject.sources, { fromMs: span.fromMs, toMs: span.toMs }, caller) : [],
    has('alert') && room.alerts !== null
      ? room.alerts({ ...named(subject), since: iso(span.fromMs), until: iso(span.toMs) }, context)
      : [],
    has('config') && subject.stack !== null ? setsOf(room, subject.stack, context) : new Set<string>(),
  ])
  const marks = [
    ...eventMarks(events, subject.stack, sets),
    ...(has('health') ? healthMarks(events, before, span.fromMs) : []),
    ...runs.map(runMark),
    ...lives.flatMap((life) => {
      const source = room.past.source(life.sourceId)
      return source === null ? [] : [lifeMark(life, source, room.registry.service(source.serviceId) !== null)]
    }),
    ...crashes.map(crashMark),
    ...alerts.map(alertMark),
  ]
  return marks.filter(({ kind }) => kinds.has(kind))
}

const named = ({ kind, name, which }: Subject) =>
  kind === 'service' ? { service: which.service ?? name } : kind === 'stack' ? { stack: name } : { target: name }

/** Runs that brought something to the subject; those of another target are left out. */
async function runsOf(room: AxisRoom, { kind, stack, targetId }: Subject, context: CallContext) {
  if (kind !== 'target' && stack === null) return []
  const { items } = await room.runs({ limit: mostRuns, ...(stack === null ? {} : { stack }) }, context)
  return items.filter(({ targets }) => targetId === null || targets.some(({ id }) => id === targetId))
}

/** Names of the configs that releases of a stack were brought with. */
async function setsOf(room: AxisRoom, stack: string, context: CallContext): Promise<Set<string>> {
  if (!callerMay(context.caller, 'deployments.read')) return new Set()
  const { items } = await room.releases({ stack, limit: 50 }, context)
  return new Set(items.flatMap(({ config }) => config?.set ?? []))
}
