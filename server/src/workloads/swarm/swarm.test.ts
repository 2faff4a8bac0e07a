import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { standInNode } from '../../../../test/docker/stand-in-node.ts'
import { codeOf, password, patience, SwarmHouse } from './testing/swarm-house.ts'

describe('a Swarm', () => {
  let own: SwarmHouse
  let admin: Client
  let developer: Client
  let swarm: string
  beforeAll(async () => {
    own = await SwarmHouse.open()
    admin = own.admin
    developer = own.developer
    swarm = own.swarm
  })
  afterAll(() => own.close())

  describe('the cluster', () => {
    test('says who agrees, what it has and what is advisable', async () => {
      const all = await admin.swarm.list()
      expect(all.items.map(({ targetId }) => targetId)).toEqual([swarm])
      expect(all.unheard).toEqual([])
      expect(await admin.swarm.get({ swarm })).toMatchObject({
        clusterId: own.cluster.clusterId,
        managers: 1,
        workers: 2,
        reachableManagers: 1,
        quorum: true,
        tolerates: 0,
        via: 'n1',
        capacity: { cpus: 6, memoryBytes: 3 * 4 * 1024 ** 3, reservedCpus: 0 },
        advice: ['One manager tolerates no loss. Promote two more nodes to have three.'],
        stale: false,
      })
    })

    test('tokens and keys are told to those who manage it, and to no audit', async () => {
      expect(await admin.swarm.tokens({ swarm })).toMatchObject({
        worker: 'SWMTKN-worker-secret',
        address: '10.0.0.1:2377',
        command: 'docker swarm join --token SWMTKN-worker-secret 10.0.0.1:2377',
      })
      expect(await admin.swarm.unlockKey({ swarm })).toEqual({ key: 'SWMKEY-1-secret' })
      expect(await admin.swarm.update({ swarm, autolock: true, taskHistory: 3 })).toMatchObject({
        settings: { autolock: true, taskHistory: 3 },
        unlockKey: 'SWMKEY-1-secret',
      })
      await admin.swarm.rotateToken({ swarm, role: 'worker' })
      expect(own.cluster.asked).toContain('rotateToken worker')
      expect(await codeOf(developer.swarm.tokens({ swarm }))).toBe('FORBIDDEN')
      const audit = JSON.stringify((await admin.audit.list({ limit: 100 })).items)
      expect(audit).toContain('swarm.tokens')
      expect(audit).not.toMatch(/SWMTKN|SWMKEY/)
    })

    test('engines join and leave; what is impossible is said before anything is asked', async () => {
      expect(await codeOf(admin.swarm.init.plan({ target: 'n1' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(admin.swarm.join.plan({ swarm, target: 'n2', role: 'worker' }))).toBe('STATE_CONFLICT')
      const plan = await admin.swarm.join.plan({ swarm, target: 'n9', role: 'manager' })
      expect(plan.warnings).toEqual(['2 managers tolerate no more losses than 1.'])
      expect(await admin.swarm.join({ swarm, target: 'n9', role: 'worker' })).toEqual({ nodeId: 'node-n9' })
      expect((await admin.swarm.leave.plan({ target: 'n9' })).steps[0]).toMatchObject({ verb: 'remove', kind: 'node' })
      await admin.swarm.leave({ target: 'n9' })
      expect(await codeOf(admin.swarm.leave({ target: 'n9' }))).toBe('STATE_CONFLICT')
      // The last manager takes the Swarm with it.
      expect(await codeOf(admin.swarm.leave({ target: 'n1' }))).toBe('STATE_CONFLICT')
      const last = await admin.swarm.leave.plan({ target: 'n1', force: true })
      expect(last.warnings.join()).toContain('the Swarm ends')
      expect(await codeOf(admin.swarm.unlock({ target: 'n9', key: 'SWMKEY-x' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(developer.swarm.leave({ target: 'n2' }))).toBe('FORBIDDEN')
    })
  })

  describe('nodes', () => {
    test('are listed with what they have, and found by name or id', async () => {
      const { items, total } = await admin.nodes.list({ swarm })
      expect(total).toBe(3)
      expect(items[0]).toMatchObject({
        id: `${swarm}:node-n1`,
        hostname: 'n1',
        targetId: 'n1',
        role: 'manager',
        leader: true,
        reachability: 'reachable',
        state: 'ready',
        cpus: 2,
      })
      expect(items.at(-1)).toMatchObject({ hostname: 'n3', targetId: null, reachability: null, usedCpus: null })
      expect(await admin.nodes.get({ swarm, node: 'n2' })).toEqual(await admin.nodes.get({ swarm, node: 'node-n2' }))
      expect(await codeOf(admin.nodes.get({ swarm, node: 'none' }))).toBe('NOT_FOUND')
    })

    test('a plan of draining one says which tasks move and whether they fit; then it is drained', async () => {
      const id = await own.create('moving', { constraints: ['node.hostname == n3'] })
      const tasks = own.cluster.tasks.map((task) =>
        task.ServiceID === id.slice(swarm.length + 1) ? { ...task, NodeID: 'node-n3' } : task,
      )
      own.cluster.tasks = tasks
      own.cluster.tell('task')
      const plan = await admin.nodes.update.plan({ swarm, node: 'n3', availability: 'drain' })
      expect(plan.steps[0]?.reasons).toEqual(
        expect.arrayContaining(['availability: active → drain', '2 tasks of moving move']),
      )
      expect(plan.warnings.join()).toContain('2 tasks of moving would find no other node')
      expect(
        await admin.nodes.update({ swarm, node: 'n3', availability: 'drain', labels: { zone: 'a' } }),
      ).toMatchObject({
        availability: 'drain',
        labels: { zone: 'a' },
      })
      await vi.waitFor(async () => expect(await own.events('node.changed', 'n3 is drained')).toHaveLength(1), patience)
      expect(
        await admin.nodes.update({ swarm, node: 'n3', availability: 'active', labels: { zone: null } }),
      ).toMatchObject({
        labels: {},
      })
      await admin.swarmServices.remove({ id })
    })

    test('the only manager stays one; a node that is up is not removed unasked', async () => {
      expect(await codeOf(admin.nodes.update({ swarm, node: 'n1', role: 'worker' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(admin.nodes.remove({ swarm, node: 'n3' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(developer.nodes.update({ swarm, node: 'n3', availability: 'drain' }))).toBe('FORBIDDEN')
    })

    test('what happens to them is told', async () => {
      own.cluster.nodes.push(standInNode('n5'))
      own.cluster.tell('node')
      own.cluster.nodes[3] = standInNode('n5', { Status: { State: 'down', Message: 'heartbeat failure' } })
      own.cluster.tell('node')
      expect((await admin.nodes.list({ swarm })).items[0]).toMatchObject({
        hostname: 'n5',
        reason: 'heartbeat failure',
      })
      await admin.nodes.remove({ swarm, node: 'n5' })
      await vi.waitFor(async () => {
        expect(await own.events('node.joined', 'n5')).toHaveLength(1)
        expect(await own.events('node.state', 'n5 is down: heartbeat failure.')).toHaveLength(1)
        expect(await own.events('node.left', 'n5')).toHaveLength(1)
      }, patience)
    })
  })

  test('tasks are listed, those that need somebody first, to those who may see the Swarm', async () => {
    await own.create('calm')
    const id = await own.create('waits', { image: 'stuck:1' })
    const { items } = await admin.tasks.list({ swarm })
    expect(items[0]?.state).toBe('pending')
    const waits = items.find(({ serviceName }) => serviceName === 'waits')
    expect(waits).toMatchObject({ state: 'pending', nodeId: null, current: true })
    expect((await admin.tasks.list({ swarm, service: id })).total).toBe(1)
    const running = await admin.tasks.list({ swarm, state: 'running', node: 'n1' })
    expect(new Set(running.items.map(({ nodeName }) => nodeName))).toEqual(new Set(['n1']))
    expect(await codeOf(admin.tasks.list({ state: 'walking' }))).toBe('VALIDATION_FAILED')
    await admin.users.create({
      username: 'elsewhere',
      password,
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'target', id: 'local', role: 'viewer' }],
    })
    const { client } = await own.house.signIn('elsewhere', password)
    for (const list of [client.tasks.list({}), client.nodes.list({}), client.swarmSecrets.list({})])
      expect((await list).total).toBe(0)
    expect(await codeOf(client.swarm.get({ swarm }))).toBe('NOT_FOUND')
    expect(await codeOf(client.swarmServices.rollout({ id }))).toBe('NOT_FOUND')
    // Nobody waits for it any more.
    await admin.swarmServices.remove({ id })
  })
})
