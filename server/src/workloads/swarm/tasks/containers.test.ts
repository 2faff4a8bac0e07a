import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeOf, password, patience, SwarmHouse } from '../testing/swarm-house.ts'

const said = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'ok',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  )

describe('containers of Swarm tasks', () => {
  let own: SwarmHouse
  let admin: Client
  let swarm: string
  let id: string
  beforeAll(async () => {
    own = await SwarmHouse.open()
    admin = own.admin
    swarm = own.swarm
    id = await own.create('web', { mode: { kind: 'replicated', replicas: 3 } })
    await own.followed('web')
    own.tellContainers(id)
  })
  afterAll(() => own.close())

  const taskAt = (slot: number) => own.cluster.tasks.find((task) => task.Slot === slot)!
  const nameOf = (slot: number): string => `web.${slot}.${taskAt(slot).ID}`

  test('are found by the task, whatever it is called by', async () => {
    const [one, two] = [taskAt(1), taskAt(2)]
    const ways = ['web.2', `${id}.2`, `${swarm}:web.2`, two.ID, two.ID.slice(0, 10), nameOf(2)]
    for (const way of ways)
      expect(await admin.services.get({ id: way }), way).toMatchObject({
        kind: 'container',
        targetId: 'n2',
        name: nameOf(2),
        taskOf: id,
      })
    expect(await admin.services.get({ id: one.ID })).toMatchObject({ targetId: 'n1' })
    for (const other of ['web.9', 'web@n1', 'nothing.1', 'web.', '.1', 'web@', '@n1', 'web.2@n2'])
      expect(await codeOf(admin.services.get({ id: other })), other).toBe('NOT_FOUND')
  })

  test('on a node that is no target here are out of reach, and it is said why', async () => {
    const why = 'CAPABILITY_MISSING: web.3 runs on the node n3, which is no target here, so nothing reaches into it.'
    expect(await said(admin.services.exec({ id: 'web.3', argv: ['true'] }))).toContain(why)
    expect(await said(admin.services.exec({ id: taskAt(3).ID, argv: ['true'] }))).toContain(why)
  })

  test('a Swarm service runs no commands itself, and names its tasks', async () => {
    expect(await said(admin.services.exec({ id: 'web', argv: ['true'] }))).toBe(
      'CAPABILITY_MISSING: web is a Swarm service, and commands run inside its tasks. Name one of them: web.1, web.2, web.3.',
    )
  })

  test('one that has not begun says what it waits for', async () => {
    await own.create('late', { image: 'stuck:1', mode: { kind: 'replicated', replicas: 1 } })
    expect(await said(admin.services.get({ id: 'late.1' }))).toContain('STATE_CONFLICT: late.1 is pending')
  })

  test('a service that is on each node goes by the names of nodes', async () => {
    const agent = await own.create('agent', { image: 'agent:1', mode: { kind: 'global' } })
    for (const [index, task] of own.cluster.tasks.entries())
      if (agent.endsWith(task.ServiceID)) own.cluster.tasks[index] = { ...task, Slot: 0 }
    own.cluster.tell('task')
    expect(await said(admin.services.exec({ id: 'agent@n3', argv: ['true'] }))).toContain(
      'agent@n3 runs on the node n3',
    )
    expect(await said(admin.services.exec({ id: 'agent', argv: ['true'] }))).toContain('agent@n1, agent@n2, agent@n3')
  })

  test('are as invisible as their Swarm, and refused where only that may be seen', async () => {
    const named = async (username: string, targetId: string): Promise<Client> => {
      const grants = [{ on: 'target' as const, id: targetId, role: 'developer' as const }]
      await admin.users.create({ username, password, role: 'viewer', reach: 'granted', grants })
      return (await own.house.signIn(username, password)).client
    }
    const stranger = await named('stranger', 'n9')
    expect(await codeOf(stranger.services.get({ id: 'web.2' }))).toBe('NOT_FOUND')
    expect(await codeOf(stranger.services.get({ id: 'web.3' }))).toBe('NOT_FOUND')
    const partly = await named('partly', swarm)
    expect(await said(partly.services.get({ id: 'web.2' }))).toContain('FORBIDDEN: web.2 runs on n2')
  })

  describe('in the list of services', () => {
    const listed = async (query: Parameters<Client['services']['list']>[0] = {}): Promise<string[]> =>
      (await admin.services.list({ q: 'web', ...query })).items
        .filter(({ targetKind }) => targetKind !== 'process')
        .map(({ name }) => name)
        .toSorted()

    test('their Swarm service stands for them, so that nothing is there twice', async () => {
      expect(await listed()).toEqual(['web'])
      expect((await admin.services.list({ q: 'web' })).states).toEqual({ running: 1 })
      expect(await listed({ tasks: true })).toEqual(['web', nameOf(1), nameOf(2)])
      // Where it is not listed they stand for themselves.
      expect(await listed({ kind: 'container' })).toEqual([nameOf(1), nameOf(2)])
      expect(await listed({ target: 'n2' })).toEqual([nameOf(2)])
      const { states } = await admin.dashboards.overview({})
      const { total } = await admin.services.list({ limit: 1 })
      expect(Object.values(states).reduce((sum, n) => sum + n, 0)).toBe(total)
    })

    test('they are told apart whichever is heard first, and stand alone when it is gone', async () => {
      await admin.targets.remove({ id: 'n2' })
      await admin.targets.register({ name: 'n2', address: 'tcp://n2:2375' })
      await vi.waitFor(async () => expect((await admin.targets.get({ id: 'n2' })).state).toBe('connected'), patience)
      own.tellContainers(id)
      expect(await listed()).toEqual(['web'])
      await admin.swarmServices.remove({ id })
      await vi.waitFor(async () => expect(await listed()).toHaveLength(2), patience)
      expect((await admin.services.list({ q: 'web' })).items.map(({ taskOf }) => taskOf)).toEqual([
        undefined,
        undefined,
      ])
    })
  })
})
