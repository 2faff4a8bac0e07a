import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, type LogLine, type Service } from '@wheelhouse/contract'
import { LineStore, linesOf } from '@wheelhouse/platform/lines'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Registry } from '../../inventory/targets/index.ts'
import { Follower } from './follower.ts'
import { Taps } from './taps.ts'

const begun = Date.parse('2026-11-20T10:00:00.000Z')
const line = (text: string, second: number): LogLine => ({
  at: new Date(begun + second * 1_000).toISOString(),
  stream: 'stdout',
  level: null,
  text,
})

let folder: string
let store: LineStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-gaps-'))
  store = new LineStore({
    folder,
    budgetBytes: 16e6,
    maxAgeMs: null,
    waitingBytes: 1e6,
    readers: 1,
    queueBytes: 1e6,
    searchMs: 20_000,
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A source that tells these lines to whoever asks, from the time asked for on; what it has forgotten it does not tell. */
function following(lines: readonly LogLine[], watermarkMs: number) {
  const lost: unknown[] = []
  const registry = {
    service: () => ({ id: 'local:web' }) as Service,
    reach: () => ({
      nativeId: 'web',
      connection: {
        async *logs(_: string, { since }: { since: string | null }) {
          for (const one of lines) if (since === null || one.at >= since) yield one
          throw new Failure('NOT_FOUND', 'It is gone.')
        },
      },
    }),
  } as unknown as Registry
  const follower = new Follower({
    registry,
    store,
    taps: new Taps(),
    serviceId: 'local:web',
    source: 1,
    watermarkUs: watermarkMs * 1_000,
    isOver: false,
    lost: async (fromMs, toMs, reason) => {
      lost.push({ from: (fromMs - begun) / 1_000, to: (toMs - begun) / 1_000, reason })
    },
  })
  return { done: follower.done, lost }
}
const kept = (...lines: readonly LogLine[]) =>
  store.append(1, linesOf(lines.map(({ at, text }) => ({ at: Date.parse(at) * 1_000, marks: 0, text }))))
const texts = async (): Promise<string[]> => {
  const query = { streams: [1], from: 0, to: Number.MAX_SAFE_INTEGER, levels: 0, sources: 0, conditions: [] }
  const { lines } = await store.search({ ...query, order: 'oldest', after: null, limit: 100 })
  return lines.map(({ text }) => text)
}

test('a source that still has what was kept last leaves no gap', async () => {
  await kept(line('one', 1), line('two', 2))
  const { done, lost } = following([line('one', 1), line('two', 2), line('three', 60)], begun + 2_000)
  await done
  await vi.waitFor(async () => expect(await texts()).toEqual(['one', 'two', 'three']))
  expect(lost).toEqual([])
})

test('one that was rotated or truncated since leaves a gap from the last line kept to the first there is', async () => {
  await kept(line('one', 1), line('two', 2))
  const { done, lost } = following([line('ninety', 90), line('more', 91)], begun + 2_000)
  await done
  expect(await texts()).toEqual(['one', 'two', 'ninety', 'more'])
  expect(lost).toEqual([{ from: 2, to: 90, reason: 'rotated' }])
})

test('of a new one nothing is missing, and what has said nothing since has lost nothing', async () => {
  const fresh = following([line('first', 1)], 0)
  await fresh.done
  const silent = following([], begun + 1_000)
  await silent.done
  expect([fresh.lost, silent.lost]).toEqual([[], []])
})

test('lines of 200 KB and bytes that are no text are kept as they are', async () => {
  const long = 'x'.repeat(200_000)
  const odd = Buffer.from([0x61, 0xff, 0xfe, 0x62]).toString('utf8')
  const { done } = following([line(long, 1), line(odd, 2), line('', 3), line('\u0000\u001B[31mred', 4)], 0)
  await done
  expect(await texts()).toEqual([long, odd, '', '\u0000\u001B[31mred'])
})
