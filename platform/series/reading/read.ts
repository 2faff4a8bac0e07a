import { CopiedPoints, type HotColumns } from '../codec/hot.ts'
import type { Points, Wanted } from '../codec/points.ts'
import { metricOf } from '../codec/tick.ts'
import type { ChunkKeeper, Window } from '../keeping/chunk-keeper.ts'
import { type Buckets, entitiesOf, type Series, type SeriesQuery } from '../query.ts'
import { Gather } from './gather.ts'
import { AnswerTooLarge, Reduce } from './reduce.ts'
import { type Directories, nothingScanned, type Scanned, SealedPoints } from './sealed-points.ts'

/** Where the points of a tier and of the finer ones behind it stand, in the order they came. */
export interface Chain {
  readonly windows: readonly Window[]
  readonly hot: readonly HotColumns[]
}

/** What a query is answered from. A later chain fills in where the ones before it have gaps. */
export interface Plan {
  readonly buckets: Buckets
  readonly chains: readonly Chain[]
}

export interface Answer {
  /** When the first step begins, epoch ms. */
  readonly from: number
  readonly stepMs: number
  readonly series: readonly Series[]
  readonly scanned: Scanned
}

/** About so many entities are gathered at once, which is what bounds the memory of a query over all of them. */
const sliceEntities = 256
/** With more steps than this even a slice would take hundreds of megabytes. */
const mostBuckets = 50_000

/** Answers a query of what a plan names. Throws WindowGone where a window has been removed since, and AnswerTooLarge. */
export async function answered(
  query: SeriesQuery,
  { buckets, chains }: Plan,
  keeper: ChunkKeeper,
  directories: Directories,
): Promise<Answer> {
  const scanned = nothingScanned()
  if (buckets.count > mostBuckets) throw new AnswerTooLarge()
  const reduce = new Reduce(query, buckets.count)
  const opened: SealedPoints[] = []
  const open = async ({ windows, hot }: Chain): Promise<Points[]> => {
    const sources: Points[] = []
    for (const window of windows) {
      const points = await SealedPoints.open(keeper, window, directories, scanned)
      if (points === null) continue
      opened.push(points)
      sources.push(points)
    }
    return [...sources, ...hot.map((columns) => new CopiedPoints(columns))]
  }
  try {
    const sources: Points[][] = []
    for (const chain of chains) sources.push(await open(chain))
    for (const slice of slicesOf(query, sources.flat())) {
      const [first = new Map<number, Float64Array>(), ...others] = await gathered(query, buckets, sources, slice)
      for (const other of others) fill(first, other)
      for (const [entity, values] of first) reduce.add(entity, values)
    }
  } finally {
    for (const points of opened) await points.close()
  }
  return { from: buckets.from, stepMs: buckets.stepMs, series: reduce.result(), scanned }
}

async function gathered(
  { metric, aggregate }: SeriesQuery,
  buckets: Buckets,
  chains: readonly (readonly Points[])[],
  slice: Wanted,
): Promise<Map<number, Float64Array>[]> {
  const results: Map<number, Float64Array>[] = []
  for (const sources of chains) {
    const gather = new Gather(metric, aggregate, buckets)
    for (const source of sources) await gather.add(source, slice)
    results.push(gather.result())
  }
  return results
}

function fill(into: Map<number, Float64Array>, other: ReadonlyMap<number, Float64Array>): void {
  for (const [entity, values] of other) {
    const own = into.get(entity)
    if (own === undefined) into.set(entity, values)
    else for (let at = 0; at < own.length; at++) if (Number.isNaN(own[at])) own[at] = values[at]!
  }
}

function slicesOf(query: SeriesQuery, sources: readonly Points[]): Wanted[] {
  const { metric } = query
  const named = entitiesOf(query)
  if (named !== null) {
    const sorted = [...new Set(named)].sort((a, b) => a - b)
    const cuts = Array.from({ length: Math.ceil(sorted.length / sliceEntities) }, (_, at) => at * sliceEntities)
    return cuts.map((at) => {
      const some = sorted.slice(at, at + sliceEntities)
      return { first: some[0]!, last: some.at(-1)!, only: new Set(some) }
    })
  }
  let edges: readonly number[] = []
  for (const source of sources)
    for (const key of source.keys) {
      if (metricOf(key) !== metric) continue
      const its = source.edges(key)
      if (its.length > edges.length) edges = its
    }
  // Edges are some hundred entities apart where windows are whole; two of them make a slice.
  const starts = edges.filter((_, index) => index % 2 === 0 && index > 0)
  return [0, ...starts].map((first, index) => ({ first, last: (starts[index] ?? 2 ** 32) - 1, only: null }))
}
