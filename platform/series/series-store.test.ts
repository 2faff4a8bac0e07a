import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultTiers, SeriesQueueFull, SeriesStore, type SeriesStoreOptions, ThreadTimeout } from './index.ts'
import { gauge, question } from './testing/kept.ts'

let folder: string
let store: SeriesStore
const open = (more: Partial<SeriesStoreOptions> = {}): SeriesStore =>
  new SeriesStore({
    folder,
    budgetBytes: 1e9,
    hotBytes: 1e8,
    queueBytes: 1e7,
    readers: 2,
    queryMs: 60_000,
    ...defaultTiers,
    ...more,
  })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-series-'))
  store = open()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})
const tick = (at: number, entities: number[], value = at) => ({
  at,
  stepMs: 10_000,
  parts: [
    gauge(
      entities,
      entities.map((entity) => value + entity),
    ),
  ],
})
const asked = question({ to: 4_000_000 })

test('what was answered for is found, by this one and by one that opens the folder after it', async () => {
  for (let at = 0; at < 4_000_000; at += 10_000) await store.append(tick(at, [1, 2]))
  const expected = Array.from({ length: 400 }, (_, at) => at * 10_000 + 2)
  const values = async () => (await store.query(asked)).series.map(({ id, values: its }) => [id, [...its]])
  expect((await values())[1]).toEqual([2, expected])
  await store.settled()
  expect((await values())[1]).toEqual([2, expected])
  const { tiers, failure, broken } = await store.state()
  expect(tiers.map(({ windows }) => windows)).toEqual([0, 1, 1, 0])
  expect({ failure, broken }).toEqual({ failure: null, broken: 0 })
  await store.close()
  store = open()
  expect((await values())[1]).toEqual([2, expected])
})

test('queries answer while ticks come, are sealed, packed and rolled up, and see each of them once', async () => {
  await store.close()
  store = open({ hotBytes: 20_000 })
  const entities = Array.from({ length: 20 }, (_, index) => index)
  let last = -1
  const done = new AbortController()
  const reading = (async () => {
    let asks = 0
    for (; !done.signal.aborted; asks++) {
      const seen = last
      const { series } = await store.query(
        question({
          aggregate: 'sum',
          entities: [3],
          to: 100_000_000,
          stepMs: 10_000,
          group: { of: null, across: 'sum' },
        }),
      )
      const values = [...(series[0]?.values ?? [])]
      for (let at = 0; at <= seen; at++) expect(values[at]).toBe(at + 3)
    }
    return asks
  })()
  for (let at = 0; at < 1200; at++) {
    try {
      await store.append(tick(at * 10_000, entities, at))
      last = at
    } catch (error) {
      expect(error).toBeInstanceOf(SeriesQueueFull)
      await store.settled()
      at--
    }
  }
  done.abort()
  expect(await reading).toBeGreaterThan(0)
  await store.settled()
  const { tiers } = await store.state()
  expect(tiers[1]!.windows).toBeLessThan(10)
  expect(tiers[2]!.windows).toBeGreaterThan(0)
})

test('refuses more than its queue holds, and ticks and queries that are none', async () => {
  await store.close()
  store = open({ queueBytes: 1000 })
  const entities = Array.from({ length: 100 }, (_, index) => index)
  const first = store.append(tick(0, entities))
  await expect(store.append(tick(10_000, entities))).rejects.toThrow(SeriesQueueFull)
  await first
  await store.append(tick(10_000, entities))
  await expect(store.append({ ...tick(20_000, [1]), stepMs: 7 })).rejects.toThrow('no tier with a step of 7 ms')
  await expect(store.append(tick(20_000, [-1]))).rejects.toThrow('An entity is a whole number')
  await expect(store.query({ ...asked, stepMs: 0 })).rejects.toThrow('A query has a step')
  expect((await store.query({ ...asked, entities: [5], to: 20_000 })).series[0]!.values).toEqual(
    Float64Array.of(5, 10_005),
  )
})

test('a query that takes too long or is not wanted any more is ended, and the next one answers', async () => {
  await store.close()
  store = open({ readers: 1, queryMs: 1 })
  await store.append(
    tick(
      0,
      Array.from({ length: 3000 }, (_, index) => index),
    ),
  )
  const top = { count: 1, by: 'avg', order: 'highest' } as const
  const long = { ...asked, to: 500_000_000, top }
  await expect(store.query(long)).rejects.toThrow(ThreadTimeout)
  await store.close()
  store = open({ readers: 1 })
  await expect(store.query(long, AbortSignal.abort(new Error('not wanted')))).rejects.toThrow('not wanted')
  const stop = new AbortController()
  const asking = store.query(long, stop.signal)
  stop.abort(new Error('not any more'))
  await expect(asking).rejects.toThrow('not any more')
  expect((await store.query({ ...asked, entities: [7], to: 10_000 })).series[0]!.values[0]).toBe(7)
})
