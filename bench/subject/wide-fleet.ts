import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultTiers, SeriesQueueFull, SeriesStore } from '@wheelhouse/platform/series'
import { Fleet } from './fleet.ts'

// A program of its own, so that its memory can be told: 5,000 entities × 12 metrics for two hours, and what is asked of them now and then.
const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-wide-'))
const limits = { budgetBytes: 10e9, hotBytes: 24e6, queueBytes: 64e6, readers: 1, queryMs: 120_000 }
const store = new SeriesStore({ folder, ...limits, ...defaultTiers })
try {
  const fleet = new Fleet(5000, 12)
  const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000
  for (let at = 0; at < 720; at++) {
    const tick = fleet.tick(start + at * 10_000)
    for (;;) {
      try {
        await store.append(tick)
        break
      } catch (error) {
        if (!(error instanceof SeriesQueueFull)) throw error
        await store.settled()
      }
    }
    // Ticks come far apart in life, and what is to be sealed is sealed between them.
    if (at % 90 === 0) await store.settled()
    if (at % 180 !== 179) continue
    const range = { from: start, to: start + 7_200_000, stepMs: 60_000 }
    const group = { of: null, across: 'sum' } as const
    await store.query({ ...range, metric: 0, entities: null, aggregate: 'avg', group, top: null })
  }
  await store.settled()
  // What rusage tells would be that of whoever started this program, where that is more.
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  process.stdout.write(`${Number(kilobytes) / 1024}\n`)
} finally {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}
