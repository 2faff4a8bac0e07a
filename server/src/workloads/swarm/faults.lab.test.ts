import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as nodes from '../../../../test/docker/swarm-of-nodes.ts'
import { suite } from '../../../../test/needs.ts'
import { LabSwarm, patience } from './testing/lab-swarm.ts'

const long = { timeout: 300_000 }

/** Three managers, of which one after the other is lost and comes back. What is done goes through the API alone. */
suite('a Swarm of three survives', ['swarm', 'n1', 'n2', 'n3'], () => {
  let own: LabSwarm
  let admin: Client
  let swarm: string
  beforeAll(async () => {
    own = await LabSwarm.open(['n1', 'n2', 'n3'])
    admin = own.admin
    swarm = own.swarm
  }, 180_000)
  afterAll(() => own.close(), 180_000)

  /** All three are there, agree, and take tasks. */
  const whole = async (): Promise<void> => {
    await nodes.whole('n1')
    await vi.waitFor(async () => {
      expect(await admin.swarm.get({ swarm })).toMatchObject({
        managers: 3,
        reachableManagers: 3,
        quorum: true,
        tolerates: 1,
        stale: false,
      })
    }, patience)
    for (const name of nodes.nodeNames)
      await own.nodeIs(name, (node) => expect(node).toMatchObject({ state: 'ready', reachability: 'reachable' }))
  }

  test('a node that is cut off: its tasks run elsewhere, and it is told until it is back', long, async () => {
    await whole()
    const id = await own.create('cut', { mode: { kind: 'replicated', replicas: 3 } })
    // Not the one that is asked: that is the next test.
    const { via } = await admin.swarm.get({ swarm })
    const lost = nodes.nodeNames.find((name) => name !== via && name !== 'n1')!
    const { nodeId, hostname } = await own.node(lost)
    await nodes.cutNode(lost)
    try {
      await own.nodeIs(lost, (node) => expect(node).toMatchObject({ state: 'down' }))
      expect((await own.node(lost)).reason).not.toBeNull()
      await own.told('node.state', new RegExp(`${hostname} is down`))
      await own.rollout(id, (now) => {
        const here = now.tasks.filter((task) => task.state === 'running' && task.desired === 'running')
        expect(here).toHaveLength(3)
        expect(here.map((task) => task.nodeId)).not.toContain(nodeId)
      })
      await vi.waitFor(async () => {
        const now = await admin.swarm.get({ swarm })
        expect(now).toMatchObject({ reachableManagers: 2, quorum: true, tolerates: 0 })
        expect(now.advice.join()).toContain(`${hostname} cannot be reached by the other managers`)
      }, patience)
      const { nodes: places } = await admin.swarmServices.placement({ id })
      expect(places.find((place) => place.nodeId === nodeId)).toMatchObject({ fits: false })
    } finally {
      await nodes.joinNode(lost)
    }
    await whole()
    await own.told('node.state', new RegExp(`${hostname} is ready again`))
    // The tasks it went on running alone have ended: no more than were asked for are left.
    await own.rollout(id, (now) => expect(now).toMatchObject({ running: 3, desired: 3 }))
    await admin.swarmServices.remove({ id })
  })

  test('the manager that is asked is lost and regained: another is asked, and changes go on', long, async () => {
    await whole()
    const id = await own.create('stays')
    const via = (await admin.swarm.get({ swarm })).via as nodes.NodeName
    const { hostname } = await own.node(via)
    await nodes.stopEngine(via, 'kill')
    try {
      await vi.waitFor(async () => {
        const now = await admin.swarm.get({ swarm })
        expect(now).toMatchObject({ reachableManagers: 2, quorum: true, tolerates: 0, stale: false })
        expect(now.via).not.toBe(via)
      }, patience)
      await own.nodeIs(via, (node) => expect(node).toMatchObject({ state: 'down', reachability: 'unreachable' }))
      await admin.swarmServices.scale({ id, replicas: 3 })
      await own.rollout(id, (now) => expect(now.running).toBe(3))
      await own.told('node.state', new RegExp(`${hostname} is down`))
    } finally {
      await nodes.startEngine(via)
    }
    await whole()
    await own.told('node.state', new RegExp(`${hostname} is ready again`))
    await own.rollout(id, (now) => expect(now).toMatchObject({ running: 3, desired: 3 }))
  })

  test('an update that fails while a manager is away goes back, and its reason is shown', long, async () => {
    await whole()
    const id = await own.create('failing')
    const { via } = await admin.swarm.get({ swarm })
    const lost = nodes.nodeNames.find((name) => name !== via)!
    await nodes.stopEngine(lost)
    try {
      await own.nodeIs(lost, (node) => expect(node.state).toBe('down'))
      await own.rollout(id, (now) => expect(now.running).toBe(2))
      const broken = own.draft('failing', { command: ['sh', '-c', 'sleep 0.5; exit 3'] })
      await admin.swarmServices.update({ id, draft: broken })
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
      await own.told('rollout.rolled-back', new RegExp(own.named('failing')))
    } finally {
      await nodes.startEngine(lost)
    }
    await whole()
  })

  test('without a quorum nothing changes and the reason is told; with it all goes on', long, async () => {
    await whole()
    const id = await own.create('quorum', { mode: { kind: 'replicated', replicas: 1 } })
    await Promise.all([nodes.stopEngine('n2', 'kill'), nodes.stopEngine('n3', 'kill')])
    try {
      await vi.waitFor(async () => {
        // What was known last is still there to be read.
        const now = await admin.swarm.get({ swarm })
        expect(now).toMatchObject({ quorum: false, tolerates: 0, stale: true, managers: 3 })
      }, patience)
      await own.told('swarm.quorum', /has lost its quorum/)
      expect((await admin.tasks.list({ swarm, service: id })).items).toHaveLength(1)
      await expect(admin.swarmServices.scale({ id, replicas: 2 })).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
    } finally {
      await Promise.all([nodes.startEngine('n2'), nodes.startEngine('n3')])
    }
    await whole()
    await own.told('swarm.quorum', /has its quorum again/)
    await admin.swarmServices.scale({ id, replicas: 2 })
    await own.rollout(id, (now) => expect(now.running).toBe(2))
  })
})
