import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Window } from './keeping/chunk-keeper.ts'
import { ExpiryClock } from './keeping/expiry-clock.ts'
import { settledOf } from './keeping/settled.ts'
import { gauge, Kept } from './testing/kept.ts'

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
const filesOf = (tierMs: number): string[] => {
  const path = join(folder, 'windows', String(tierMs))
  return readdirSync(path).map((name) => join(path, name))
}
const bytesThere = (): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
const hours = async (from: number, to: number, entities = [1, 2, 3]) => {
  for (let at = from * 360; at < to * 360; at++)
    await kept.append(at * 10_000, [
      gauge(
        entities,
        entities.map((entity) => at + entity),
      ),
    ])
}

test('ticks are sealed at 360 points, rolled up, packed, and tell the same before and after', async () => {
  await hours(0, 13)
  const ask = async () => (await kept.ask({ to: 14 * 3_600_000, stepMs: 600_000 })).series
  const before = await ask()
  expect(before).toHaveLength(3)
  const did = await kept.tend()
  expect(did.filter((kind) => kind === 'seal')).toHaveLength(13)
  expect(kept.keeper.usage().map(({ stepMs, windows }) => [stepMs, windows])).toEqual([
    [1000, 0],
    [10_000, 13],
    [60_000, 3],
    [1_800_000, 2],
  ])
  expect(await ask()).toEqual(before)
  expect(kept.keeper.bytes).toBe(bytesThere())
  kept.keeper.close()
  kept = await Kept.open(folder)
  expect(await ask()).toEqual(before)
  expect(kept.keeper.task()).toBeNull()
})

test('small windows become one', async () => {
  kept.keeper.close()
  kept = await Kept.open(folder, { hotBytes: 5000 })
  for (let part = 0; part < 8; part++) {
    await hours(part / 4, (part + 1) / 4)
    await kept.tend()
  }
  const [, ten] = kept.keeper.usage()
  expect(ten!.windows).toBeLessThan(10)
  const values = await kept.values({ entities: [2], from: 0, to: 7_200_000 })
  expect(values.slice(0, 700)).toEqual(Array.from({ length: 700 }, (_, at) => at + 2))
})

test('what was appended is there when it is opened anew, sealed half or not at all', async () => {
  await hours(0, 2)
  const expected = Array.from({ length: 720 }, (_, at) => at + 1)
  const asked = { entities: [1], to: 7_200_000 }
  for (const tasks of [0, 1, 1]) {
    kept.keeper.close()
    kept = await Kept.open(folder)
    await kept.tend(tasks)
    expect(await kept.values(asked)).toEqual(expected)
  }
  await hours(2, 3)
  expect(await kept.values({ ...asked, to: 10_800_000 })).toHaveLength(1080)
})

test('a crash between a new window and the removal of what it stands for leaves each point once', async () => {
  kept.keeper.close()
  kept = await Kept.open(folder, { hotBytes: 5000 })
  await hours(0, 0.5)
  const journals = readdirSync(join(folder, 'journal')).map((name) => join(folder, 'journal', name))
  const written = new Map(journals.map((path) => [path, readFileSync(path)]))
  for (let task = kept.keeper.task(); task?.kind === 'seal'; task = kept.keeper.task()) await kept.tend(1)
  for (const path of filesOf(10_000)) written.set(path, readFileSync(path))
  await kept.tend()
  kept.keeper.close()
  // As if none of it had been removed yet.
  for (const [path, bytes] of written) writeFileSync(path, bytes)
  writeFileSync(join(folder, 'windows', '10000', '99_99_0_0_1.series.part'), 'half')
  kept = await Kept.open(folder)
  const sums = await kept.values({ entities: [1], aggregate: 'sum', to: 1_800_000 })
  expect(sums).toEqual(Array.from({ length: 180 }, (_, at) => at + 1))
  await kept.tend()
  expect(filesOf(10_000).some((path) => path.endsWith('.part'))).toBe(false)
  expect(kept.keeper.bytes).toBe(bytesThere())
})

test('other bytes in a sealed window are a gap, are told of, and stop nothing', async () => {
  const entities = Array.from({ length: 300 }, (_, index) => index)
  await hours(0, 1, entities)
  await kept.tend(1)
  await hours(1, 2, entities)
  const [path] = filesOf(10_000)
  const bytes = readFileSync(path!)
  bytes[10]! ^= 1
  writeFileSync(path!, bytes)
  const asked = { to: 7_200_000, stepMs: 3_600_000, aggregate: 'max' } as const
  const { series, scanned } = await kept.ask(asked)
  expect(scanned.broken).toBe(1)
  const value = (id: number) => [...(series.find((one) => one.id === id)?.values ?? [])]
  expect(value(0)).toEqual([none, 719])
  expect(value(299)).toEqual([359 + 299, 719 + 299])
  await kept.tend()
  // Its directory is gone altogether.
  writeFileSync(path!, bytes.subarray(0, bytes.length - 5))
  const cut = await kept.ask({ ...asked, stepMs: 10_000, entities: [299] })
  expect(cut.scanned.broken).toBe(1)
  expect([...cut.series[0]!.values].filter((one) => !Number.isNaN(one))).toHaveLength(360)
})

test('a journal with other bytes in it gives the ticks before and after', async () => {
  await hours(0, 0.5)
  kept.keeper.close()
  const path = join(folder, 'journal', readdirSync(join(folder, 'journal'))[0]!)
  const bytes = readFileSync(path)
  bytes[Math.floor(bytes.length / 2)]! ^= 1
  writeFileSync(path, bytes.subarray(0, bytes.length - 3))
  kept = await Kept.open(folder)
  const values = await kept.values({ entities: [1], to: 1_800_000 })
  expect(values.filter((value) => Number.isNaN(value))).toHaveLength(2)
  expect(kept.keeper.broken).toBe(1)
})

test('everything together stays within the budget, and the oldest goes first', async () => {
  kept.keeper.close()
  const budgetBytes = 30_000
  kept = await Kept.open(folder, { budgetBytes })
  for (let hour = 0; hour < 16; hour += 1 / 4) {
    await hours(hour, hour + 1 / 4)
    expect(bytesThere()).toBeLessThanOrEqual(budgetBytes)
    await kept.tend()
    expect(bytesThere()).toBeLessThanOrEqual(budgetBytes)
  }
  const values = await kept.values({ entities: [1], from: 15 * 3_600_000, to: 16 * 3_600_000 })
  expect(values).toEqual(Array.from({ length: 360 }, (_, at) => 15 * 360 + at + 1))
})

test('what is older than its tier is kept goes, file by file, and coarser tiers keep it', async () => {
  await hours(0, 8)
  await kept.tend()
  await kept.keeper.expire(8 * 3_600_000)
  expect(filesOf(10_000)).toHaveLength(8)
  kept.keeper.close()
  const now = (48 + 4) * 3_600_000
  kept = await Kept.open(folder, {}, 8 * 3_600_000)
  // Time goes on: what is newer says so.
  await kept.append(now, [gauge([1], [5])])
  kept.keeper.close()
  kept = await Kept.open(folder, {}, now)
  await kept.keeper.expire(now)
  await kept.tend()
  expect(filesOf(10_000)).toHaveLength(5)
  const { stepMs, series } = await kept.ask({ entities: [1], to: 8 * 3_600_000, stepMs: 10_000, aggregate: 'max' })
  expect(stepMs).toBe(60_000)
  expect([...series[0]!.values].slice(0, 359)).toEqual(Array.from({ length: 359 }, (_, at) => at * 6 + 6))
})

test('a clock that jumps removes nothing, and what is written with it can be read', async () => {
  const start = 1_800_000_000_000
  const wrong = start + 20 * 365 * 86_400_000
  kept.keeper.close()
  kept = await Kept.open(folder, {}, start)
  const tick = async (at: number, value: number) => await kept.append(at, [gauge([1], [value])])
  for (let at = 0; at < 100; at++) await tick(start + at * 10_000, at)
  await tick(wrong, 1000)
  await kept.keeper.expire(wrong)
  for (let at = 50; at < 150; at++) await tick(start + at * 10_000, at)
  await tick(0, 2000)
  await tick(start + 1_500_000, 150)
  await kept.tend()
  await kept.keeper.expire(wrong)
  const asked = { from: start, to: start + 1_510_000, aggregate: 'max' } as const
  expect(await kept.values(asked)).toEqual(Array.from({ length: 151 }, (_, at) => at))
  expect(await kept.values({ ...asked, from: wrong, to: wrong + 10_000 })).toEqual([1000])
  // No window stands for right and wrong times both: what came from 1970 is gone by now.
  expect(kept.keeper.usage()[1]!.windows).toBe(3)
})

test('the clock of expiry follows a jump ahead slowly, and one back at once', () => {
  const clock = new ExpiryClock(1000, 0)
  expect(clock.now(1e12, 10)).toBe(1600)
  expect(clock.now(500, 20)).toBe(500)
  expect(clock.now(510, 30)).toBe(510)
  expect(new ExpiryClock(null, 0).now(77, 10)).toBe(77)
})

test('what was rolled up is not packed again, and silence closes what waits', () => {
  const window = (seq: number, from: number, points: number): Window => {
    return { tierMs: 10, seqFrom: seq, seqTo: seq, from, to: from + points * 10 - 10, points, bytes: 1 }
  }
  const seqs = (windows: readonly Window[]) => windows.map(({ seqFrom }) => seqFrom)
  const decided = (windows: Window[], rolledTo = 0) => {
    const { toPack, settled } = settledOf(windows, 10, rolledTo)
    return { toPack: toPack.map(seqs), settled: seqs(settled) }
  }
  const [small, next, whole] = [window(1, 0, 100), window(2, 1000, 100), window(3, 2000, 360)]
  expect(decided([small])).toEqual({ toPack: [], settled: [] })
  expect(decided([small, next])).toEqual({ toPack: [], settled: [] })
  expect(decided([small, next, whole])).toEqual({ toPack: [[1, 2]], settled: [] })
  expect(decided([small, whole])).toEqual({ toPack: [], settled: [1, 3] })
  expect(decided([small, window(4, 90_000, 1)])).toEqual({ toPack: [], settled: [1] })
  expect(decided([small, next, window(5, 2000, 200)], 1)).toEqual({ toPack: [], settled: [] })
})

test('a tier that ticks do not come for is refused', async () => {
  await expect(kept.append(0, [gauge([1], [1])], 60_000)).rejects.toThrow('no tier with a step of 60000 ms')
})

test('what cannot be sealed is refused, and not what was answered for thrown away', async () => {
  kept.keeper.close()
  kept = await Kept.open(folder, { hotBytes: 2000 })
  await expect(hours(0, 1)).rejects.toThrow('More ticks came')
  await kept.tend()
  const known = (await kept.values({ entities: [1], to: 3_600_000 })).filter((value) => !Number.isNaN(value))
  expect(known).toEqual(Array.from({ length: known.length }, (_, at) => at + 1))
  expect(known.length).toBeGreaterThan(60)
  await kept.append(3_600_000, [gauge([1], [7])])
})
