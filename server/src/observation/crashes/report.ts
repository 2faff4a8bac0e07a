import { type CrashReport, Failure, type KeptLine } from '@wheelhouse/contract'
import { type CallContext, callerMay, visiblePlaces } from '../../dispatch/index.ts'
import type { LifeRow, SourceRow } from '../log-history/index.ts'
import { changeBefore } from './change-before.ts'
import type { Crashing, Fall } from './falls.ts'
import type { CrashRoom } from './room.ts'
import { crashesOf, iso, shown } from './shown.ts'

const minuteMs = 60_000
const wordLines = 200
const mostFalls = 100
const mostAfter = 20
const mostEvents = 200
/** Engines tell ends a moment apart from the lines. */
const slackMs = 2_000
/** Of the names of readings; those that nothing has are left out. */
export const crashMetrics = ['cpu.percent', 'memory.bytes'] as const
/** A crash that is looked for by a life stands among those around it. */
const aroundMs = 24 * 60 * minuteMs

const gone = (id: string): Failure =>
  new Failure('NOT_FOUND', `There is no crash "${id}". wh crashes lists those that are known.`, { kind: 'crash', id })

/** The crash that a fall belongs to, with all falls of it. Throws NOT_FOUND, also for one whose lines the caller may not read. */
async function found(room: CrashRoom, id: string, { caller }: CallContext): Promise<Crashing> {
  const life = await room.past.life(id)
  const source = life === null ? null : room.past.source(life.sourceId)
  if (life === null || life.endedAt === null || source === null || !room.past.mayRead(source, caller)) throw gone(id)
  const stretch = { fromMs: life.endedAt - aroundMs, toMs: life.endedAt + aroundMs }
  const crash = (await crashesOf(room, room.past.named(source, caller), stretch, caller)).find((falls) =>
    falls.some((fall) => fall.life.id === id),
  )
  if (!crash) throw gone(id)
  return crash
}

export async function crashReport(room: CrashRoom, id: string, context: CallContext): Promise<CrashReport> {
  const falls = await found(room, id, context)
  const { caller } = context
  const [last] = falls
  const first = falls.at(-1) ?? last
  const named = room.past.named(last.source, caller)
  const after = (
    await room.past.lives({
      sources: named.map(({ id: number }) => number),
      outcomes: null,
      startedFrom: last.at - slackMs,
      limit: 500,
    })
  )
    .filter(({ id: lifeId, startedAt }) => lifeId !== last.life.id && startedAt >= last.at)
    .toSorted((a, b) => a.startedAt - b.startedAt)
  const place = { targetId: last.source.targetId, serviceId: last.source.serviceId }
  const [words, change, events, readings, alerts] = await Promise.all([
    lastWords(room, last, after, context),
    callerMay(caller, 'timeline.read', place) ? changeBefore(room, named, last.source, first.at, caller) : null,
    eventsAround(room, named, first, last, context),
    readingsBefore(room, last, context),
    alertsOf(room, named, first, last, context),
  ])
  return {
    ...shown(room, falls, after),
    ...words,
    change,
    events,
    readings,
    alerts,
    falls: falls.slice(0, mostFalls).map(({ life, at, exitCode, outOfMemory }) => ({
      id: life.id,
      startedAt: iso(life.startedAt),
      at: iso(at),
      exitCode,
      outOfMemory,
    })),
    after: after.slice(0, mostAfter).map((life) => afterwards(room, life)),
  }
}

/** The lines of this life alone: one of the same name may have run beside it. */
async function lastWords(room: CrashRoom, { life, source, at }: Fall, after: readonly LifeRow[], context: CallContext) {
  const next = after.find(({ sourceId }) => sourceId === source.id)
  const until = next === undefined ? at + slackMs : Math.min(at + slackMs, Math.max(at, next.startedAt))
  const { items } = await room.search(
    {
      service: String(source.id),
      since: iso(life.startedAt - slackMs),
      until: iso(until),
      order: 'newest',
      limit: wordLines + 1,
    },
    context,
  )
  const own = items.filter(({ sourceId }) => sourceId === String(source.id))
  return { lines: marked(own.slice(0, wordLines).toReversed()), earlier: items.length > wordLines }
}

/** A trace belongs to the error above it. */
function marked(lines: readonly KeptLine[]): CrashReport['lines'] {
  let within = false
  return lines.map((line) => {
    const isError = line.level === 'error' || line.level === 'fatal'
    within = isError || (line.goesOn && within)
    return { ...line, error: within }
  })
}

async function eventsAround(
  room: CrashRoom,
  named: readonly SourceRow[],
  first: Fall,
  last: Fall,
  { caller }: CallContext,
): Promise<CrashReport['events']> {
  const { targetId, serviceId, stack } = last.source
  if (!callerMay(caller, 'timeline.read', { targetId, serviceId })) return null
  const common = {
    sinceMs: first.at - 10 * minuteMs,
    untilMs: last.at + 5 * minuteMs,
    places: visiblePlaces(caller, 'timeline.read'),
    limit: mostEvents,
  }
  const all = await Promise.all([
    room.recent({ ...common, serviceIds: named.map((row) => row.serviceId) }),
    room.recent({ ...common, targetId, types: ['target'] }),
    stack === null ? [] : room.recent({ ...common, stack, targetId }),
  ])
  const byId = new Map(all.flat().map((event) => [event.id, event]))
  // Of the other services of its stack only what went wrong says anything here.
  const ids = new Set(named.map((row) => row.serviceId))
  return [...byId.values()]
    .filter((event) => event.serviceId === null || ids.has(event.serviceId) || event.severity !== 'info')
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

async function readingsBefore(
  room: CrashRoom,
  { at, source }: Fall,
  context: CallContext,
): Promise<CrashReport['readings']> {
  const { targetId, serviceId } = source
  const { readings } = room
  if (readings === null || !callerMay(context.caller, 'metrics.read', { targetId, serviceId })) return null
  const span = { since: iso(at - 15 * minuteMs), until: iso(at + minuteMs) }
  const answers = await Promise.all(
    crashMetrics.map((metric) => readings({ metric, service: serviceId, ...span }, context).catch(none)),
  )
  const known = answers.filter((answer) => answer?.series.some(({ values }) => values.some((value) => value !== null)))
  return known.length === 0 ? null : known.filter((answer) => answer != null)
}

/** Where nothing is kept of it, that is no error of the page. */
const none = (error: unknown): null => {
  if (error instanceof Failure) return null
  throw error
}

async function alertsOf(
  room: CrashRoom,
  named: readonly SourceRow[],
  first: Fall,
  last: Fall,
  context: CallContext,
): Promise<CrashReport['alerts']> {
  const { targetId, serviceId, name } = last.source
  const { alerts } = room
  if (alerts === null || !callerMay(context.caller, 'alerts.read', { targetId, serviceId })) return null
  const within = { since: iso(first.at - 10 * minuteMs), until: iso(last.at + 30 * minuteMs) }
  const ids = new Set(named.map((row) => row.serviceId))
  const asked = await Promise.all(
    [{ service: serviceId }, { service: name }].map((which) => alerts({ ...which, ...within }, context).catch(none)),
  )
  const byId = new Map(asked.flatMap((some) => some ?? []).map((alert) => [alert.id, alert]))
  return [...byId.values()].filter((alert) => alert.serviceId === null || ids.has(alert.serviceId))
}

function afterwards(room: CrashRoom, life: LifeRow): CrashReport['after'][number] {
  const serviceId = room.past.source(life.sourceId)?.serviceId ?? ''
  const now = room.registry.service(serviceId)
  return {
    serviceId,
    startedAt: iso(life.startedAt),
    endedAt: life.endedAt === null ? null : iso(life.endedAt),
    outcome: life.endedAt === null && now === null ? 'unknown' : life.outcome,
    exitCode: life.exitCode,
    image: life.image,
    state: now?.state ?? null,
  }
}
