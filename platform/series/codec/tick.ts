/** What a metric is, and so how it is rolled up and what a rate of it means. */
export type MetricKind = 'gauge' | 'counter'

/**
 * Values of some entities for some metrics at one moment: `values[entity * metrics.length + metric]`, NaN for a gap. Entities are whole
 * numbers below 2^32, metrics below 2^24.
 */
export interface TickPart {
  readonly entities: readonly number[] | Uint32Array
  readonly metrics: readonly { readonly id: number; readonly kind: MetricKind }[]
  readonly values: Float64Array
}

/** One reading of everything. `at` is epoch ms; `stepMs` names the tier it belongs to. */
export interface Tick {
  readonly at: number
  readonly stepMs: number
  readonly parts: readonly TickPart[]
}

/** What a column holds: as it was given, or of the points of a finer tier that a point stands for. */
export const field = {
  gauge: 0,
  counter: 1,
  sum: 2,
  min: 3,
  max: 4,
  count: 5,
  first: 6,
  last: 7,
  /** What a counter rose by beyond last - first: what stood on it before it was set back. */
  reset: 8,
} as const
export type Field = (typeof field)[keyof typeof field]

/** Metric and field in one number. */
export const keyOf = (metric: number, of: Field): number => metric * 16 + of
export const metricOf = (key: number): number => Math.floor(key / 16)
export const fieldOf = (key: number): Field => (key % 16) as Field

export interface EncodedPart {
  readonly entities: Uint32Array
  readonly keys: Uint32Array
  readonly values: Float64Array
}
export interface EncodedTick {
  readonly at: number
  readonly stepMs: number
  readonly parts: readonly EncodedPart[]
}

const headBytes = 24
const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8
const highest = 2 ** 32 - 1

function check({ entities, metrics, values }: TickPart): void {
  if (values.length !== entities.length * metrics.length)
    throw new RangeError(`${entities.length} entities of ${metrics.length} metrics have not ${values.length} values`)
  for (const entity of entities)
    if (!Number.isInteger(entity) || entity < 0 || entity > highest)
      throw new RangeError(`An entity is a whole number from 0 to 2^32 - 1, not ${entity}`)
  for (const { id } of metrics)
    if (!Number.isInteger(id) || id < 0 || id >= 2 ** 24)
      throw new RangeError(`A metric is a whole number from 0 to 2^24 - 1, not ${id}`)
}

/** A tick as it is written down and as threads hand it on, in memory of its own. Throws a RangeError for one that is none. */
export function encodedTick({ at, stepMs, parts }: Tick): Uint8Array<ArrayBuffer> {
  if (!Number.isFinite(at)) throw new RangeError(`A tick has a time, not ${at}`)
  let length = headBytes
  for (const part of parts) {
    check(part)
    length += 8 + padded((part.entities.length + part.metrics.length) * 4) + part.values.length * 8
  }
  const buffer = new ArrayBuffer(length)
  const view = new DataView(buffer)
  view.setFloat64(0, Math.round(at), true)
  view.setFloat64(8, stepMs, true)
  view.setUint32(16, parts.length, true)
  let from = headBytes
  for (const { entities, metrics, values } of parts) {
    view.setUint32(from, entities.length, true)
    view.setUint32(from + 4, metrics.length, true)
    const numbers = new Uint32Array(buffer, from + 8, entities.length + metrics.length)
    numbers.set(entities)
    for (const [index, { id, kind }] of metrics.entries()) numbers[entities.length + index] = keyOf(id, field[kind])
    from += 8 + padded(numbers.byteLength)
    new Float64Array(buffer, from, values.length).set(values)
    from += values.length * 8
  }
  return new Uint8Array(buffer)
}

/** The tick of bytes that `encodedTick` made, which must begin at a multiple of eight. Nothing is copied. */
export function decodedTick(bytes: Uint8Array): EncodedTick {
  const { buffer, byteOffset } = bytes
  const view = new DataView(buffer, byteOffset, bytes.byteLength)
  const count = view.getUint32(16, true)
  const parts: EncodedPart[] = []
  let from = headBytes
  for (let part = 0; part < count; part++) {
    const entities = view.getUint32(from, true)
    const keys = view.getUint32(from + 4, true)
    from += 8
    parts.push({
      entities: new Uint32Array(buffer, byteOffset + from, entities),
      keys: new Uint32Array(buffer, byteOffset + from + entities * 4, keys),
      values: new Float64Array(buffer, byteOffset + from + padded((entities + keys) * 4), entities * keys),
    })
    from += padded((entities + keys) * 4) + entities * keys * 8
  }
  return { at: view.getFloat64(0, true), stepMs: view.getFloat64(8, true), parts }
}
