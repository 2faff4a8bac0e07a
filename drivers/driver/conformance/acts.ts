import { type Capability, Failure } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { type Bench, never, quiet } from './suite.ts'

/** The code of the failure a call ends with; anything but a Failure is told as it is. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'no failure'
  } catch (error) {
    return error instanceof Failure ? error.code : `not a Failure: ${String(error)}`
  }
}

export function acts(bench: Bench): void {
  const { suite } = bench
  const has = (capability: (typeof suite.supports)[number]): boolean => suite.supports.includes(capability)
  const gone = { force: true, volumes: true }

  describe('acts', () => {
    test('create, stop, start, restart and remove are seen by the watch', async () => {
      const name = bench.name('life')
      const id = await bench.run(suite.workload.sleeper(name))
      const first = await bench.recorder.state(id, 'running')
      expect(first.name).toBe(name)
      expect(first.startedAt).not.toBeNull()
      expect(first.exitCode).toBeNull()

      await bench.connection.stop(id, {})
      const stopped = await bench.recorder.state(id, 'stopped')
      expect(stopped.pid).toBeNull()
      await bench.recorder.occurrence(id, 'service.stopped')

      await bench.connection.start(id)
      const again = await bench.recorder.state(id, 'running')
      await bench.recorder.occurrence(id, 'service.started')

      await bench.connection.restart(id, {})
      await bench.recorder.until('another start', () => {
        const now = bench.recorder.services.get(id)
        return now?.state === 'running' && now.startedAt !== again.startedAt && now.pid !== again.pid
      })

      await bench.connection.remove(id, gone)
      await bench.recorder.until('gone', () => !bench.recorder.services.has(id))
      expect(await codeOf(bench.connection.remove(id, gone))).toBe('NOT_FOUND')
    })

    test('what its state does not allow is a STATE_CONFLICT', async () => {
      const id = await bench.run(suite.workload.sleeper(bench.name('conflict')))
      expect(await codeOf(bench.connection.start(id))).toBe('STATE_CONFLICT')
      expect(await codeOf(bench.connection.remove(id, { force: false, volumes: false }))).toBe('STATE_CONFLICT')
      if (has('pause')) expect(await codeOf(bench.connection.resume(id))).toBe('STATE_CONFLICT')
      await bench.connection.stop(id, {})
      expect(await codeOf(bench.connection.stop(id, {}))).toBe('STATE_CONFLICT')
      expect(await codeOf(bench.connection.kill(id, 'SIGKILL'))).toBe('STATE_CONFLICT')
      if (has('pause')) expect(await codeOf(bench.connection.pause(id))).toBe('STATE_CONFLICT')
      await bench.connection.remove(id, { force: false, volumes: false })
    })

    test('one that ignores its stop signal is killed at the deadline', async () => {
      const id = await bench.run(suite.workload.ignorer(bench.name('ignorer')))
      // It ignores the signal only once it has said so.
      const query = { tail: null, since: null, until: null, follow: true }
      for await (const line of bench.connection.logs(id, query, AbortSignal.timeout(60_000))) {
        if (line.text === 'ready') break
      }
      await bench.connection.stop(id, { timeoutMs: 1000 })
      const stopped = await bench.recorder.state(id, 'stopped')
      expect(stopped.exitCode).toBe(137)
    })

    test('kill ends it for good, and refuses what is no signal', async () => {
      const id = await bench.run(suite.workload.sleeper(bench.name('kill')))
      expect(await codeOf(bench.connection.kill(id, 'SIGNONE'))).toBe('TARGET_REFUSED')
      await bench.connection.kill(id, 'SIGKILL')
      const ended = await bench.recorder.until('its end', () => {
        const now = bench.recorder.services.get(id)
        return (now?.state === 'stopped' || now?.state === 'failed') && now
      })
      expect(ended.exitCode).toBe(137)
    })

    test('an end of its own is told with its code', async () => {
      const id = await bench.connection.create(suite.workload.crasher(bench.name('crasher')), quiet, never)
      const failed = await bench.recorder.state(id, 'failed')
      expect(failed.exitCode).toBe(3)
      expect(failed.reason).toContain('3')
      await bench.recorder.occurrence(id, 'service.failed')
    })

    // A driver without the power is asked below to refuse it: a test left out would look like one skipped.
    const withPower = (power: Capability, name: string, body: () => Promise<void>): void => {
      if (has(power)) test(name, body)
    }
    withPower('pause', 'pause and resume', async () => {
      const id = await bench.run(suite.workload.sleeper(bench.name('pause')))
      await bench.connection.pause(id)
      await bench.recorder.state(id, 'paused')
      await bench.recorder.occurrence(id, 'service.paused')
      expect(await codeOf(bench.connection.pause(id))).toBe('STATE_CONFLICT')
      await bench.connection.resume(id)
      await bench.recorder.state(id, 'running')
      await bench.connection.pause(id)
      await bench.connection.stop(id, { timeoutMs: 5000 })
      await bench.recorder.state(id, 'stopped')
    })

    withPower('rename', 'rename', async () => {
      const id = await bench.run(suite.workload.sleeper(bench.name('rename')))
      const other = bench.name('renamed')
      await bench.connection.rename(id, other)
      await bench.recorder.until('the new name', () => bench.recorder.services.get(id)?.name === other)
    })

    test('a name is taken once', async () => {
      const spec = suite.workload.sleeper(bench.name('twice'))
      await bench.run(spec)
      expect(await codeOf(bench.connection.create(spec, quiet, never))).toBe('CONFLICT')
    })

    test('what is unknown is NOT_FOUND, and what is not listed is CAPABILITY_MISSING', async () => {
      const { connection } = bench
      const id = 'no-such-service'
      const first = async (stream: AsyncIterable<unknown>): Promise<void> => {
        for await (const _ of stream) return
      }
      const query = { tail: 1, since: null, until: null, follow: false }
      expect(await codeOf(connection.start(id))).toBe('NOT_FOUND')
      expect(await codeOf(connection.stop(id, {}))).toBe('NOT_FOUND')
      expect(await codeOf(connection.restart(id, {}))).toBe('NOT_FOUND')
      expect(await codeOf(connection.kill(id, 'SIGTERM'))).toBe('NOT_FOUND')
      expect(await codeOf(connection.remove(id, gone))).toBe('NOT_FOUND')
      expect(await codeOf(connection.inspect(id))).toBe('NOT_FOUND')
      expect(await codeOf(first(connection.logs(id, query, never)))).toBe('NOT_FOUND')
      expect(await codeOf(first(connection.stats(id, never)))).toBe('NOT_FOUND')
      expect((await connection.sample([id], never)).size).toBe(0)
      const pauses = has('pause') ? 'NOT_FOUND' : 'CAPABILITY_MISSING'
      expect(await codeOf(connection.pause(id))).toBe(pauses)
      expect(await codeOf(connection.resume(id))).toBe(pauses)

      const one = await bench.run(suite.workload.sleeper(bench.name('able')))
      if (!has('rename')) expect(await codeOf(connection.rename(one, 'other'))).toBe('CAPABILITY_MISSING')
      if (!has('exec')) {
        const exec = connection.exec(one, { argv: ['true'], tty: false })
        expect(await codeOf(exec)).toBe('CAPABILITY_MISSING')
      }
      if (!has('networks')) expect(await codeOf(connection.removeResource('network', 'x'))).toBe('CAPABILITY_MISSING')
      if (!has('volumes')) expect(await codeOf(connection.removeResource('volume', 'x'))).toBe('CAPABILITY_MISSING')
    })
  })
}
