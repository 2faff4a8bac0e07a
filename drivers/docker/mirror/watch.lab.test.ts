import { Failure } from '@wheelhouse/contract'
import { Recorder } from '@wheelhouse/driver/conformance'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../test/needs.ts'
import { EngineBench, never, openEngine } from '../../../test/docker/engine-bench.ts'
import { container, idle } from '../../../test/docker/container.ts'
import { CuttableProxy } from '../../../test/docker/cuttable-proxy.ts'

suite('docker mirror', ['docker'], () => {
  let bench: EngineBench
  beforeAll(async () => {
    bench = new EngineBench()
    await bench.watch()
  })
  afterAll(() => bench.close())

  test('a cut connection is told, and the way back brings the right rows and what happened meanwhile', async () => {
    const proxy = new CuttableProxy(where('docker'))
    await proxy.mend()
    const far = openEngine(proxy.address)
    const seen = new Recorder()
    const abort = new AbortController()
    const watching = far.watch(seen, abort.signal)
    const [stays, dies, goes] = await Promise.all(
      ['stays', 'dies', 'goes'].map((word) => bench.create(container(bench.name(word), idle))),
    )
    for (const id of [stays, dies, goes]) await seen.state(id ?? '', 'running')

    await proxy.cut()
    await seen.until('the loss', () => seen.lostReason !== null)
    expect(seen.lostReason).toMatch(/engine|Docker/)
    await bench.connection.stop(dies ?? '', { timeoutMs: 2000 })
    await bench.connection.remove(goes ?? '', { force: true, volumes: true })
    const born = await bench.create(container(bench.name('born'), idle))
    const snapshots = seen.snapshots
    await proxy.mend()
    await seen.until('a new snapshot', () => seen.snapshots > snapshots)
    expect(seen.services.get(stays ?? '')?.state).toBe('running')
    expect(seen.services.has(goes ?? '')).toBe(false)
    await seen.state(dies ?? '', 'stopped')
    await seen.state(born, 'running')
    await seen.occurrence(dies ?? '', 'service.stopped')
    expect(seen.occurrences.filter((it) => it.nativeId === dies && it.type === 'service.stopped')).toHaveLength(1)

    abort.abort()
    await watching
    await far.close()
    await proxy.close()
  })

  test('a connection that died without a word is noticed', async () => {
    const proxy = new CuttableProxy(where('docker'))
    await proxy.mend()
    const far = openEngine(proxy.address)
    const seen = new Recorder()
    const abort = new AbortController()
    const watching = far.watch(seen, abort.signal)
    await seen.until('the snapshot', () => seen.snapshots > 0)
    proxy.mute()
    await seen.until('the loss', () => seen.lostReason !== null, 90_000)
    expect(seen.lostReason).toContain('does not answer')
    await proxy.mend()
    const snapshots = seen.snapshots
    await seen.until('a new snapshot', () => seen.snapshots > snapshots)
    abort.abort()
    await watching
    await far.close()
    await proxy.close()
  })

  test('an engine that is not there says what to do, and a wrong one too', async () => {
    const nowhere = openEngine('unix:///nowhere/docker.sock')
    const failure = await nowhere.info().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE', message: expect.stringContaining('Start Docker') })
    const refused = await openEngine('tcp://127.0.0.1:9')
      .info()
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ message: expect.stringContaining('refuses the connection') })
  })

  test('a burst of containers ends in the truth', async () => {
    const names = Array.from({ length: 50 }, () => bench.name('burst'))
    const ids = await Promise.all(names.map((name) => bench.create(container(name, 'exit 0'))))
    for (const id of ids) await bench.recorder.state(id, 'stopped')
    for (const id of ids) expect(bench.recorder.services.get(id)).toMatchObject({ exitCode: 0, nativeState: 'exited' })
    await Promise.all(ids.map((id) => bench.connection.remove(id, { force: true, volumes: true })))
    await bench.recorder.until('all gone', () => ids.every((id) => !bench.recorder.services.has(id)))
  })

  test('stopped on purpose is calm, killed for memory is not', async () => {
    const asked = await bench.create(
      container(bench.name('asked'), 'trap "exit 7" TERM; while :; do sleep 1 & wait $!; done'),
    )
    await bench.recorder.state(asked, 'running')
    await bench.connection.stop(asked, { timeoutMs: 5000 })
    expect(await bench.recorder.state(asked, 'stopped')).toMatchObject({ exitCode: 7 })

    const eater = 'x=x; while :; do x=$x$x; done'
    const hungry = await bench.create(container(bench.name('hungry'), eater, { memoryBytes: 16 << 20 }))
    const failed = await bench.recorder.state(hungry, 'failed')
    expect(failed.reason).toBe('Exited with code 137, killed for memory')
    await bench.recorder.occurrence(hungry, 'service.out-of-memory')
  })

  test('a crash loop is one occurrence', async () => {
    const restart = { policy: 'always', maxRetries: null } as const
    const id = await bench.create(container(bench.name('loop'), 'exit 1', { restart }))
    await bench.recorder.occurrence(id, 'service.crash-looping')
    const looping = await bench.recorder.until('two restarts', () => {
      const now = bench.recorder.services.get(id)
      return now !== undefined && now.restarts >= 4 && now.state === 'failed' && now
    })
    expect(looping.reason).toMatch(/^Exited with code 1 and is restarted, \d+ restarts so far$/)
    expect(
      bench.recorder.occurrences.filter((it) => it.nativeId === id && it.type === 'service.crash-looping'),
    ).toHaveLength(1)
  })

  test("the engine's own health check makes it starting, running and degraded", async () => {
    const healthCheck = {
      test: ['CMD-SHELL', 'test ! -e /tmp/sick || { echo no pulse; exit 1; }'],
      intervalMs: 300,
      timeoutMs: 2000,
      startPeriodMs: null,
      retries: 1,
    }
    const id = await bench.create(container(bench.name('health'), idle, { healthCheck }))
    expect(await bench.recorder.state(id, 'running')).toMatchObject({ health: 'healthy' })
    const session = await bench.connection.exec(id, { argv: ['touch', '/tmp/sick'], tty: false })
    for await (const _ of session.output) continue
    const sick = await bench.recorder.state(id, 'degraded')
    expect(sick).toMatchObject({ health: 'unhealthy', reason: 'Its health check fails: no pulse' })
    await bench.recorder.occurrence(id, 'service.health')
  })

  test('a restart of ours is one occurrence', async () => {
    const id = await bench.create(container(bench.name('again'), idle))
    const first = await bench.recorder.state(id, 'running')
    const before = bench.recorder.occurrences.length
    await bench.connection.restart(id, {})
    await bench.recorder.occurrence(id, 'service.restarted')
    await bench.recorder.until('the new run', () => bench.recorder.services.get(id)?.startedAt !== first.startedAt)
    const told = bench.recorder.occurrences.slice(before).filter((it) => it.nativeId === id)
    expect(told.map((it) => it.type)).toEqual(['service.restarted'])
  })

  test('a container that cannot start leaves nothing behind', async () => {
    const name = bench.name('broken')
    const spec = container(name, '', { command: ['/no/such/program'] })
    const failure = await bench.connection.create(spec, () => undefined, never).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining('/no/such/program') })
    await bench.recorder.until(
      'it is gone',
      () => ![...bench.recorder.services.values()].some((it) => it.name === name),
    )
  })
})
