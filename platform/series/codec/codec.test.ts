import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockWriter, columnsOf, columnsPerBlock } from './block.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readColumn, writeColumn } from './column.ts'
import { decodedDirectory, directoryLength, encodedDirectory, footBytes } from './directory.ts'
import { decodedTick, encodedTick, field, keyOf } from './tick.ts'

const values = fc.oneof(
  { arbitrary: fc.integer({ min: -1000, max: 1_000_000 }), weight: 4 },
  { arbitrary: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((int) => int / 100), weight: 3 },
  { arbitrary: fc.maxSafeInteger(), weight: 1 },
  { arbitrary: fc.double(), weight: 1 },
  {
    arbitrary: fc.constantFrom(0, -0, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53, 0.1 + 0.2),
    weight: 1,
  },
  { arbitrary: fc.constant(Number.NaN), weight: 2 },
)
const alike = fc.oneof(
  fc.array(values, { maxLength: 400 }),
  fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 400 }),
  fc.tuple(values, fc.nat(400)).map(([value, count]) => Array.from({ length: count }, () => value)),
  fc.array(fc.double(), { maxLength: 400 }),
)

function roundTrip(column: readonly number[]): number[] | null {
  const writer = new ByteWriter()
  if (!writeColumn(writer, Float64Array.from(column), column.length)) return null
  const reader = new ByteReader(writer.done().slice())
  const into = new Float64Array(column.length)
  readColumn(reader, into, column.length)
  expect(reader.at).toBe(writer.length)
  return [...into]
}

test('any column comes back bit for bit, and one of gaps alone is none', () => {
  fc.assert(
    fc.property(alike, (column) => {
      const back = roundTrip(column)
      if (column.every(Number.isNaN)) expect(back).toBeNull()
      else expect(back!.every((value, at) => Object.is(value, column[at]))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('numbers of any length come back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })), (numbers) => {
      const writer = new ByteWriter()
      writer.reserve(numbers.length * 9)
      for (const number of numbers) writer.signed(number)
      const reader = new ByteReader(writer.done())
      for (const number of numbers) expect(reader.signed()).toBe(number === 0 ? 0 : number)
    }),
  )
})

test('a column of other bytes gives numbers or a RangeError, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(300), (bytes, count) => {
      try {
        readColumn(new ByteReader(bytes), new Float64Array(count), count)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a block gives the columns that were put in, also some of them', () => {
  const columns = fc.uniqueArray(fc.tuple(fc.nat(2 ** 32 - 1), fc.array(values, { minLength: 7, maxLength: 7 })), {
    selector: ([entity]) => entity,
    minLength: 1,
    maxLength: 60,
  })
  fc.assert(
    fc.property(columns, fc.nat(2 ** 32 - 1), (given, least) => {
      const sorted = given.toSorted(([a], [b]) => a - b)
      const writer = new BlockWriter(7)
      for (const [entity, column] of sorted) writer.add(entity, Float64Array.from(column))
      const block = writer.done()
      const known = sorted.filter(([, column]) => !column.every(Number.isNaN))
      expect(block === null).toBe(known.length === 0)
      if (block === null) return
      const back = [...columnsOf(block.bytes, 7, (entity) => entity >= least)].map((one) => one.entity)
      expect(back).toEqual(known.map(([entity]) => entity).filter((entity) => entity >= least))
      const all = Array.from(
        columnsOf(block.bytes, 7, () => true),
        (one) => [one.entity, ...one.values],
      )
      expect(all).toEqual(known.map(([entity, column]) => [entity, ...column]))
    }),
  )
})

test('a block is full at the same number of points, whatever their shape', () => {
  expect(columnsPerBlock(360)).toBe(92)
  expect(columnsPerBlock(1)).toBe(1024)
  expect(columnsPerBlock(100_000)).toBe(16)
})

test('a directory comes back, and not where a byte of it is another', () => {
  const block = fc.record({
    firstEntity: fc.nat(1000),
    more: fc.nat(1000),
    length: fc.nat(100_000),
    crc: fc.nat(2 ** 32 - 1),
  })
  const times = fc.array(fc.integer({ min: -1e12, max: 3e12 }), { maxLength: 400 })
  fc.assert(
    fc.property(times, fc.array(block, { maxLength: 50 }), fc.nat(), (at, told, spot) => {
      let offset = 0
      const blocks = told.map(({ firstEntity, more, length, crc }, key) => {
        offset += length
        return { key, firstEntity, lastEntity: firstEntity + more, offset: offset - length, length, crc }
      })
      const bytes = encodedDirectory({ times: Float64Array.from(at), blocks })
      expect(directoryLength(bytes.subarray(-footBytes), bytes.length)).toBe(bytes.length - footBytes)
      expect(decodedDirectory(bytes)).toEqual({ times: Float64Array.from(at), blocks })
      const broken = bytes.slice()
      broken[spot % (bytes.length - footBytes)]! ^= 0x10
      expect(decodedDirectory(broken)).toBeNull()
    }),
  )
})

test('a tick comes back from the bytes that are shared and written down', () => {
  const part = fc
    .tuple(fc.uniqueArray(fc.nat(2 ** 32 - 1), { maxLength: 9 }), fc.uniqueArray(fc.nat(2 ** 24 - 1), { maxLength: 5 }))
    .chain(([entities, metrics]) =>
      fc.record({
        entities: fc.constant(entities),
        metrics: fc.constant(metrics.map((id) => ({ id, kind: id % 2 ? ('counter' as const) : ('gauge' as const) }))),
        values: fc
          .array(values, { minLength: entities.length * metrics.length, maxLength: entities.length * metrics.length })
          .map((numbers) => Float64Array.from(numbers)),
      }),
    )
  fc.assert(
    fc.property(fc.integer(), fc.array(part, { maxLength: 4 }), (at, parts) => {
      const back = decodedTick(encodedTick({ at, stepMs: 1000, parts }))
      expect(back.at).toBe(at)
      expect(back.parts.map(({ entities }) => [...entities])).toEqual(parts.map(({ entities }) => entities))
      expect(back.parts.map(({ keys }) => [...keys])).toEqual(
        parts.map(({ metrics }) => metrics.map(({ id, kind }) => keyOf(id, field[kind]))),
      )
      expect(back.parts.map((one) => [...one.values])).toEqual(parts.map((one) => [...one.values]))
    }),
  )
  const wrong = { entities: [1], metrics: [{ id: 1, kind: 'gauge' as const }], values: new Float64Array(2) }
  expect(() => encodedTick({ at: 0, stepMs: 1, parts: [wrong] })).toThrow(RangeError)
})
