import type { Crash } from '@wheelhouse/contract'
import { visiblePlaces, type Caller } from '../../dispatch/index.ts'
import { groupOf, type LifeRow, type SourceRow } from '../log-history/index.ts'
import { exitWords } from './exit-words.ts'
import { type Crashing, fallsOf, fallTypes, folded, toldOf } from './falls.ts'
import type { CrashRoom } from './room.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()
const mostLives = 1_000
const mostEvents = 2_000
/** Databases take so many in one list. */
const mostServices = 400

interface Stretch {
  readonly fromMs?: number
  readonly toMs?: number
}

/** The crashes of some sources, newest first. */
export async function crashesOf(
  room: CrashRoom,
  sources: readonly SourceRow[],
  { fromMs, toMs }: Stretch,
  caller: Caller,
): Promise<Crashing[]> {
  if (sources.length === 0) return []
  const lives = await room.past.lives({
    sources: sources.map(({ id }) => id),
    outcomes: ['crashed', 'unknown'],
    ...(fromMs === undefined ? {} : { endedFrom: fromMs }),
    ...(toMs === undefined ? {} : { startedTo: toMs }),
    limit: mostLives,
  })
  const ended = lives.filter(({ endedAt }) => endedAt !== null && (toMs === undefined || endedAt <= toMs))
  const events = await eventsOf(room, ended, caller)
  return folded(
    fallsOf(ended, (id) => room.past.source(id), toldOf(events)),
    groupOf,
  )
}

async function eventsOf(room: CrashRoom, lives: readonly LifeRow[], caller: Caller) {
  const serviceIds = [...new Set(lives.map(({ sourceId }) => room.past.source(sourceId)?.serviceId))].filter(
    (id) => id !== undefined,
  )
  const sinceMs = Math.min(...lives.map(({ startedAt }) => startedAt))
  if (serviceIds.length === 0) return []
  return room.recent({
    types: fallTypes,
    ...(serviceIds.length > mostServices ? {} : { serviceIds }),
    sinceMs,
    places: visiblePlaces(caller, 'timeline.read'),
    limit: mostEvents,
  })
}

/** When each ran again: the first life of its name that began after the last fall. */
export async function shownCrashes(room: CrashRoom, found: readonly Crashing[], caller: Caller): Promise<Crash[]> {
  const first = Math.min(...found.map(([last]) => last.at))
  const groups = new Map(found.map(([{ source }]) => [groupOf(source), room.past.named(source, caller)]))
  const ids = [...new Set([...groups.values()].flat().map(({ id }) => id))]
  const later =
    found.length === 0
      ? []
      : await room.past.lives({ sources: ids, outcomes: null, startedFrom: first, limit: mostLives })
  return found.map((crashing) => {
    const own = new Set(groups.get(groupOf(crashing[0].source))?.map(({ id }) => id))
    const after = later.filter(({ sourceId }) => own.has(sourceId))
    return shown(room, crashing, after)
  })
}

export function shown(room: CrashRoom, falls: Crashing, lives: readonly LifeRow[]): Crash {
  const [last] = falls
  const { life, source } = last
  const oldest = falls.at(-1) ?? last
  const next = lives
    .filter(({ startedAt, id }) => startedAt >= last.at && id !== life.id)
    .toSorted((a, b) => a.startedAt - b.startedAt)[0]
  const nextId = next && room.past.source(next.sourceId)?.serviceId
  return {
    id: life.id,
    service: source.name,
    serviceId: source.serviceId,
    sourceId: String(source.id),
    stack: source.stack,
    targetId: source.targetId,
    targetName: room.registry.stored(source.targetId)?.record.name ?? source.targetName,
    image: life.image,
    startedAt: iso(life.startedAt),
    at: iso(last.at),
    exitCode: last.exitCode,
    meaning: exitWords(last.exitCode, last.outOfMemory),
    outOfMemory: last.outOfMemory,
    reason: life.reason,
    count: falls.length,
    firstAt: iso(oldest.at),
    again:
      next === undefined || nextId === undefined
        ? null
        : { at: iso(next.startedAt), serviceId: nextId, replaced: nextId !== source.serviceId },
  }
}
