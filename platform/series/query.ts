/** How the points of one series in one step become one value. */
export type Aggregate = 'avg' | 'max' | 'min' | 'sum' | 'last' | 'rate' | 'increase' | 'p95'
/** How the values of several series at the same step become one. */
export type Across = 'avg' | 'max' | 'min' | 'sum' | 'count' | 'p95'

export interface SeriesQuery {
  readonly metric: number
  /** Null for all there are. */
  readonly entities: readonly number[] | null
  /** From the first to before the second, epoch ms. */
  readonly from: number
  readonly to: number
  /** What a value stands for. It is widened where the range is kept in coarser steps alone; the answer tells. */
  readonly stepMs: number
  /**
   * `rate` is a second and `increase` a step; both count from each value of a counter to the next, also when it began anew, and leave
   * out what is between two that lie apart or on both sides of a change of the clock. In rolled-up tiers `p95` is of the highest of
   * each point, and `last` the average of the last one.
   */
  readonly aggregate: Aggregate
  /** The group of each entity, null for one of all (0); entities without a group are left out. */
  readonly group: { readonly of: ReadonlyMap<number, number> | null; readonly across: Across } | null
  /** Only the series that are highest, or lowest, by the average or the highest of what is shown of them. */
  readonly top: { readonly count: number; readonly by: 'avg' | 'max'; readonly order: 'highest' | 'lowest' } | null
}

/** The entities that a query can be about; null for all. */
export const entitiesOf = ({ entities, group }: Pick<SeriesQuery, 'entities' | 'group'>): readonly number[] | null =>
  entities ?? (group?.of ? [...group.of.keys()] : null)

/** One series: of an entity, or of a group. A value for each step from the answer's `from` on; NaN is a gap. */
export interface Series {
  readonly id: number
  readonly values: Float64Array
}

/** Steps of a range; they begin at multiples of their length. */
export interface Buckets {
  readonly from: number
  readonly stepMs: number
  readonly count: number
}

export function bucketsOf(from: number, to: number, stepMs: number): Buckets {
  const start = Math.floor(from / stepMs) * stepMs
  return { from: start, stepMs, count: Math.max(0, Math.ceil((to - start) / stepMs)) }
}

/** The value below which 95 of 100 lie, by nearest rank. Sorts what it is given. */
export function p95(values: Float64Array): number {
  values.sort()
  return values[Math.max(0, Math.ceil(values.length * 0.95) - 1)] ?? Number.NaN
}
