import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import type { DeployRoom } from './room.ts'
import type { StepContext } from './saga/step-kinds.ts'
import { instanceCreate } from './steps/instance-create.ts'
import { stackTargets, type Workload } from '../stacks/index.ts'
import { ContainerHouse } from './testing/container-stack.ts'

suite('a container of a run that was cut off', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  /** The spec of a deployed service, and a step of a later release of it. */
  async function step(name: string) {
    const source = `name: ${name}\nservices: { web: { image: lab/web:1 } }\n`
    const done = await at.deploy({ source, skip: ['watch'] })
    const content = await at.house.house.domains.delivery.releases.store.content(done.release!.id)
    const { targetId, rendered } = content!.placements[0]!
    const targets = stackTargets(at.house.house.domains.targets.registry)
    const context = {
      room: { targets } as DeployRoom,
      signal: AbortSignal.timeout(60_000),
      log: () => undefined,
      content: () => Promise.resolve(content!),
    } as Partial<StepContext> as StepContext
    const workload: Workload = rendered.workloads[0]!
    const args = {
      targetId,
      releaseId: done.release!.id,
      release: 2,
      service: workload.spec.name,
      name: `${workload.spec.name}.r2`,
      aliases: false,
      warm: false,
    }
    return { args, context }
  }

  test('is found by its name and removed, though its id was never written down', { timeout: 120_000 }, async () => {
    const name = at.name()
    const { args, context } = await step(name)
    await instanceCreate.do(args, context)
    expect(at.names(name)).toEqual(['web-1', 'web-1.r2'])
    // As after kill -9 between the engine's answer and the journal: there is no result.
    expect(await instanceCreate.undo(args, null, context)).toBe(`${args.name} was removed.`)
    expect(at.names(name)).toEqual(['web-1'])
    expect(await instanceCreate.undo(args, null, context)).toBeNull()
  })

  test(
    'is taken as it is when the run goes on, and one that only was created is started',
    { timeout: 60_000 },
    async () => {
      const name = at.name()
      const { args, context } = await step(name)
      const made = await instanceCreate.do(args, context)
      expect(await instanceCreate.do(args, context)).toEqual(made)
      await at.connection.stop(made.nativeId, { timeoutMs: 1000 })
      expect(await instanceCreate.do(args, context)).toEqual(made)
      await expect.poll(() => at.service(name, 'web-1.r2').state).toBe('running')
      await instanceCreate.undo(args, made, context)
      expect(at.names(name)).toEqual(['web-1'])
    },
  )

  test('one that was kept warm before the run stays when the run is undone', { timeout: 120_000 }, async () => {
    const name = at.name()
    const { args, context } = await step(name)
    const made = await instanceCreate.do(args, context)
    expect(await instanceCreate.undo({ ...args, warm: true }, made, context)).toBeNull()
    expect(at.names(name)).toEqual(['web-1', 'web-1.r2'])
  })
})
