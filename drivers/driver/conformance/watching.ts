import { describe, expect, test } from 'vitest'
import { ownLabels } from '../index.ts'
import { Recorder } from './recorder.ts'
import { type Bench, never } from './suite.ts'

export function watching(bench: Bench): void {
  const { suite } = bench

  describe('watch', () => {
    test('the target tells who it is, what it can do and how it is used', async () => {
      const info = await bench.connection.info()
      expect(info.hostname).not.toBe('')
      expect(info.cpus).toBeGreaterThan(0)
      expect(info.memoryBytes).toBeGreaterThan(0)
      expect(bench.recorder.info).toEqual(info)
      expect([...bench.connection.capabilities].sort()).toEqual([...suite.supports].sort())
      expect(bench.recorder.lostReason).toBeNull()
    })

    test('a second watch gets the whole truth, and ends with its signal', async () => {
      const id = await bench.run(suite.workload.sleeper(bench.name('second')))
      const other = new Recorder()
      const abort = new AbortController()
      const watch = bench.connection.watch(other, abort.signal)
      await other.state(id, 'running')
      // A change may be told before the first look at all has ended.
      await expect.poll(() => other.snapshots).toBeGreaterThanOrEqual(1)
      abort.abort()
      await watch
      await bench.connection.stop(id, { timeoutMs: 2000 })
      await bench.recorder.state(id, 'stopped')
      expect(other.services.get(id)?.state).toBe('running')
    })

    test('labels, stack, checks and environment come back as they were given', async () => {
      const name = bench.name('labels')
      const checks = [
        {
          kind: 'tcp',
          name: 'port',
          host: '127.0.0.1',
          port: 1,
          intervalMs: 60_000,
          timeoutMs: 100,
          retries: 1,
          startPeriodMs: 0,
        },
      ] as const
      const labels = { 'com.example.team': 'a "b" $c\nd', empty: '' }
      const environment = { PLAIN: 'x', ODD: `a'b "c" $d \\ = # ü`, EMPTY: '' }
      const spec = {
        ...suite.workload.sleeper(name),
        labels,
        environment,
        checks,
        stack: 'shop',
        service: 'web',
        digest: 'd1',
      }
      const id = await bench.run(spec)
      const service = await bench.recorder.state(id, 'running')
      expect(service).toMatchObject({ nativeId: id, name, kind: spec.kind, stack: 'shop', stackService: 'web', checks })
      expect(service.labels).toMatchObject({ ...labels, [ownLabels.digest]: 'd1', [ownLabels.stack]: 'shop' })
      const inspected = await bench.connection.inspect(id)
      expect(inspected.environment).toMatchObject(environment)
      expect(JSON.stringify(inspected.native)).not.toBe('{}')
    })
  })

  describe('close', () => {
    test('stops no service, ends the watch, and another connection sees what runs', async () => {
      const opened = await suite.open()
      const recorder = new Recorder()
      const watch = opened.connection.watch(recorder, never)
      const id = await opened.connection.create(suite.workload.sleeper(bench.name('close')), () => undefined, never)
      const before = await recorder.state(id, 'running')
      await opened.connection.close()
      await watch
      await bench.recorder.until('it runs on', () => {
        const now = bench.recorder.services.get(id)
        return now === undefined || (now.state === 'running' && now.pid === before.pid)
      })
      await opened.cleanup()
    })
  })
}
