import { expect, test } from 'vitest'
import { namesIn, rangeOf } from './question.ts'
import { reduced } from './reduced.ts'
import { Sheet } from './sheet.ts'

test('names are parted by commas, but for those within the braces of labels', () => {
  expect(namesIn('cpu.percent, memory.bytes')).toEqual(['cpu.percent', 'memory.bytes'])
  expect(namesIn('a{x="1",y="}, \\" {"},b,c{}')).toEqual(['a{x="1",y="}, \\" {"}', 'b', 'c{}'])
  expect(namesIn(' , ')).toEqual([])
})

test('a range has some 240 steps that people can read, and no more than can be answered', () => {
  const now = Date.UTC(2026, 0, 31)
  const stepOf = (hours: number): number =>
    rangeOf({ metric: 'x', since: new Date(now - hours * 3_600_000).toISOString() }, now, 10_000).stepMs / 1000
  expect([0.1, 1, 6, 24, 168, 720, 8760].map(stepOf)).toEqual([10, 20, 120, 600, 3_600, 10_800, 86_400])
  expect(rangeOf({ metric: 'x' }, now, 60_000)).toMatchObject({ from: now - 3_600_000, to: now, stepMs: 60_000 })
  expect(() =>
    rangeOf({ metric: 'x', stepMs: 1_000, since: new Date(now - 86_400_000).toISOString() }, now, 0),
  ).toThrow('wider step')
  expect(() => rangeOf({ metric: 'x', since: new Date(now).toISOString() }, now, 0)).toThrow('before until')
})

test('what is told of the parts of a step is told of the step, gaps left out', () => {
  const fine = { from: 0, stepMs: 10 }
  const wide = { from: 0, to: 60, stepMs: 30 }
  const values = Float64Array.of(1, 2, 9, Number.NaN, Number.NaN, Number.NaN)
  const of = (aggregate: 'max' | 'min' | 'sum' | 'last' | 'avg' | 'p95') => [...reduced(values, fine, wide, aggregate)]
  expect(of('max')).toEqual([9, Number.NaN])
  expect(of('min')).toEqual([1, Number.NaN])
  expect(of('sum')).toEqual([12, Number.NaN])
  expect(of('last')).toEqual([9, Number.NaN])
  expect(of('avg')).toEqual([4, Number.NaN])
  expect(of('p95')).toEqual([9, Number.NaN])
})

test('a row that has no value is a gap and keeps its place until it is long gone', () => {
  const sheet = new Sheet([{ id: 1, kind: 'gauge' }])
  expect(sheet.take()).toBeNull()
  sheet.set(7, [1])
  sheet.set(3, [2])
  expect(sheet.take()).toMatchObject({ entities: [3, 7], values: Float64Array.of(2, 1) })
  sheet.set(3, [5])
  expect(sheet.take()).toMatchObject({ entities: [3, 7], values: Float64Array.of(5, Number.NaN) })
  expect(sheet.take()).toBeNull()
  for (let tick = 0; tick < 400; tick++) {
    sheet.set(3, [tick])
    sheet.take()
  }
  sheet.set(3, [1])
  expect(sheet.take()?.entities).toEqual([3])
})
