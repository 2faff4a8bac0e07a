import type { Points, Wanted } from '../codec/points.ts'
import { type Field, field, keyOf } from '../codec/tick.ts'
import { type Aggregate, type Buckets, p95 } from '../query.ts'
import { Rises } from './rises.ts'

/** Which fields of a source tell an aggregate, and how: one value a point, sums with their counts, or how a counter went. */
interface Way {
  readonly kind: 'plain' | 'weighted' | 'rise'
  readonly fields: readonly Field[]
}

function waysOf(aggregate: Aggregate): readonly Way[] {
  const isRise = aggregate === 'rate' || aggregate === 'increase'
  if (isRise) {
    const rolled: Way = { kind: 'rise', fields: [field.first, field.last, field.reset, field.count] }
    return [{ kind: 'rise', fields: [field.gauge] }, { kind: 'rise', fields: [field.counter] }, rolled]
  }
  const given: Way[] = [field.gauge, field.counter].map((one) => ({ kind: 'plain', fields: [one] }))
  if (aggregate === 'avg' || aggregate === 'last')
    return [...given, { kind: 'weighted', fields: [field.sum, field.count] }, { kind: 'plain', fields: [field.last] }]
  const [gauge, counter] = rolledFields[aggregate]
  return [...given, { kind: 'plain', fields: [gauge] }, { kind: 'plain', fields: [counter] }]
}

/** Of a gauge, and of a counter, once they are rolled up. */
const rolledFields: Record<'sum' | 'min' | 'max' | 'p95', readonly [Field, Field]> = {
  sum: [field.sum, field.last],
  min: [field.min, field.first],
  max: [field.max, field.last],
  p95: [field.max, field.last],
}

/** Gathers the points of some series into buckets. Sources must come in the order their points came. */
export class Gather {
  readonly #metric: number
  readonly #aggregate: Aggregate
  readonly #buckets: Buckets
  readonly #ways: readonly Way[]
  readonly #sums = new Map<number, Float64Array>()
  readonly #counts = new Map<number, Float64Array>()
  readonly #lists = new Map<number, { readonly buckets: number[]; readonly values: number[] }>()
  readonly #rises: Rises

  constructor(metric: number, aggregate: Aggregate, buckets: Buckets) {
    this.#metric = metric
    this.#aggregate = aggregate
    this.#buckets = buckets
    this.#ways = waysOf(aggregate)
    this.#rises = new Rises(buckets)
  }

  async add(source: Points, wanted: Wanted): Promise<void> {
    let into: Int32Array | null = null
    for (const { kind, fields } of this.#ways) {
      const keys = fields.map((one) => keyOf(this.#metric, one))
      if (keys.some((key) => !source.keys.includes(key))) continue
      into ??= this.#bucketsOf(source)
      const [first, ...others] = keys
      // What belongs together is taken together or not at all: a sum without its counts would be no average.
      const beside = await Promise.all(others.map(async (key) => await copies(source, key, wanted)))
      for (const { entity, values } of await source.columns(first!, wanted)) {
        const rest = beside.map((columns) => columns.get(entity))
        if (rest.includes(undefined)) continue
        if (kind === 'rise') this.#rises.add(entity, source, into, [values, ...(rest as Float64Array[])])
        else if (kind === 'weighted') this.#weigh(entity, into, values, rest[0]!)
        else this.#take(entity, into, values)
      }
    }
  }

  #bucketsOf({ times }: Points): Int32Array {
    const { from, stepMs, count } = this.#buckets
    return Int32Array.from(times, (time) => {
      const bucket = Math.floor((time - from) / stepMs)
      return bucket < 0 ? -1 : bucket >= count ? count : bucket
    })
  }

  #of(map: Map<number, Float64Array>, entity: number, empty: number): Float64Array {
    let values = map.get(entity)
    if (values === undefined) {
      // A place more than there are buckets, for what comes after them.
      values = new Float64Array(this.#buckets.count + 1)
      if (empty !== 0) values.fill(empty)
      map.set(entity, values)
    }
    return values
  }

  #take(entity: number, into: Int32Array, values: Float64Array): void {
    if (this.#aggregate === 'p95') return this.#list(entity, into, values)
    const sums = this.#of(this.#sums, entity, Number.NaN)
    const counts = this.#aggregate === 'avg' ? this.#of(this.#counts, entity, 0) : null
    const { length } = into
    for (let at = 0; at < length; at++) {
      const bucket = into[at]!
      const value = values[at]!
      if (bucket < 0 || value !== value) continue
      const before = sums[bucket]!
      if (before !== before) sums[bucket] = value
      else if (this.#aggregate === 'avg' || this.#aggregate === 'sum') sums[bucket] = before + value
      else if (this.#aggregate === 'max') sums[bucket] = value > before ? value : before
      else if (this.#aggregate === 'min') sums[bucket] = value < before ? value : before
      else sums[bucket] = value
      if (counts !== null) counts[bucket]!++
    }
  }

  #weigh(entity: number, into: Int32Array, values: Float64Array, weights: Float64Array): void {
    const sums = this.#of(this.#sums, entity, Number.NaN)
    const counts = this.#of(this.#counts, entity, 0)
    const isLast = this.#aggregate === 'last'
    for (let at = 0; at < into.length; at++) {
      const bucket = into[at]!
      const value = values[at]!
      const weight = weights[at]!
      if (bucket < 0 || value !== value || !(weight > 0)) continue
      if (isLast) sums[bucket] = value / weight
      else {
        sums[bucket] = counts[bucket] === 0 ? value : sums[bucket]! + value
        counts[bucket]! += weight
      }
    }
  }

  #list(entity: number, into: Int32Array, values: Float64Array): void {
    let list = this.#lists.get(entity)
    if (list === undefined) this.#lists.set(entity, (list = { buckets: [], values: [] }))
    for (let at = 0; at < into.length; at++) {
      const bucket = into[at]!
      const value = values[at]!
      if (bucket < 0 || bucket >= this.#buckets.count || value !== value) continue
      list.buckets.push(bucket)
      list.values.push(value)
    }
  }

  /** A value for each bucket, of each entity that has any. */
  result(): Map<number, Float64Array> {
    const { count } = this.#buckets
    if (this.#aggregate === 'rate' || this.#aggregate === 'increase') return this.#rises.result(this.#aggregate)
    const found = new Map<number, Float64Array>()
    for (const [entity, sums] of this.#sums) {
      if (this.#aggregate === 'avg') {
        const counts = this.#counts.get(entity)!
        for (let at = 0; at < count; at++) sums[at]! /= counts[at]!
      }
      found.set(entity, sums.subarray(0, count))
    }
    for (const [entity, { buckets, values }] of this.#lists) found.set(entity, percentiles(buckets, values, count))
    for (const [entity, values] of found) if (values.every(Number.isNaN)) found.delete(entity)
    return found
  }
}

async function copies(source: Points, key: number, wanted: Wanted): Promise<Map<number, Float64Array>> {
  const found = new Map<number, Float64Array>()
  for (const { entity, values } of await source.columns(key, wanted)) found.set(entity, values.slice())
  return found
}

/** The 95th percentile of each bucket, of values in any order. */
function percentiles(buckets: readonly number[], values: readonly number[], count: number): Float64Array {
  const ends = new Uint32Array(count + 1)
  for (const bucket of buckets) ends[bucket + 1]!++
  for (let at = 0; at < count; at++) ends[at + 1]! += ends[at]!
  const starts = ends.slice()
  const sorted = new Float64Array(values.length)
  for (const [index, bucket] of buckets.entries()) sorted[starts[bucket]!++] = values[index]!
  return Float64Array.from({ length: count }, (_, at) => p95(sorted.subarray(ends[at], ends[at + 1])))
}
