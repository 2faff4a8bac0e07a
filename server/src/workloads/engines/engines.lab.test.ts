import type { Client, Live } from '@wheelhouse/client'
import type { EngineEvent } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const patience = { timeout: 60_000, interval: 100 }

suite('the engine itself', ['docker'], () => {
  let house: TestHouse
  let admin: Client
  let live: Live
  let bench: EngineBench
  let target: string
  beforeAll(async () => {
    bench = new EngineBench()
    house = await openTestHouse({ engine: where('docker') })
    admin = house.admin
    live = house.live(admin)
    await vi.waitFor(async () => {
      const found = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')
      expect(found?.state).toBe('connected')
      target = found!.id
    }, patience)
  }, 120_000)
  afterAll(async () => {
    live.close()
    await bench.close()
    await house.close()
  })

  test('it says who it is, and what its version lacks', async () => {
    const { version, info, lacks } = await admin.engines.info({ target })
    const row = await admin.targets.get({ id: target })
    expect(version.Version).toBe(row.engine?.version)
    expect(info.NCPU).toBe(row.engine?.cpus)
    for (const { feature, reason } of lacks) expect([feature, reason]).not.toContain('')
    await expect(admin.engines.info({ target: 'local' })).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' })
  })

  test('its disk is counted in the background, volumes with it', async () => {
    const name = bench.name('filled')
    const id = await bench.create(
      container(name, `dd if=/dev/zero of=/data/f bs=1024 count=2048; ${idle}`, {
        mounts: [{ type: 'volume', source: name, destination: '/data', readOnly: false, options: {} }],
      }),
    )
    try {
      const counting = await admin.engines.countDisk({ target })
      expect(counting.counting).toBe(true)
      await vi.waitFor(async () => {
        const [now] = (await admin.engines.diskUsage({ target })).items
        expect(now).toMatchObject({ counting: false, reason: null })
        expect(now?.volumes?.count).toBeGreaterThan(0)
        expect(now?.containers?.active).toBeGreaterThan(0)
        expect(now?.images?.sizeBytes).toBeGreaterThan(0)
      }, patience)
      await vi.waitFor(async () => {
        await admin.engines.countDisk({ target })
        expect((await admin.volumes.get({ target, name })).sizeBytes).toBeGreaterThanOrEqual(2 * 1_048_576)
      }, patience)
    } finally {
      await bench.connection.remove(id, { force: true, volumes: true })
      await admin.volumes.remove({ target, name })
    }
  })

  test('its events come live and by the hour, without the commands of others', async () => {
    const heard: EngineEvent[] = []
    const subscribed = Promise.withResolvers<void>()
    const leave = live.subscribe(
      'engine',
      { target },
      {
        onEvents: (events) => void heard.push(...events),
        onReady: () => subscribed.resolve(),
      },
    )
    await subscribed.promise
    const since = new Date(Date.now() - 1000).toISOString()
    const name = bench.name('seen')
    const nativeId = await bench.create(container(name, idle, { environment: { API_TOKEN: 'very-secret-8' } }))
    await vi.waitFor(
      () => expect(heard.some((one) => one.name === name && one.action === 'start')).toBe(true),
      patience,
    )
    const session = await bench.connection.exec(nativeId, { argv: ['echo', 'very-secret-7'], tty: false })
    await session.exitCode()
    await vi.waitFor(() => expect(heard.some(({ action }) => action === 'exec_start')).toBe(true), patience)
    leave()
    const { items } = await admin.engines.events({ target, since, types: 'container', q: name })
    expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(['create', 'start', 'exec_start']))
    expect(JSON.stringify([heard, items])).not.toContain('very-secret')
    expect((await admin.engines.events({ target, since, actions: 'start', q: name })).items).toHaveLength(1)
    expect((await admin.engines.events({ target, since, types: 'volume', q: name })).items).toEqual([])
  })
})
