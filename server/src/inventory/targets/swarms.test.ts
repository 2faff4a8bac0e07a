import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { StandInEngines } from '../../../../test/docker/stand-in-engines.ts'
import { StandInSwarm } from '../../../../test/docker/stand-in-swarm.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { swarmTargetId } from './index.ts'

const patience = { timeout: 60_000, interval: 20 }

describe('Swarms are found', () => {
  const engines = new StandInEngines()
  const cluster = new StandInSwarm('clusteroftests00000000001')
  let managers: (clusterId: string) => readonly { id: string; address: string; tls: unknown }[] = () => []
  let house: TestHouse
  let admin: Client
  beforeAll(async () => {
    for (const host of ['n1', 'n2', 'n3']) engines.put(host, {})
    house = await openTestHouse({
      docker: engines.driver,
      swarmDriver: (find = () => []) => {
        managers = find
        return cluster.driver()
      },
    })
    admin = house.admin
    for (const host of ['n1', 'n2', 'n3']) await admin.targets.register({ name: host, address: `tcp://${host}:2375` })
  })
  afterAll(() => house.close())

  const { clusterId } = cluster
  const swarms = () => house.house.domains.targets.swarms
  const found = async () => (await admin.targets.list({ kind: 'swarm' })).items
  const look = async (): Promise<void> => {
    for (const host of ['n1', 'n2', 'n3']) await swarms().lookAnew(host)
  }
  beforeEach(async () => {
    for (const host of ['n1', 'n2', 'n3']) engines.put(host, {})
    await look()
    expect(await found()).toEqual([])
  })
  const manager = { state: 'active', clusterId, manager: true } as const

  test('one target for a Swarm, however many managers it has; workers alone make none', async () => {
    engines.put('n3', { state: 'active', nodeId: 'node-n3' })
    await look()
    expect(await found()).toEqual([])
    engines.put('n1', { ...manager, nodeId: 'node-n1' })
    engines.put('n2', { ...manager, nodeId: 'node-n2' })
    await look()
    const [one, ...more] = await found()
    expect(more).toEqual([])
    expect(one).toMatchObject({
      id: swarmTargetId(clusterId),
      kind: 'swarm',
      address: `swarm://${clusterId}`,
      origin: 'found',
      state: 'connected',
    })
    expect(managers(clusterId).map(({ id }) => id)).toEqual(['n1', 'n2'])
    expect(managers('another')).toEqual([])
    const { items } = await admin.nodes.list({})
    expect(items.map(({ hostname, targetId }) => [hostname, targetId])).toEqual([
      ['n1', 'n1'],
      ['n2', 'n2'],
      ['n3', 'n3'],
    ])
  })

  test('managers are opened as their engines are, certificates and all', async () => {
    engines.put('n1', { ...manager, nodeId: 'node-n1' })
    await swarms().lookAnew('n1')
    expect(managers(clusterId)).toEqual([{ id: 'n1', name: 'n1', address: 'tcp://n1:2375', tls: null, ssh: null }])
  })

  test('it stays while managers are silent, locked or without a leader, and goes with the last of them', async () => {
    engines.put('n1', { ...manager, nodeId: 'node-n1' })
    engines.put('n2', { ...manager, nodeId: 'node-n2' })
    await look()
    engines.put('n1', { state: 'active', nodeId: 'node-n1', manager: true, clusterId: null, error: 'no leader' })
    engines.put('n2', { state: 'locked' })
    await look()
    expect(await found()).toHaveLength(1)
    expect(managers(clusterId)).toHaveLength(2)
    // One is demoted, the other leaves.
    engines.put('n1', { state: 'active', nodeId: 'node-n1', manager: false })
    await swarms().lookAnew('n1')
    expect(managers(clusterId).map(({ id }) => id)).toEqual(['n2'])
    engines.put('n2', {})
    await swarms().lookAnew('n2')
    expect(await found()).toEqual([])
    await vi.waitFor(async () => {
      const { items } = await admin.timeline.list({ type: 'swarm.changed' })
      expect(items[0]?.message).toContain('is out of view')
    }, patience)
  })

  test('one that has told nothing yet is listed as that, with the reason', async () => {
    cluster.silentFor = 'The Swarm has lost its quorum.'
    engines.put('n1', { ...manager, nodeId: 'node-n1' })
    await swarms().lookAnew('n1')
    const id = swarmTargetId(clusterId)
    expect(await admin.swarm.list()).toEqual({
      items: [],
      unheard: [{ targetId: id, name: id, reason: 'The Swarm has lost its quorum.' }],
    })
    await expect(admin.swarm.get({ swarm: id })).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
    cluster.silentFor = null
  })

  test('it goes when the engine of its only manager is forgotten, and comes back with it', async () => {
    engines.put('n4', { ...manager, nodeId: 'node-n1' })
    await admin.targets.register({ name: 'n4', address: 'tcp://n4:2375' })
    await vi.waitFor(async () => expect(await found()).toHaveLength(1), patience)
    await admin.targets.remove({ id: 'n4' })
    await vi.waitFor(async () => expect(await found()).toEqual([]), patience)
  })
})
