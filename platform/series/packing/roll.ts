import { type Column, everyEntity, type Points, type Wanted } from '../codec/points.ts'
import { type Field, field, fieldOf, keyOf, metricOf } from '../codec/tick.ts'
import { isBreak } from '../reading/rise.ts'

const gaugeFields: readonly Field[] = [field.sum, field.min, field.max, field.count]
const counterFields: readonly Field[] = [field.count, field.first, field.last, field.reset]

/** Sums of decimals carry the noise of binary fractions; without it they are whole numbers again for the codec, and smaller. */
export function clean(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6
  return Math.abs(rounded - value) <= Math.abs(value) * 1e-13 ? rounded : value
}

const columnsPerPiece = 512
const add = (one: number, other: number): number => one + other

/**
 * The points of a finer source by steps of a coarser tier. A step that was left and come back to, because the clock was set back, has
 * a point for each time.
 */
export class RolledPoints implements Points {
  readonly stepMs: number
  readonly times: Float64Array
  readonly keys: readonly number[]
  readonly #source: Points
  /** Where in the source each of its points ends. */
  readonly #ends: Uint32Array
  /** What was rolled up at once: fields of one metric are asked for one after the other. */
  #metric = -1
  readonly #pieces: Float64Array[] = []
  #taken = 0
  #rolled = new Map<number, Map<Field, Float64Array>>()

  constructor(source: Points, stepMs: number) {
    this.stepMs = stepMs
    this.#source = source
    const times: number[] = []
    const ends: number[] = []
    for (const [at, time] of source.times.entries()) {
      const start = Math.floor(time / stepMs) * stepMs
      if (times.at(-1) !== start) times.push(start)
      ends[times.length - 1] = at + 1
    }
    this.times = Float64Array.from(times)
    this.#ends = Uint32Array.from(ends)
    const keys = new Set<number>()
    for (const key of source.keys) {
      const isGauge = [field.gauge, field.sum].includes(fieldOf(key) as 0 | 2)
      const isCounter = [field.counter, field.first].includes(fieldOf(key) as 1 | 6)
      for (const of of isGauge ? gaugeFields : isCounter ? counterFields : []) keys.add(keyOf(metricOf(key), of))
    }
    this.keys = [...keys].sort((a, b) => a - b)
  }

  edges(): number[] {
    return []
  }

  async columns(key: number, wanted: Wanted): Promise<Iterable<Column>> {
    if (this.#metric !== metricOf(key)) {
      this.#rolled = new Map()
      this.#taken = 0
      this.#metric = metricOf(key)
      await this.#roll(this.#metric)
    }
    const of = fieldOf(key)
    const found: Column[] = []
    for (const entity of [...this.#rolled.keys()].sort((a, b) => a - b)) {
      const values = this.#rolled.get(entity)!.get(of)
      const isWanted = entity >= wanted.first && entity <= wanted.last && wanted.only?.has(entity) !== false
      if (values !== undefined && isWanted) found.push({ entity, values })
    }
    return found
  }

  async #roll(metric: number): Promise<void> {
    const read = async (of: Field) => await this.#source.columns(keyOf(metric, of), everyEntity)
    const has = (of: Field): boolean => this.#source.keys.includes(keyOf(metric, of))
    if (has(field.gauge)) for (const { entity, values } of await read(field.gauge)) this.#rollGauge(entity, values)
    if (has(field.sum)) {
      for (const { entity, values } of await read(field.sum)) this.#fold(entity, field.sum, values, add)
      for (const { entity, values } of await read(field.min)) this.#fold(entity, field.min, values, Math.min)
      for (const { entity, values } of await read(field.max)) this.#fold(entity, field.max, values, Math.max)
    }
    if (has(field.count))
      for (const { entity, values } of await read(field.count)) this.#fold(entity, field.count, values, add)
    if (has(field.counter))
      for (const { entity, values } of await read(field.counter)) this.#rollCounter(entity, values, values, null)
    if (has(field.first)) await this.#rollRolled(read)
  }

  async #rollRolled(read: (of: Field) => Promise<Iterable<Column>>): Promise<void> {
    const copies = async (of: Field): Promise<Map<number, Float64Array>> => {
      const found = new Map<number, Float64Array>()
      for (const { entity, values } of await read(of)) found.set(entity, values.slice())
      return found
    }
    const [first, last, reset] = [await copies(field.first), await copies(field.last), await copies(field.reset)]
    for (const [entity, firsts] of first) {
      const lasts = last.get(entity)
      const resets = reset.get(entity)
      if (lasts && resets) this.#rollCounter(entity, firsts, lasts, resets)
    }
  }

  #of(entity: number, of: Field): Float64Array {
    let fields = this.#rolled.get(entity)
    if (fields === undefined) this.#rolled.set(entity, (fields = new Map<Field, Float64Array>()))
    let values = fields.get(of)
    if (values === undefined) fields.set(of, (values = this.#room()))
    return values
  }

  /** Memory for one more column, of pieces that hold many and serve each metric anew: thousands of small arrays cost more than their use. */
  #room(): Float64Array {
    const { length } = this.times
    const piece = Math.floor(this.#taken / columnsPerPiece)
    const from = (this.#taken++ % columnsPerPiece) * length
    this.#pieces[piece] ??= new Float64Array(length * columnsPerPiece)
    return this.#pieces[piece].subarray(from, from + length).fill(Number.NaN)
  }

  #rollGauge(entity: number, values: Float64Array): void {
    const [sums, counts] = [this.#of(entity, field.sum), this.#of(entity, field.count)]
    const [lows, highs] = [this.#of(entity, field.min), this.#of(entity, field.max)]
    for (let point = 0, at = 0; point < this.#ends.length; point++) {
      let [sum, count, low, high] = [0, 0, Infinity, -Infinity]
      for (const end = this.#ends[point]!; at < end; at++) {
        const value = values[at]!
        if (value !== value) continue
        sum += value
        count++
        if (value < low) low = value
        if (value > high) high = value
      }
      if (count === 0) continue
      sums[point] = clean(sum)
      counts[point] = count
      lows[point] = low
      highs[point] = high
    }
  }

  /** Brings the points of a field that was rolled up before together. */
  #fold(entity: number, of: Field, values: Float64Array, by: (one: number, other: number) => number): void {
    const into = this.#of(entity, of)
    for (let point = 0, at = 0; point < this.#ends.length; point++) {
      let folded = Number.NaN
      for (const end = this.#ends[point]!; at < end; at++) {
        const value = values[at]!
        if (value === value) folded = folded === folded ? by(folded, value) : value
      }
      into[point] = clean(folded)
    }
  }

  /** First, last, and what is lost between them when a counter is set back; a given value is first and last in one. */
  #rollCounter(entity: number, firsts: Float64Array, lasts: Float64Array, resets: Float64Array | null): void {
    const [first, last] = [this.#of(entity, field.first), this.#of(entity, field.last)]
    const [reset, counts] = [this.#of(entity, field.reset), resets === null ? this.#of(entity, field.count) : null]
    const { times, stepMs } = this.#source
    for (let point = 0, at = 0; point < this.#ends.length; point++) {
      let [count, beyond, before] = [0, 0, -1]
      for (const end = this.#ends[point]!; at < end; at++) {
        const value = firsts[at]!
        if (value !== value) continue
        if (count === 0) first[point] = value
        else {
          // What last - first of the whole tells too much or too little of the way from the value before to this one.
          const step = value - lasts[before]!
          if (isBreak(times[before]!, times[at]!, stepMs)) beyond -= step
          else if (step < 0) beyond += value - step
        }
        if (resets !== null) beyond += resets[at]!
        count++
        before = at
      }
      if (count === 0) continue
      last[point] = lasts[before]!
      reset[point] = clean(beyond)
      if (counts !== null) counts[point] = count
    }
  }
}
