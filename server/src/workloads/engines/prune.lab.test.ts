import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

// On a node, which one suite has to itself: on the engine that all share it would take networks that others have just made.
suite('cleaning up an engine', ['n3'], () => {
  let house: TestHouse
  let admin: Client
  let bench: EngineBench
  let target: string
  beforeAll(async () => {
    bench = new EngineBench(where('n3'))
    house = await openTestHouse({ engine: where('n3') })
    admin = house.admin
    await vi.waitFor(
      async () => {
        const found = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')
        expect(found?.state).toBe('connected')
        target = found!.id
      },
      { timeout: 60_000, interval: 100 },
    )
  })
  afterAll(async () => {
    await bench.close()
    await house.close()
  })

  test('a clean-up does what its plan said, and nothing when that is no longer true', async () => {
    const [first, second] = [bench.name('net'), bench.name('net')]
    await admin.networks.create({ target, name: first })
    const plan = await admin.engines.prune.plan({ target, networks: true })
    expect(plan.steps.map(({ name }) => name)).toContain(first)
    await admin.networks.create({ target, name: second })
    await expect(admin.engines.prune({ target, networks: true, digest: plan.digest })).rejects.toMatchObject({
      code: 'PLAN_CHANGED',
    })
    const { digest } = await admin.engines.prune.plan({ target, networks: true })
    const done = await admin.engines.prune({ target, networks: true, digest })
    expect(done.removed.networks).toEqual(expect.arrayContaining([first, second]))
    const whole = await admin.engines.prune.plan({ target, containers: true, images: 'nameless', buildCache: true })
    for (const { verb } of whole.steps) expect(verb).toBe('remove')
    const [entry] = (await admin.audit.list({ operation: 'engines.prune', outcome: 'done' })).items
    expect(JSON.stringify(entry?.before)).toContain(first)
  })
})
