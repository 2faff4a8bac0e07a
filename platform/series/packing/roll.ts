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

/**
 * The points of a finer source by steps of a coarser tier. A step that was left and come back to, because the clock was set back, has
 * a point for each time.
 */
export class RolledPoints implements Points {
  readonly stepMs: number
  readonly times: Float64Array
  readonly keys: readonly number[]
  readonly #source: Points
  /** Which of its points each one of the source belongs to. */
  readonly #into: Uint32Array
  /** What was rolled up at once: fields of one metric are asked for one after the other. */
  #metric = -1
  #rolled = new Map<number, Map<Field, Float64Array>>()

  constructor(source: Points, stepMs: number) {
    this.stepMs = stepMs
    this.#source = source
    const times: number[] = []
    this.#into = Uint32Array.from(source.times, (time) => {
      const start = Math.floor(time / stepMs) * stepMs
      if (times.at(-1) !== start) times.push(start)
      return times.length - 1
    })
    this.times = Float64Array.from(times)
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
    if (has(field.gauge))
      for (const { entity, values } of await read(field.gauge)) {
        this.#add(entity, field.sum, values)
        this.#least(entity, field.min, values)
        this.#most(entity, field.max, values)
        this.#add(entity, field.count, values, true)
      }
    if (has(field.sum)) {
      for (const { entity, values } of await read(field.sum)) this.#add(entity, field.sum, values)
      for (const { entity, values } of await read(field.min)) this.#least(entity, field.min, values)
      for (const { entity, values } of await read(field.max)) this.#most(entity, field.max, values)
    }
    if (has(field.count))
      for (const { entity, values } of await read(field.count)) this.#add(entity, field.count, values)
    if (has(field.counter))
      for (const { entity, values } of await read(field.counter)) {
        this.#rise(entity, values, values, null)
        this.#add(entity, field.count, values, true)
      }
    if (has(field.first)) await this.#riseOfRolled(read)
  }

  async #riseOfRolled(read: (of: Field) => Promise<Iterable<Column>>): Promise<void> {
    const copies = async (of: Field): Promise<Map<number, Float64Array>> => {
      const found = new Map<number, Float64Array>()
      for (const { entity, values } of await read(of)) found.set(entity, values.slice())
      return found
    }
    const [first, last, reset] = [await copies(field.first), await copies(field.last), await copies(field.reset)]
    for (const [entity, firsts] of first) {
      const lasts = last.get(entity)
      const resets = reset.get(entity)
      if (lasts && resets) this.#rise(entity, firsts, lasts, resets)
    }
  }

  #of(entity: number, of: Field): Float64Array {
    let fields = this.#rolled.get(entity)
    if (fields === undefined) this.#rolled.set(entity, (fields = new Map<Field, Float64Array>()))
    let values = fields.get(of)
    if (values === undefined) fields.set(of, (values = new Float64Array(this.times.length).fill(Number.NaN)))
    return values
  }

  #add(entity: number, of: Field, values: Float64Array, counts = false): void {
    const into = this.#of(entity, of)
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!
      if (value !== value) continue
      const to = this.#into[at]!
      const before = into[to]!
      into[to] = (before === before ? before : 0) + (counts ? 1 : value)
    }
    if (!counts) for (let at = 0; at < into.length; at++) into[at] = clean(into[at]!)
  }

  #least(entity: number, of: Field, values: Float64Array): void {
    const into = this.#of(entity, of)
    for (let at = 0; at < values.length; at++) {
      const to = this.#into[at]!
      if (!(values[at]! >= into[to]!) && values[at] === values[at]) into[to] = values[at]!
    }
  }

  #most(entity: number, of: Field, values: Float64Array): void {
    const into = this.#of(entity, of)
    for (let at = 0; at < values.length; at++) {
      const to = this.#into[at]!
      if (!(values[at]! <= into[to]!) && values[at] === values[at]) into[to] = values[at]!
    }
  }

  /** First, last and what is lost between them when a counter is set back. */
  #rise(entity: number, firsts: Float64Array, lasts: Float64Array, resets: Float64Array | null): void {
    const first = this.#of(entity, field.first)
    const last = this.#of(entity, field.last)
    const reset = this.#of(entity, field.reset)
    const { times, stepMs } = this.#source
    let before = -1
    for (let at = 0; at < firsts.length; at++) {
      const [value, end] = [firsts[at]!, lasts[at]!]
      if (value !== value) continue
      const to = this.#into[at]!
      let beyond = resets?.[at] ?? 0
      if (first[to] === first[to] && before >= 0) {
        // What last - first of the whole tells too much or too little of the way from the point before to this one.
        const step = value - lasts[before]!
        if (isBreak(times[before]!, times[at]!, stepMs)) beyond -= step
        else if (step < 0) beyond += value - step
        reset[to] = clean(reset[to]! + beyond)
      } else {
        first[to] = value
        reset[to] = beyond
      }
      last[to] = end
      before = at
    }
  }
}
