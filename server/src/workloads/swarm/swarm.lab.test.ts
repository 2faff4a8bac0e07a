import type { Client } from '@wheelhouse/client'
import type { Job, Rollout, SwarmServiceDraft } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as nodes from '../../../../test/docker/swarm-of-nodes.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const patience = { timeout: 90_000, interval: 250 }
const long = { timeout: 240_000 }
const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']

/** One after the other: they share the three machines, and each begins with what the one before has left. */
suite('a Swarm of the three nodes', ['swarm', 'n1', 'n2', 'n3'], () => {
  let house: TestHouse
  let admin: Client
  let swarm: string
  beforeAll(async () => {
    await nodes.leaveSwarm()
    house = await openTestHouse()
    admin = house.admin
    for (const name of nodes.nodeNames) await admin.targets.register({ name, address: where(name) })
    await vi.waitFor(async () => {
      const { items } = await admin.targets.list({ kind: 'docker' })
      expect(items.map(({ state }) => state)).toEqual(['connected', 'connected', 'connected'])
    }, patience)
  }, 180_000)
  afterAll(async () => {
    await house.close()
    await nodes.leaveSwarm()
  }, 180_000)

  const mark = Math.random().toString(36).slice(2, 7)
  const draft = (name: string, more: Partial<SwarmServiceDraft> = {}): SwarmServiceDraft => ({
    name: `${name}-${mark}`,
    image: `${where('nodesRegistry')}/lab/web:1`,
    mode: { kind: 'replicated', replicas: 2 },
    command: idle,
    endpointMode: 'dnsrr',
    restart: { condition: 'any', delayMs: 500 },
    update: { parallelism: 1, monitorMs: 2000, onFailure: 'rollback', order: 'stop-first' },
    rollback: { parallelism: 0, monitorMs: 1000, onFailure: 'pause' },
    ...more,
  })
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(async () => {
      const now = await admin.jobs.get({ id })
      expect(now.finishedAt).not.toBeNull()
      return now
    }, patience)
  /** The newest job about this service, when it is over. */
  const followed = async (name: string): Promise<Job> => {
    const { items } = await admin.jobs.list({ kind: 'swarm.rollout', limit: 100 })
    return ended(items.find(({ title }) => title.includes(`${name}-${mark}`))!.id)
  }
  const create = async (name: string, more: Partial<SwarmServiceDraft> = {}): Promise<string> => {
    const { id } = await admin.swarmServices.create({ swarm, draft: draft(name, more) })
    expect((await followed(name)).error).toBeNull()
    return id
  }
  const rollout = (id: string, holds: (now: Rollout) => void): Promise<Rollout> =>
    vi.waitFor(async () => {
      const now = await admin.swarmServices.rollout({ id })
      holds(now)
      return now
    }, patience)
  const nodeIs = (name: string, holds: (node: Awaited<ReturnType<Client['nodes']['get']>>) => void): Promise<void> =>
    vi.waitFor(async () => {
      const { items } = await admin.nodes.list({ swarm })
      holds(items.find(({ targetId }) => targetId === name)!)
    }, patience)

  test('is begun on one engine, found by itself, and joined by the others', long, async () => {
    const advertise = (name: nodes.NodeName): string => `${nodes.addressOf(name)}:2377`
    const begun = await admin.swarm.init({ target: 'n1', advertise: advertise('n1'), listen: advertise('n1') })
    swarm = begun.targetId
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
    const id = await create('web', { environment: { MODE: 'one', API_TOKEN: 'very-secret-5' } })
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
    expect((await followed('web')).result).toMatchObject({ state: 'converged' })
    expect(await admin.swarmServices.rollout({ id })).toMatchObject({ state: 'completed', updated: 2, deadline: null })
    await admin.swarmServices.rollback({ id })
    expect((await followed('web')).error).toBeNull()
    const back = await admin.swarmServices.draft({ id })
    expect(back.draft.environment).toEqual({ MODE: 'one', API_TOKEN: null })
  })

  test('an update that fails goes back by itself, with its reason', long, async () => {
    const id = await create('failing')
    await admin.swarmServices.update({
      id,
      draft: draft('failing', { command: ['sh', '-c', 'sleep 0.5; exit 3'] }),
    })
    const job = await followed('failing')
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain('exit code 3')
    await rollout(id, (now) =>
      expect(now).toMatchObject({
        state: 'rollback-completed',
        reason: expect.stringContaining('exit code 3'),
        running: 2,
      }),
    )
  })

  test('an update whose task cannot start would hang for ever: our deadline brings it back', long, async () => {
    const id = await create('hanging')
    const nowhere = draft('hanging', { constraints: ['node.labels.nowhere == true'] })
    const plan = await admin.swarmServices.update.plan({ id, draft: nowhere })
    expect(plan.steps[0]?.reasons.join()).toContain('constraints')
    await admin.swarmServices.update({ id, draft: nowhere, deadlineMs: 15_000 })
    await rollout(id, (now) => expect(now.tasks[0]?.reason).toContain('No suitable node'))
    const job = await followed('hanging')
    expect(job.error).toMatchObject({ errorCode: 'TIMED_OUT', message: expect.stringContaining('is as it was before') })
    expect((await admin.swarmServices.draft({ id })).draft.constraints).toBeUndefined()
    await rollout(id, (now) => expect(now.running).toBe(2))
  })

  test('held by hand it stands; when it has gone on it can still go back', long, async () => {
    const id = await create('held', { mode: { kind: 'replicated', replicas: 4 }, environment: { VERSION: '1' } })
    const next = draft('held', { mode: { kind: 'replicated', replicas: 4 }, environment: { VERSION: '2' } })
    await admin.swarmServices.update({ id, draft: next })
    await rollout(id, (now) => {
      expect(now.state).toBe('updating')
      expect(now.updated).toBeGreaterThan(0)
    })
    expect(await admin.swarmServices.pause({ id })).toMatchObject({ state: 'paused', deadline: null })
    expect((await followed('held')).state).toBe('cancelled')
    await admin.swarmServices.resume({ id })
    expect((await followed('held')).result).toMatchObject({ state: 'converged' })
    await admin.swarmServices.rollback({ id })
    expect((await followed('held')).error).toBeNull()
    expect((await admin.swarmServices.draft({ id })).draft.environment).toEqual({ VERSION: '1' })
  })

  test('a secret is rotated: its user reads the new value, and after a revert the old one', long, async () => {
    const name = `db-${mark}`
    await admin.swarmSecrets.create({ swarm, name, value: 'first-value' })
    const id = await create('reader', { mode: { kind: 'replicated', replicas: 1 }, secrets: [{ name, file: 'db' }] })
    const reads = (value: string): Promise<void> =>
      vi.waitFor(async () => {
        const { items } = await admin.tasks.list({ swarm, service: id, state: 'running' })
        const container = items.find(({ containerServiceId }) => containerServiceId !== null)?.containerServiceId
        const { stdout } = await admin.services.exec({ id: container!, argv: ['cat', '/run/secrets/db'] })
        expect(stdout).toBe(value)
      }, patience)
    await reads('first-value')
    const job = await ended((await admin.swarmSecrets.rotate({ swarm, name, value: 'second-value' })).id)
    expect(job).toMatchObject({ state: 'succeeded', result: { name: `${name}-v2`, moved: [`reader-${mark}`] } })
    await reads('second-value')
    expect((await ended((await admin.swarmSecrets.revert({ swarm, name })).id)).state).toBe('succeeded')
    await reads('first-value')
    await admin.swarmSecrets.remove({ swarm, name: `${name}-v2` })
    await admin.swarmServices.remove({ id })
    await vi.waitFor(async () => admin.swarmSecrets.remove({ swarm, name }), patience)
  })

  test('a node is drained: its tasks move, and placement says why it takes none', long, async () => {
    const id = await create('moving', { mode: { kind: 'replicated', replicas: 3 } })
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
    await nodeIs('n3', (node) => expect(node.availability).toBe('active'))
  })

  test('a manager that is lost takes nothing with it; it is told, also when it is back', long, async () => {
    const id = await create('stays')
    await nodes.stopEngine('n2')
    await vi.waitFor(async () => {
      expect(await admin.swarm.get({ swarm })).toMatchObject({ reachableManagers: 2, quorum: true, tolerates: 0 })
    }, patience)
    await admin.swarmServices.scale({ id, replicas: 3 })
    await rollout(id, (now) => expect(now.running).toBe(3))
    await nodes.startEngine('n2')
    await nodeIs('n2', (node) => expect(node).toMatchObject({ state: 'ready', reachability: 'reachable' }))
    await vi.waitFor(async () => {
      const { items } = await admin.timeline.list({ type: 'node.state', limit: 50 })
      expect(items.map(({ message }) => message).join()).toMatch(/is down.*|is ready again/)
    }, patience)
  })

  test('an engine leaves: a manager is demoted first, and the Swarm goes from view with the last', long, async () => {
    await admin.swarm.leave({ target: 'n3' })
    await vi.waitFor(async () => expect((await admin.swarm.get({ swarm })).managers).toBe(2), patience)
    const { items } = await admin.nodes.list({ swarm })
    const left = items.find(({ state }) => state === 'down')
    expect(left).toMatchObject({ role: 'worker' })
    await admin.nodes.remove({ swarm, node: left!.nodeId })
    await admin.swarm.leave({ target: 'n2' })
    await expect(admin.swarm.leave({ target: 'n1' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await admin.swarm.leave({ target: 'n1', force: true })
    await vi.waitFor(async () => expect((await admin.targets.list({ kind: 'swarm' })).items).toEqual([]), patience)
  })
})
