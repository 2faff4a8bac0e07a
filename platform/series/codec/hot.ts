import { type Column, everyEntity, type Points, type Wanted } from './points.ts'
import { decodedTick, type EncodedPart, metricOf } from './tick.ts'

/** Parts of ticks that have the same entities and metrics. */
class Shape {
  readonly entities: Uint32Array
  readonly keys: Uint32Array
  readonly rows = new Map<number, number>()
  readonly columns = new Map<number, number>()
  readonly points: number[] = []
  readonly values: Float64Array[] = []

  constructor({ entities, keys }: EncodedPart) {
    this.entities = entities
    this.keys = keys
    for (const [row, entity] of entities.entries()) this.rows.set(entity, row)
    for (const [column, key] of keys.entries()) this.columns.set(key, column)
  }

  /** Copies what it has of a key of some entities, a row of `count` values each. */
  copy(key: number, entities: Uint32Array, into: Float64Array, count: number): void {
    const width = this.keys.length
    const column = this.columns.get(key)!
    const places = Int32Array.from(entities, (entity) => {
      const row = this.rows.get(entity)
      return row === undefined ? -1 : row * width + column
    })
    for (let index = 0; index < this.points.length; index++) {
      const values = this.values[index]!
      let to = this.points[index]!
      for (let at = 0; at < places.length; at++, to += count) if (places[at]! >= 0) into[to] = values[places[at]!]!
    }
  }

  isOf({ entities, keys }: EncodedPart): boolean {
    return same(this.entities, entities) && same(this.keys, keys)
  }
}

const tileEntities = 64
const edgeEntities = 128

const bytesOf = (numbers: Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
const same = (one: Uint32Array, other: Uint32Array): boolean =>
  one.length === other.length && Buffer.compare(bytesOf(one), bytesOf(other)) === 0

/** What one metric has in ticks that are not sealed yet, copied so that another thread can read it. */
export interface HotColumns {
  readonly stepMs: number
  readonly times: Float64Array
  /** By rising key; of each entity, rising, a row of as many values as there are times. */
  readonly columns: readonly { readonly key: number; readonly entities: Uint32Array; readonly values: Float64Array }[]
}

/** Ticks that are not sealed yet, as points. */
export class HotPoints implements Points {
  readonly stepMs: number
  keys: readonly number[] = []
  readonly #times: number[] = []
  readonly #shapes: Shape[] = []
  readonly #entities = new Map<number, Uint32Array>()

  constructor(stepMs: number, ticks: readonly Uint8Array[]) {
    this.stepMs = stepMs
    for (const tick of ticks) this.add(tick)
  }

  get times(): Float64Array {
    return Float64Array.from(this.#times)
  }

  add(tick: Uint8Array): void {
    const { at, parts } = decodedTick(tick)
    const point = this.#times.push(at) - 1
    for (const part of parts) {
      let shape = this.#shapes.findLast((one) => one.isOf(part))
      if (shape === undefined) {
        this.#shapes.push((shape = new Shape(part)))
        this.#entities.clear()
        this.keys = [...new Set([...this.keys, ...part.keys])].sort((a, b) => a - b)
      }
      shape.points.push(point)
      shape.values.push(part.values)
    }
  }

  /** What it has of a metric between two times, of all entities or some. */
  copied(metric: number, from: number, to: number, only: ReadonlySet<number> | null): HotColumns {
    const points = [...this.#times.keys()].filter((point) => this.#times[point]! >= from && this.#times[point]! < to)
    const times = Float64Array.from(points, (point) => this.#times[point]!)
    const keys = points.length === 0 ? [] : this.keys.filter((key) => metricOf(key) === metric)
    const columns = keys.map((key) => {
      const entities = this.#entitiesOf(key).filter((entity) => only?.has(entity) !== false)
      const values = new Float64Array(entities.length * points.length)
      let to = 0
      for (const { values: all } of this.#columns(key, { ...everyEntity, only }))
        for (const point of points) values[to++] = all[point]!
      return { key, entities, values }
    })
    return { stepMs: this.stepMs, times, columns }
  }

  edges(key: number): number[] {
    const entities = this.#entitiesOf(key)
    return [...entities].filter((_, index) => index % edgeEntities === 0)
  }

  async columns(key: number, wanted: Wanted): Promise<Iterable<Column>> {
    return this.#columns(key, wanted)
  }

  *#columns(key: number, { first, last, only }: Wanted): Generator<Column> {
    const shapes = this.#shapes.filter(({ columns }) => columns.has(key))
    const isWanted = (entity: number): boolean => entity >= first && entity <= last && only?.has(entity) !== false
    const entities = this.#entitiesOf(key).filter(isWanted)
    const count = this.#times.length
    // Some entities at once: going through all ticks for each alone would wait for memory most of the time.
    const tile = new Float64Array(Math.min(tileEntities, entities.length) * count)
    for (let from = 0; from < entities.length; from += tileEntities) {
      const some = entities.subarray(from, from + tileEntities)
      tile.fill(Number.NaN)
      for (const shape of shapes) shape.copy(key, some, tile, count)
      for (const [index, entity] of some.entries())
        yield { entity, values: tile.subarray(index * count, (index + 1) * count) }
    }
  }

  #entitiesOf(key: number): Uint32Array {
    let entities = this.#entities.get(key)
    if (entities === undefined) {
      const shapes = this.#shapes.filter(({ columns }) => columns.has(key))
      const distinct = new Set<number>()
      for (const shape of shapes) for (const entity of shape.entities) distinct.add(entity)
      entities = Uint32Array.from(distinct).sort()
      this.#entities.set(key, entities)
    }
    return entities
  }
}

/** Columns that were copied, in the thread they were copied for. */
export class CopiedPoints implements Points {
  readonly stepMs: number
  readonly times: Float64Array
  readonly keys: readonly number[]
  readonly #columns: HotColumns['columns']

  constructor({ stepMs, times, columns }: HotColumns) {
    this.stepMs = stepMs
    this.times = times
    this.keys = columns.map(({ key }) => key)
    this.#columns = columns
  }

  edges(key: number): number[] {
    const entities = this.#columns.find((one) => one.key === key)?.entities ?? []
    return [...entities].filter((_, index) => index % edgeEntities === 0)
  }

  async columns(key: number, { first, last, only }: Wanted): Promise<Iterable<Column>> {
    const found: Column[] = []
    const { entities = [], values = new Float64Array(0) } = this.#columns.find((one) => one.key === key) ?? {}
    const { length } = this.times
    for (const [row, entity] of entities.entries())
      if (entity >= first && entity <= last && only?.has(entity) !== false)
        found.push({ entity, values: values.subarray(row * length, (row + 1) * length) })
    return found
  }
}
