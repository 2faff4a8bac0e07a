import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '@wheelhouse/contract'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../../migrations/index.ts'
import { HistoryReader } from './reader.ts'
import { Recorder } from './recorder.ts'
import { dayMs, hourMs } from './series.ts'
import { openHistoryStore } from './store.ts'

const minute = 60_000
const log = createLog({ level: 'silent', pretty: false })
let folder: string
let database: Database
let now: number
let why: string | null
let recorder: Recorder
let reader: HistoryReader

const service = (more: Partial<Service> = {}): Service =>
  ({
    id: 'local:aaa',
    name: 'shop-web',
    targetId: 'local',
    targetName: 'here',
    stack: 'shop',
    state: 'running',
    health: 'none',
    reason: null,
    exitCode: null,
    stale: false,
    ...more,
  }) as Service

/** Writes every minute, as it does by its own clock. */
async function pass(ms: number): Promise<void> {
  for (const until = now + ms; now < until;) {
    now = Math.min(until, now + minute)
    await recorder.write()
  }
}
async function start(): Promise<void> {
  const store = openHistoryStore(database)
  recorder = new Recorder({ store, log, now: () => now, why: () => why })
  reader = new HistoryReader(store, recorder, () => now)
  await recorder.start()
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-history-'))
  database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}`, log })
  await database.migrate(migrations)
  now = Date.UTC(2026, 0, 2, 10, 30)
  why = null
  await start()
})
afterEach(async () => {
  await recorder.close()
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

test('uptime, incidents with their reason, and time in which nobody knew', async () => {
  recorder.see(service())
  await pass(20 * minute)
  why = 'front: answered 500'
  recorder.see(service({ state: 'degraded', health: 'unhealthy' }))
  await pass(10 * minute)
  recorder.see(service({ state: 'starting', health: 'starting' }))
  await pass(5 * minute)
  recorder.see(service({ health: 'healthy' }))
  await pass(25 * minute)
  recorder.see(service({ state: 'unknown', stale: true }))
  await pass(30 * minute)
  const { uptime, buckets, incidents, standing } = await reader.history(service(), '24h')
  expect(standing).toBe('unknown')
  // One that starts after a failure has not recovered yet.
  expect(uptime.day).toBeCloseTo(45 / 60)
  expect(buckets).toHaveLength(24)
  expect(buckets.at(-1)).toMatchObject({ at: '2026-01-02T12:00:00.000Z', upMs: 0, downMs: 0, unknownMs: 0 })
  expect(buckets.at(-2)).toMatchObject({ upMs: 25 * minute, downMs: 5 * minute, unknownMs: 30 * minute })
  expect(buckets.at(-3)).toMatchObject({ upMs: 20 * minute, downMs: 10 * minute, unknownMs: 30 * minute })
  expect(incidents).toMatchObject([
    { from: '2026-01-02T10:50:00.000Z', until: '2026-01-02T11:05:00.000Z', reason: 'front: answered 500' },
  ])
  const [row] = await reader.rows([service()])
  expect(row?.bars).toHaveLength(90)
  expect(row?.bars.at(-1)).toBeCloseTo(45 / 60)
  expect(row?.bars.slice(0, 89)).toEqual(Array(89).fill(null))
  expect(row?.downMs.at(-1)).toBe(15 * minute)
})

test('it goes on under the same name on the same target, whichever container bears it', async () => {
  recorder.see(service())
  await pass(10 * minute)
  recorder.gone('local:aaa')
  await pass(5 * minute)
  recorder.see(service({ id: 'local:bbb' }))
  await pass(10 * minute)
  const history = await reader.history(service({ id: 'local:bbb' }), '24h')
  expect(history.buckets.reduce((sum, { upMs }) => sum + upMs, 0)).toBe(20 * minute)
  expect(history.recordedSince).toBe('2026-01-02T10:30:00.000Z')
  // The new one comes before the old one goes.
  recorder.see(service({ id: 'local:ccc' }))
  recorder.gone('local:bbb')
  await pass(5 * minute)
  const again = await reader.history(service({ id: 'local:ccc' }), '24h')
  expect(again.buckets.reduce((sum, { upMs }) => sum + upMs, 0)).toBe(25 * minute)
  // Elsewhere it is another.
  recorder.see(service({ id: 'other:ccc', targetId: 'other' }))
  await pass(2 * minute)
  expect((await reader.history(service({ id: 'other:ccc', targetId: 'other' }), '24h')).recordedSince).not.toBe(
    history.recordedSince,
  )
})

test('a restart goes on with what was kept; the time between is unknown, and an incident ends when it is well', async () => {
  recorder.see(service())
  await pass(5 * minute)
  recorder.see(service({ state: 'failed', exitCode: 3 }))
  await pass(5 * minute)
  await recorder.close()
  now += 2 * hourMs
  await start()
  recorder.see(service())
  await pass(5 * minute)
  const { uptime, incidents, buckets } = await reader.history(service(), '24h')
  expect(uptime.day).toBeCloseTo(10 / 15)
  expect(buckets.at(-2)).toMatchObject({ upMs: 0, downMs: 0, unknownMs: hourMs })
  expect(incidents).toMatchObject([
    { reason: 'it ended with 3', from: '2026-01-02T10:35:00.000Z', until: '2026-01-02T12:40:00.000Z' },
  ])
})

test('days are told when they end, also of those that left and of those that ended while we were away', async () => {
  recorder.see(service())
  recorder.see(service({ id: 'local:old', name: 'left' }))
  await pass(10 * minute)
  recorder.gone('local:old')
  await pass(10 * minute)
  now += dayMs
  await pass(2 * minute)
  const days = async () =>
    (await openHistoryStore(database).days(0)).map(({ subjectId, at, upMs }) => [subjectId, at, upMs])
  expect((await days()).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
    [1, Date.UTC(2026, 0, 2), 20 * minute],
    [2, Date.UTC(2026, 0, 2), 10 * minute],
  ])
  await recorder.close()
  now += 2 * dayMs
  await start()
  recorder.see(service())
  await pass(2 * minute)
  expect((await days()).length).toBe(3)
  const [row] = await reader.rows([service()])
  expect(row?.bars.slice(-4)).toEqual([1, 1, null, 1])
})

test('one that is there for less than a minute leaves no trace; one with a check does', async () => {
  recorder.see(service({ id: 'local:job', name: 'quick' }))
  now += 30_000
  await recorder.write()
  recorder.gone('local:job')
  await pass(5 * minute)
  recorder.see(service())
  recorder.checked('local:aaa', 'front', 'up', 12)
  now += 1_000
  await recorder.write()
  expect((await openHistoryStore(database).subjects()).map(({ name }) => name)).toEqual(['shop-web'])
  const { checks } = await reader.history(service(), '24h')
  expect(checks).toMatchObject([{ name: 'front' }])
  expect(checks[0]?.buckets.at(-1)).toMatchObject({ results: 1, maxMs: 12 })
})

test('what cannot be written is written later, once', async () => {
  recorder.see(service())
  await pass(2 * minute)
  const broken = database.db
  const real = openHistoryStore(database)
  let full = true
  const store = {
    ...real,
    put: async (...args: Parameters<typeof real.put>) => {
      if (full) throw new Error('The disk is full')
      await real.put(...args)
    },
  }
  recorder = new Recorder({ store, log, now: () => now, why: () => why })
  reader = new HistoryReader(store, recorder, () => now)
  await recorder.start()
  recorder.see(service())
  await pass(5 * minute)
  recorder.gone('local:aaa')
  await pass(minute)
  full = false
  await pass(minute)
  recorder.see(service({ id: 'local:bbb' }))
  const { buckets } = await reader.history(service({ id: 'local:bbb' }), '24h')
  expect(buckets.at(-1)?.upMs).toBe(7 * minute)
  expect(broken).toBe(database.db)
})

test('ten thousand results of an hour are one row', async () => {
  recorder.see(service())
  for (let n = 0; n < 10_000; n++) recorder.checked('local:aaa', 'front', n % 100 === 0 ? 'down' : 'up', 1 + (n % 50))
  await pass(2 * minute)
  const kept = await openHistoryStore(database).buckets('hour', 0)
  expect(kept.map(({ checkName, bucket }) => [checkName, bucket.results])).toEqual(
    expect.arrayContaining([
      ['', 0],
      ['front', 10_000],
    ]),
  )
  expect(kept).toHaveLength(2)
})
