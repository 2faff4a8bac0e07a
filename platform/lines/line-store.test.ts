import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  LineQueueFull,
  LineStore,
  type LineStoreOptions,
  linesOf,
  lineLevels,
  type Query,
  ThreadTimeout,
} from './index.ts'

let folder: string
let store: LineStore
const open = (more: Partial<LineStoreOptions> = {}): LineStore =>
  new LineStore({
    folder,
    budgetBytes: 1e9,
    maxAgeMs: null,
    waitingBytes: 64e6,
    queueBytes: 1e6,
    readers: 1,
    searchMs: 20_000,
    ...more,
  })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-lines-'))
  store = open()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const all: Query = {
  streams: null,
  from: 0,
  to: 9e15,
  levels: 0,
  sources: 0,
  conditions: [],
  order: 'oldest',
  after: null,
  limit: 100_000,
}
const some = (from: number, count: number, text = 'a line') =>
  linesOf(Array.from({ length: count }, (_, step) => ({ at: from + step, marks: 3, text: `${text} ${from + step}` })))
const texts = async (query: Partial<Query> = {}): Promise<string[]> =>
  (await store.search({ ...all, ...query })).lines.map(({ text }) => text)

test('what was answered for is found, also by one that opens the folder after a kill', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, turn) => store.append(turn % 3, some(turn * 1000, 1000))))
  const before = await texts()
  expect(before).toHaveLength(40_000)
  expect(before[12_345]).toBe('a line 12345')
  const again = open()
  try {
    expect((await again.search(all)).lines.map(({ text }) => text)).toEqual(before)
    expect((await again.watermarks()).get(0)).toBe(39_999)
  } finally {
    await again.close()
  }
})

test('what is forgotten stays so, and its numbers go on', async () => {
  await store.append(1, some(0, 10))
  await store.append(2, some(0, 1))
  await store.forget(1)
  await store.close()
  store = open()
  expect(await texts()).toEqual(['a line 0'])
  await store.append(1, some(50, 1))
  expect((await store.search(all)).lines.map(({ stream, seq }) => [stream, seq])).toEqual([
    [2, 1],
    [1, 11],
  ])
})

test('refuses more than the queue holds, and takes it once there is room', async () => {
  const first = store.append(1, some(0, 40_000))
  await expect(store.append(1, some(40_000, 40_000))).rejects.toThrow(LineQueueFull)
  await first
  await store.append(1, some(40_000, 40_000))
  expect(await texts({ order: 'newest', limit: 1 })).toEqual(['a line 79999'])
})

test('a pattern that takes for ever is ended, and the next search answers', async () => {
  await store.close()
  store = open({ searchMs: 300 })
  await store.append(1, linesOf([{ at: 1, marks: 3, text: `${'a'.repeat(40)}!` }]))
  const conditions = [{ kind: 'regex', value: '^(a+)+$' }] as const
  await expect(store.search({ ...all, conditions })).rejects.toThrow(ThreadTimeout)
  const stop = AbortSignal.timeout(50)
  await expect(store.search({ ...all, conditions }, stop)).rejects.toThrow('timeout')
  await expect(store.search({ ...all, conditions: [{ kind: 'regex', value: '(' }] })).rejects.toThrow(
    'Invalid regular expression',
  )
  expect(await texts()).toHaveLength(1)
})

test('counts what waits and what stands in blocks', async () => {
  await store.append(1, some(0, 20_000))
  const { counts } = await store.count({ ...all, from: 0, to: 19_999 }, 4)
  expect([0, 1, 2, 3].map((bucket) => counts[bucket * lineLevels + 3])).toEqual([5000, 5000, 5000, 5000])
})
