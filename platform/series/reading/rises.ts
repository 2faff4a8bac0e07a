import type { Points } from '../codec/points.ts'
import type { Buckets } from '../query.ts'
import { isBreak } from './rise.ts'

interface Counter {
  readonly rises: Float64Array
  /** How much time the rises of a bucket are of, in ms. */
  readonly covered: Float64Array
  /** The last value there was, and when. */
  value: number
  at: number
  stepMs: number
}

/** What counters rose by, bucket for bucket: from each value to the next, whatever window or tier they stand in. */
export class Rises {
  readonly #buckets: Buckets
  readonly #counters = new Map<number, Counter>()

  constructor(buckets: Buckets) {
    this.#buckets = buckets
  }

  /** Columns are the values; or, of rolled-up points, first, last, what resets lost, and how many values a point stands for. */
  add(
    entity: number,
    { times, stepMs }: Points,
    into: Int32Array,
    [firsts, lasts = firsts, resets, counts]: readonly Float64Array[],
  ): void {
    const counter = this.#of(entity)
    const { rises, covered } = counter
    const { count } = this.#buckets
    for (let at = 0; at < times.length; at++) {
      const first = firsts![at]!
      if (first !== first) continue
      const time = times[at]!
      const last = lasts![at]!
      // Points of a rolled-up one are taken to lie evenly.
      const withinMs = counts === undefined ? 0 : stepMs * (1 - 1 / counts[at]!)
      const bucket = into[at]!
      if (bucket >= 0 && bucket < count) {
        const isKnown = counter.stepMs > 0 && !isBreak(counter.at, time, Math.max(counter.stepMs, stepMs))
        const entering = !isKnown ? 0 : first >= counter.value ? first - counter.value : first
        const coveredMs = (isKnown ? time - counter.at : 0) + withinMs
        if (isKnown || withinMs > 0) {
          const before = rises[bucket]!
          rises[bucket] = (before === before ? before : 0) + entering + last - first + (resets?.[at] ?? 0)
          covered[bucket]! += coveredMs
        }
      }
      counter.value = last
      counter.at = time + withinMs
      counter.stepMs = stepMs
    }
  }

  #of(entity: number): Counter {
    let counter = this.#counters.get(entity)
    if (counter === undefined) {
      const { count } = this.#buckets
      const rises = new Float64Array(count).fill(Number.NaN)
      counter = { rises, covered: new Float64Array(count), value: 0, at: 0, stepMs: 0 }
      this.#counters.set(entity, counter)
    }
    return counter
  }

  result(aggregate: 'rate' | 'increase'): Map<number, Float64Array> {
    const found = new Map<number, Float64Array>()
    for (const [entity, { rises, covered }] of this.#counters) {
      if (aggregate === 'rate')
        for (let at = 0; at < rises.length; at++)
          rises[at] = covered[at]! > 0 ? rises[at]! / (covered[at]! / 1000) : Number.NaN
      if (!rises.every(Number.isNaN)) found.set(entity, rises)
    }
    return found
  }
}
