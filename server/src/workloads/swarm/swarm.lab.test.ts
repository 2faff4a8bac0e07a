import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as nodes from '../../../../test/docker/swarm-of-nodes.ts'
import { suite } from '../../../../test/needs.ts'
import { LabSwarm, patience } from './testing/lab-swarm.ts'

const long = { timeout: 240_000 }

/** One after the other: they share the three machines, and each begins with what the one before has left. */
suite('a Swarm of the three nodes', ['swarm', 'n1', 'n2', 'n3'], () => {
  let own: LabSwarm
  let admin: Client
  let swarm: string
  beforeAll(async () => {
    own = await LabSwarm.open()
    admin = own.admin
  }, 180_000)
  afterAll(() => own.close(), 180_000)

  test('is begun on one engine, found by itself, and joined by the others', long, async () => {
    const advertise = (name: nodes.NodeName): string => `${nodes.addressOf(name)}:2377`
    const begun = await admin.swarm.init({ target: 'n1', advertise: advertise('n1'), listen: advertise('n1') })
    swarm = begun.targetId
    own.swarm = swarm
    await vi.waitFor(async () => expect((await admin.swarm.get({ swarm })).managers).toBe(1), patience)
    for (const target of ['n2', 'n3'] as const) {
      const joining = {
        swarm,
        target,
        role: 'manager' as const,
        advertise: advertise(target),
        listen: advertise(target),
      }
      await admin.swarm.join(joining)
    }
    await vi.waitFor(async () => {
      expect(await admin.swarm.get({ swarm })).toMatchObject({
        managers: 3,
        reachableManagers: 3,
        quorum: true,
        tolerates: 1,
      })
    }, patience)
    const { items } = await admin.nodes.list({ swarm })
    expect(new Set(items.map(({ targetId }) => targetId))).toEqual(new Set(['n1', 'n2', 'n3']))
    expect((await admin.targets.list({ kind: 'swarm' })).items.map(({ id }) => id)).toEqual([swarm])
  })

  test('a service is made, its tasks lead to their containers, and an update replaces them', long, async () => {
    const id = await own.create('web', { environment: { MODE: 'one', API_TOKEN: 'very-secret-5' } })
    await vi.waitFor(async () => {
      const { items } = await admin.tasks.list({ swarm, service: id })
      expect(items.map(({ state }) => state)).toEqual(['running', 'running'])
      for (const { containerServiceId } of items) expect(containerServiceId).not.toBeNull()
    }, patience)
    const [task] = (await admin.tasks.list({ swarm, service: id })).items
    const said = await admin.services.exec({ id: task!.containerServiceId!, argv: ['sh', '-c', 'echo $MODE'] })
    expect(said.stdout).toBe('one\n')
    const form = await admin.swarmServices.draft({ id })
    expect(form.lost).toEqual([])
    const changed = { ...form.draft, environment: { ...form.draft.environment, MODE: 'two' } }
    await admin.swarmServices.update({ id, draft: changed })
    expect((await own.followed('web')).result).toMatchObject({ state: 'converged' })
    expect(await admin.swarmServices.rollout({ id })).toMatchObject({ state: 'completed', updated: 2, deadline: null })
    await admin.swarmServices.rollback({ id })
    expect((await own.followed('web')).error).toBeNull()
    const back = await admin.swarmServices.draft({ id })
    expect(back.draft.environment).toEqual({ MODE: 'one', API_TOKEN: null })
  })

  test('an update that fails goes back by itself, with its reason', long, async () => {
    const id = await own.create('failing')
    await admin.swarmServices.update({
      id,
      draft: own.draft('failing', { command: ['sh', '-c', 'sleep 0.5; exit 3'] }),
    })
    const job = await own.followed('failing')
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain('exit code 3')
    await own.rollout(id, (now) =>
      expect(now).toMatchObject({
        state: 'rollback-completed',
        reason: expect.stringContaining('exit code 3'),
        running: 2,
      }),
    )
  })

  test('an update whose task cannot start would hang for ever: our deadline brings it back', long, async () => {
    const id = await own.create('hanging')
    const nowhere = own.draft('hanging', { constraints: ['node.labels.nowhere == true'] })
    const plan = await admin.swarmServices.update.plan({ id, draft: nowhere })
    expect(plan.steps[0]?.reasons.join()).toContain('constraints')
    await admin.swarmServices.update({ id, draft: nowhere, deadlineMs: 15_000 })
    await own.rollout(id, (now) => expect(now.tasks[0]?.reason).toContain('No suitable node'))
    const job = await own.followed('hanging')
    expect(job.error).toMatchObject({ errorCode: 'TIMED_OUT', message: expect.stringContaining('is as it was before') })
    expect((await admin.swarmServices.draft({ id })).draft.constraints).toBeUndefined()
    await own.rollout(id, (now) => expect(now.running).toBe(2))
  })

  test('held by hand it stands; when it has gone on it can still go back', long, async () => {
    const id = await own.create('held', { mode: { kind: 'replicated', replicas: 4 }, environment: { VERSION: '1' } })
    const next = own.draft('held', { mode: { kind: 'replicated', replicas: 4 }, environment: { VERSION: '2' } })
    await admin.swarmServices.update({ id, draft: next })
    await own.rollout(id, (now) => {
      expect(now.state).toBe('updating')
      expect(now.updated).toBeGreaterThan(0)
    })
    expect(await admin.swarmServices.pause({ id })).toMatchObject({ state: 'paused', deadline: null })
    expect((await own.followed('held')).state).toBe('cancelled')
    await admin.swarmServices.resume({ id })
    expect((await own.followed('held')).result).toMatchObject({ state: 'converged' })
    await admin.swarmServices.rollback({ id })
    expect((await own.followed('held')).error).toBeNull()
    expect((await admin.swarmServices.draft({ id })).draft.environment).toEqual({ VERSION: '1' })
  })

  test('a secret is rotated: its user reads the new value, and after a revert the old one', long, async () => {
    const name = `db-${own.mark}`
    await admin.swarmSecrets.create({ swarm, name, value: 'first-value' })
    const id = await own.create('reader', {
      mode: { kind: 'replicated', replicas: 1 },
      secrets: [{ name, file: 'db' }],
    })
    const reads = (value: string): Promise<void> =>
      vi.waitFor(async () => {
        const { items } = await admin.tasks.list({ swarm, service: id, state: 'running' })
        const container = items.find(({ containerServiceId }) => containerServiceId !== null)?.containerServiceId
        const { stdout } = await admin.services.exec({ id: container!, argv: ['cat', '/run/secrets/db'] })
        expect(stdout).toBe(value)
      }, patience)
    await reads('first-value')
    const job = await own.ended((await admin.swarmSecrets.rotate({ swarm, name, value: 'second-value' })).id)
    expect(job).toMatchObject({ state: 'succeeded', result: { name: `${name}-v2`, moved: [`reader-${own.mark}`] } })
    await reads('second-value')
    expect((await own.ended((await admin.swarmSecrets.revert({ swarm, name })).id)).state).toBe('succeeded')
    await reads('first-value')
    await admin.swarmSecrets.remove({ swarm, name: `${name}-v2` })
    await admin.swarmServices.remove({ id })
    await vi.waitFor(async () => admin.swarmSecrets.remove({ swarm, name }), patience)
  })

  test('a node is drained: its tasks move, and placement says why it takes none', long, async () => {
    const id = await own.create('moving', { mode: { kind: 'replicated', replicas: 3 } })
    const { nodeId } = (await admin.nodes.list({ swarm })).items.find(({ targetId }) => targetId === 'n3')!
    await admin.nodes.update({ swarm, node: nodeId, availability: 'drain' })
    await vi.waitFor(async () => {
      const { items } = await admin.tasks.list({ swarm, service: id, state: 'running' })
      expect(items).toHaveLength(3)
      expect(items.map((task) => task.nodeId)).not.toContain(nodeId)
    }, patience)
    const { nodes: places } = await admin.swarmServices.placement({ id })
    const place = places.find((one) => one.nodeId === nodeId)
    expect(place?.reasons).toEqual(['it takes no new tasks: its availability is drain'])
    await admin.nodes.update({ swarm, node: nodeId, availability: 'active' })
    await own.nodeIs('n3', (node) => expect(node.availability).toBe('active'))
  })

  test('an engine leaves: a manager is demoted first, and the Swarm goes from view with the last', long, async () => {
    await admin.swarm.leave({ target: 'n3' })
    await vi.waitFor(async () => expect((await admin.swarm.get({ swarm })).managers).toBe(2), patience)
    const left = await vi.waitFor(async () => {
      const { items } = await admin.nodes.list({ swarm })
      const down = items.find(({ state }) => state === 'down')
      expect(down).toMatchObject({ role: 'worker' })
      return down!
    }, patience)
    await admin.nodes.remove({ swarm, node: left.nodeId })
    await admin.swarm.leave({ target: 'n2' })
    await expect(admin.swarm.leave({ target: 'n1' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await admin.swarm.leave({ target: 'n1', force: true })
    await vi.waitFor(async () => expect((await admin.targets.list({ kind: 'swarm' })).items).toEqual([]), patience)
  })
})
