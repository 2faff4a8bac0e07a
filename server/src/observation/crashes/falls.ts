import type { Event } from '@wheelhouse/contract'
import type { LifeRow, SourceRow } from '../log-history/index.ts'

/** One end that was not well. Times are epoch ms. */
export interface Fall {
  readonly life: LifeRow
  readonly source: SourceRow
  readonly at: number
  readonly exitCode: number | null
  readonly outOfMemory: boolean
}

/** Falls of one name, newest first; never empty. */
export type Crashing = readonly [Fall, ...Fall[]]

/** Engines wait a minute at most before they start what falls again. */
const apartMs = 5 * 60_000
/** Clocks of engines differ a little from ours. */
const nearMs = 3_000
export const fallTypes = ['service.failed', 'service.crash-looping', 'service.out-of-memory'] as const

interface Told {
  readonly at: number
  readonly exitCode: number | null
  readonly outOfMemory: boolean
  readonly fell: boolean
}

/** What was told of ends, by service. */
export function toldOf(events: readonly Event[]): Map<string, Told[]> {
  const told = new Map<string, Told[]>()
  for (const { type, at, serviceId, data } of events) {
    if (serviceId === null) continue
    const { exitCode, outOfMemory } = data
    const one = {
      at: Date.parse(at),
      exitCode: typeof exitCode === 'number' ? exitCode : null,
      outOfMemory: outOfMemory === true || type === 'service.out-of-memory',
      fell: type !== 'service.out-of-memory',
    }
    told.set(serviceId, [...(told.get(serviceId) ?? []), one])
  }
  return told
}

/**
 * The falls among lives. One that its target started again before anybody looked ended `unknown`: it fell where an event told so, or where
 * the lives of the same container right before and after it fell as well.
 */
export function fallsOf(
  lives: readonly LifeRow[],
  sourceOf: (id: number) => SourceRow | null,
  told: ReadonlyMap<string, readonly Told[]>,
): Fall[] {
  const falls: Fall[] = []
  for (const [sourceId, own] of Map.groupBy(lives, (life) => life.sourceId)) {
    const source = sourceOf(sourceId)
    if (source === null) continue
    const ordered = own.toSorted((a, b) => a.startedAt - b.startedAt)
    const events = told.get(source.serviceId) ?? []
    const judged = ordered.map((life) => fallOf(life, source, events))
    for (const [index, fall] of judged.entries()) {
      const life = ordered[index]!
      if (fall) falls.push(fall)
      else if (life.outcome === 'unknown' && life.endedAt !== null && judged[index - 1] && judged[index + 1])
        falls.push({ life, source, at: life.endedAt, exitCode: null, outOfMemory: false })
    }
  }
  return falls.toSorted((a, b) => b.at - a.at)
}

function fallOf(life: LifeRow, source: SourceRow, events: readonly Told[]): Fall | null {
  const { endedAt, outcome, startedAt } = life
  if (endedAt === null || (outcome !== 'crashed' && outcome !== 'unknown')) return null
  const near = events.filter(({ at }) => at >= startedAt - nearMs && Math.abs(at - endedAt) <= nearMs)
  // An unknown end is told as the start of the next life, which an engine may have put off.
  const during = events.filter(({ at }) => at >= startedAt && at <= endedAt + nearMs)
  const about = outcome === 'crashed' ? near : during
  const ends = about.filter(({ fell }) => fell)
  if (outcome === 'unknown' && ends.length === 0) return null
  const last = ends.at(-1) ?? null
  return {
    life,
    source,
    at: outcome === 'unknown' && last !== null ? Math.min(endedAt, last.at) : endedAt,
    exitCode: life.exitCode ?? last?.exitCode ?? null,
    outOfMemory: about.some(({ outOfMemory }) => outOfMemory) || /for memory/i.test(life.reason ?? ''),
  }
}

/** Falls of one name that follow each other within minutes are one crash. Newest first. */
export function folded(falls: readonly Fall[], groupOf: (source: SourceRow) => string): Crashing[] {
  const crashes: Crashing[] = []
  for (const own of Map.groupBy(falls, ({ source }) => groupOf(source)).values()) {
    let open: [Fall, ...Fall[]] | null = null
    for (const fall of own.toSorted((a, b) => b.at - a.at)) {
      if (open !== null && open.at(-1)!.at - fall.at <= apartMs) open.push(fall)
      else crashes.push((open = [fall]))
    }
  }
  return crashes.toSorted((a, b) => b[0].at - a[0].at)
}
