import type { LogLine, Sample } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import type { LogQuery } from '../index.ts'
import { type Bench, never } from './suite.ts'

const whole: LogQuery = { tail: null, since: null, until: null, follow: false }

export function readings(bench: Bench): void {
  const { workload } = bench.suite

  /** Lines until `enough`; without it all there are. System lines are ours, so they are left out. */
  async function lines(
    id: string,
    query: Partial<LogQuery>,
    enough?: (lines: readonly LogLine[]) => boolean,
  ): Promise<LogLine[]> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), 20_000)
    const found: LogLine[] = []
    for await (const line of bench.connection.logs(id, { ...whole, ...query }, abort.signal)) {
      if (line.stream !== 'system') found.push(line)
      if (enough?.(found)) break
    }
    clearTimeout(timer)
    return found
  }
  const ticks = (found: readonly LogLine[]): number[] =>
    found.filter((line) => line.stream === 'stdout').map((line) => Number(line.text.replace('tick ', '')))

  describe('logs', () => {
    test('both streams, stamped, followed without a gap or a doubled line', async () => {
      const id = await bench.run(workload.sleeper(bench.name('ticks')))
      const found = await lines(id, { follow: true }, (all) => ticks(all).length >= 3)
      const numbers = ticks(found)
      expect(numbers).toEqual(numbers.map((_, index) => index + (numbers[0] ?? 0)))
      expect(found.some((line) => line.stream === 'stderr' && line.text.startsWith('warn'))).toBe(true)
      for (const line of found) expect(new Date(line.at).toISOString()).toBe(line.at)

      // History first, then what comes: again neither gap nor doubled line.
      const more = ticks(await lines(id, { follow: true, tail: 3 }, (all) => ticks(all).length >= 4))
      expect(more).toEqual(more.map((_, index) => index + (more[0] ?? 0)))
    })

    test('tail, since and until', async () => {
      const written = Array.from({ length: 200 }, (_, index) => `line ${index} äöü € 😀`)
      const id = await bench.run(workload.echo(bench.name('echo'), written))
      const all = await lines(id, { follow: true }, (found) => found.length >= written.length)
      expect(all.map((line) => line.text)).toEqual(written)
      expect((await lines(id, { tail: 7 })).map((line) => line.text)).toEqual(written.slice(-7))
      expect(await lines(id, { tail: 0 })).toEqual([])
      const past = new Date(Date.now() - 3_600_000).toISOString()
      const future = new Date(Date.now() + 3_600_000).toISOString()
      expect(await lines(id, { since: past })).toHaveLength(written.length)
      expect(await lines(id, { since: future })).toEqual([])
      expect(await lines(id, { until: past })).toEqual([])
      expect(await lines(id, { until: new Date().toISOString(), tail: 3 })).toHaveLength(3)
    })

    test('the log of one that was stopped can be read', async () => {
      const id = await bench.run(workload.echo(bench.name('after'), ['last words']))
      await lines(id, { follow: true }, (found) => found.length >= 1)
      await bench.connection.stop(id, { timeoutMs: 2000 })
      expect((await lines(id, {})).map((line) => line.text)).toContain('last words')
    })

    test('the signal ends a stream', async () => {
      const id = await bench.run(workload.sleeper(bench.name('abort')))
      const abort = new AbortController()
      for await (const _ of bench.connection.logs(id, { ...whole, follow: true }, abort.signal)) abort.abort()
      const stats = new AbortController()
      for await (const _ of bench.connection.stats(id, stats.signal)) stats.abort()
    })
  })

  describe('readings', () => {
    const plausible = (sample: Sample | undefined): void => {
      expect(sample).toBeDefined()
      expect(sample?.memoryBytes).toBeGreaterThan(10_000)
      expect(sample?.memoryBytes).toBeLessThan(2_000_000_000)
      expect(sample?.pids).toBeGreaterThanOrEqual(1)
      if (sample?.cpuPercent !== null) {
        expect(sample?.cpuPercent).toBeGreaterThanOrEqual(0)
        expect(sample?.cpuPercent).toBeLessThan(6400)
      }
    }

    test('stats: a stream of plausible readings that ends when the service stops', async () => {
      const id = await bench.run(workload.sleeper(bench.name('stats')))
      let count = 0
      for await (const sample of bench.connection.stats(id, never)) {
        plausible(sample)
        if (++count === 2) await bench.connection.stop(id, { timeoutMs: 2000 })
      }
      expect(count).toBeGreaterThanOrEqual(2)
    })

    test('sample: one of each that runs', async () => {
      const ids = []
      for (const word of ['one', 'two', 'three']) ids.push(await bench.run(workload.sleeper(bench.name(word))))
      const [first, second, third] = ids
      await bench.connection.stop(first ?? '', { timeoutMs: 2000 })
      const samples = await bench.connection.sample(ids, never)
      expect(new Set(samples.keys())).toEqual(new Set([second, third]))
      plausible(samples.get(second ?? ''))
    })
  })
}
