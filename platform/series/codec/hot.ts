import type { Column, Points, Wanted } from './points.ts'
import { decodedTick, type EncodedPart } from './tick.ts'

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

const bytesOf = (numbers: Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
const same = (one: Uint32Array, other: Uint32Array): boolean =>
  one.length === other.length && Buffer.compare(bytesOf(one), bytesOf(other)) === 0

/** Ticks that are not sealed yet, as points. */
export class HotPoints implements Points {
  readonly stepMs: number
  readonly times: Float64Array
  readonly keys: readonly number[]
  readonly #shapes: Shape[] = []
  readonly #entities = new Map<number, Uint32Array>()

  constructor(stepMs: number, ticks: readonly Uint8Array[]) {
    this.stepMs = stepMs
    this.times = new Float64Array(ticks.length)
    for (const [point, bytes] of ticks.entries()) {
      const { at, parts } = decodedTick(bytes)
      this.times[point] = at
      for (const part of parts) {
        let shape = this.#shapes.findLast((one) => one.isOf(part))
        if (shape === undefined) this.#shapes.push((shape = new Shape(part)))
        shape.points.push(point)
        shape.values.push(part.values)
      }
    }
    this.keys = [...new Set(this.#shapes.flatMap(({ keys }) => [...keys]))].sort((a, b) => a - b)
  }

  edges(key: number): number[] {
    const entities = this.#entitiesOf(key)
    return [...entities].filter((_, index) => index % 128 === 0)
  }

  async columns(key: number, wanted: Wanted): Promise<Iterable<Column>> {
    return this.#columns(key, wanted)
  }

  *#columns(key: number, { first, last, only }: Wanted): Generator<Column> {
    const shapes = this.#shapes.filter(({ columns }) => columns.has(key))
    const isWanted = (entity: number): boolean => entity >= first && entity <= last && only?.has(entity) !== false
    const entities = this.#entitiesOf(key).filter(isWanted)
    const count = this.times.length
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
