import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { counter, gauge, Kept } from './testing/kept.ts'

let folder: string
let kept: Kept
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-series-'))
  kept = await Kept.open(folder)
})
afterEach(() => {
  kept.keeper.close()
  rmSync(folder, { recursive: true, force: true })
})
const none = Number.NaN

test('each aggregate of a step, from what is hot and from what is sealed alike', async () => {
  const given = [3, 1, none, 8, 5, 4]
  for (const [index, value] of given.entries()) await kept.append(index * 10_000, [gauge([7], [value])])
  const asked = async () => {
    const found: Record<string, number[]> = {}
    for (const aggregate of ['avg', 'max', 'min', 'sum', 'last', 'p95'] as const)
      found[aggregate] = await kept.values({ aggregate, to: 90_000, stepMs: 30_000 })
    return found
  }
  const expected = {
    avg: [2, 17 / 3, none],
    max: [3, 8, none],
    min: [1, 4, none],
    sum: [4, 17, none],
    last: [1, 4, none],
    p95: [3, 8, none],
  }
  expect(await asked()).toEqual(expected)
  await kept.append(10 * 3_600_000, [gauge([8], [1])])
  expect(await kept.tend()).toEqual(['seal'])
  expect(await asked()).toEqual(expected)
})

test('rates and increases count through resets and from step to step, and not over silence', async () => {
  const given: [at: number, value: number][] = [
    [0, 100],
    [10, 110],
    [20, 130],
    [30, 5], // began anew
    [40, 15],
    [200, 500], // after a silence
    [210, 510],
  ]
  for (const [at, value] of given) await kept.append(at * 1000, [counter(1, value)])
  const asked = { metric: 9, to: 240_000, stepMs: 30_000 } as const
  const increase = [30, 15, none, none, none, none, none, 10]
  expect(await kept.values({ ...asked, aggregate: 'increase' })).toEqual(increase)
  expect(await kept.values({ ...asked, aggregate: 'rate' })).toEqual([1.5, 0.75, none, none, none, none, none, 1])
  // What was before the range counts into its first step.
  expect(await kept.values({ ...asked, from: 30_000, to: 60_000, aggregate: 'increase' })).toEqual([15])
})

test('a rolled-up tier tells the same as the points it was made of', async () => {
  // The last digits of an average differ with the order of its sums.
  const isClose = (a: number, b: number): boolean =>
    Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
  const value = fc.oneof(
    fc.integer({ min: 0, max: 5000 }).map((int) => int / 100),
    fc.constant(none),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 400, maxLength: 1000 }), async (values) => {
      const own = mkdtempSync(join(folder, 'roll-'))
      const one = await Kept.open(own)
      let total = 0
      for (const [index, next] of values.entries()) {
        total = next < 5 ? Math.floor(next) : total + (Number.isNaN(next) ? 0 : Math.floor(next))
        await one.append(index * 10_000, [gauge([1], [next]), counter(1, total)])
      }
      const asked = async () => {
        const found: number[][] = []
        for (const aggregate of ['avg', 'max', 'min', 'sum'] as const)
          for (const stepMs of [60_000, 3_600_000]) found.push(await one.values({ aggregate, stepMs, to: 10_800_000 }))
        for (const aggregate of ['rate', 'increase'] as const)
          for (const stepMs of [60_000, 3_600_000])
            found.push(await one.values({ metric: 9, aggregate, stepMs, to: 10_800_000 }))
        return found
      }
      const before = await asked()
      const did = await one.tend()
      expect(did).toContain('roll')
      const after = await asked()
      const far = before.flatMap((values, row) =>
        values.flatMap((one, index) => (isClose(one, after[row]![index]!) ? [] : [{ row, index, one }])),
      )
      expect(far).toEqual([])
      expect(after.map(({ length }) => length)).toEqual(before.map(({ length }) => length))
      one.keeper.close()
    }),
    // Each run takes long: a smaller example is not looked for.
    { numRuns: 10, endOnFailure: true },
  )
})

test('groups, all as one, and the top few', async () => {
  for (let at = 0; at < 30_000; at += 10_000)
    await kept.append(at, [gauge([1, 2, 3, 4], [1, 2, at === 10_000 ? none : 30, 40])])
  const asked = { to: 30_000 } as const
  const of = new Map([
    [1, 100],
    [2, 100],
    [3, 200],
  ])
  const rows = async (more: Parameters<typeof kept.ask>[0]) =>
    (await kept.ask({ ...asked, ...more })).series.map(({ id, values }) => [id, ...values])
  expect(await rows({ group: { of, across: 'sum' } })).toEqual([
    [100, 3, 3, 3],
    [200, 30, none, 30],
  ])
  expect(await rows({ group: { of: null, across: 'avg' } })).toEqual([[0, 73 / 4, 43 / 3, 73 / 4]])
  expect(await rows({ group: { of: null, across: 'count' } })).toEqual([[0, 4, 3, 4]])
  expect(await rows({ group: { of: null, across: 'p95' } })).toEqual([[0, 40, 40, 40]])
  expect(await rows({ group: { of: null, across: 'max' }, entities: [1, 2] })).toEqual([[0, 2, 2, 2]])
  const top = { count: 2, by: 'avg', order: 'highest' } as const
  expect((await rows({ top })).map(([id]) => id)).toEqual([4, 3])
  expect((await rows({ top: { ...top, order: 'lowest' } })).map(([id]) => id)).toEqual([1, 2])
  expect(await rows({ group: { of, across: 'min' }, top: { ...top, count: 1 } })).toEqual([[200, 30, none, 30]])
})

test('every entity is found once, however many there are and wherever they were sealed', async () => {
  const entities = Array.from({ length: 1500 }, (_, index) => index * 3)
  await kept.append(0, [gauge(entities, entities)])
  await kept.append(10 * 3_600_000, [gauge(entities.slice(700), entities.slice(700)), gauge([1], [-1])])
  await kept.tend()
  const { series } = await kept.ask({ to: 20 * 3_600_000, stepMs: 20 * 3_600_000, aggregate: 'max' })
  expect(series.map(({ id }) => id)).toEqual([...entities, 1].sort((a, b) => a - b))
  expect(series.every(({ id, values }) => values[0] === (id === 1 ? -1 : id))).toBe(true)
  const some = await kept.ask({ entities: [3, 4, 2997, 1], to: 10_000, stepMs: 10_000 })
  expect(some.series.map(({ id }) => id)).toEqual([3, 2997])
})

test('seconds are read where there are any, and the rest from the tier that always is', async () => {
  for (let at = 0; at < 60; at += 10) await kept.append(at * 1000, [gauge([1], [at])])
  for (let at = 31; at < 35; at++) await kept.append(at * 1000, [gauge([1], [at])], 1000)
  const { stepMs, series } = await kept.ask({ from: 28_000, to: 42_000, stepMs: 1000 })
  expect(stepMs).toBe(1000)
  const expected = [none, none, 30, 31, 32, 33, 34, none, none, none, none, none, 40, none]
  expect([...series[0]!.values]).toEqual(expected)
  expect((await kept.ask({ from: 50_000, to: 60_000, stepMs: 1000 })).stepMs).toBe(10_000)
})

test('more values than an answer may hold are refused', async () => {
  const entities = Array.from({ length: 900 }, (_, index) => index)
  await kept.append(0, [gauge(entities, entities)])
  await expect(kept.ask({ to: 1e8 })).rejects.toThrow('Ask for a wider step')
  await expect(kept.ask({ to: 1e9, entities: [1] })).rejects.toThrow('Ask for a wider step')
  const top = { count: 1, by: 'max', order: 'highest' } as const
  expect((await kept.ask({ to: 1e8, top })).series[0]!.id).toBe(899)
})
