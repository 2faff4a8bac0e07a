import type { Connection, SwarmDoor } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine } from '../../test/docker/engine-bench.ts'
import * as nodes from '../../test/docker/swarm-of-nodes.ts'
import { suite, where } from '../../test/needs.ts'

const usual = { advertise: null, listen: null, dataPathPort: null, addressPools: [], forceNewCluster: false }

suite('the door of an engine to a Swarm', ['swarm', 'n1', 'n2', 'n3'], () => {
  const opened: Connection[] = []
  const door = (name: nodes.NodeName): SwarmDoor => {
    const connection = openEngine(where(name))
    opened.push(connection)
    if (!connection.door) throw new Error('an engine has a door')
    return connection.door
  }
  beforeAll(nodes.leaveSwarm, 120_000)
  afterAll(async () => {
    await Promise.all(opened.map((connection) => connection.close()))
    await nodes.leaveSwarm()
  }, 120_000)

  const tokens = async () => {
    const { JoinTokens } = await nodes.ask<{ JoinTokens: { Worker: string; Manager: string } }>('n1', 'GET', '/swarm')
    return JoinTokens
  }
  const joining = (name: nodes.NodeName, token: string) => ({
    remotes: [where('swarm')],
    token,
    advertise: nodes.addressOf(name),
    listen: null,
    availability: 'active' as const,
  })

  test('an engine that is in none says so, and cannot leave one', async () => {
    expect(await door('n1').membership()).toMatchObject({
      state: 'inactive',
      nodeId: null,
      clusterId: null,
      manager: false,
    })
    await expect(door('n1').leave({ force: false })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  test('one begins a Swarm, others join by token, and each knows what it is', async () => {
    const id = await door('n1').init({
      ...usual,
      advertise: nodes.addressOf('n1'),
      autolock: true,
      addressPools: ['10.99.0.0/16'],
    })
    const first = await door('n1').membership()
    expect(first).toMatchObject({ state: 'active', nodeId: id, nodeAddress: nodes.addressOf('n1'), manager: true })
    await expect(door('n1').init({ ...usual, autolock: false })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    const { Worker, Manager } = await tokens()
    await door('n2').join(joining('n2', Worker))
    await door('n3').join({ ...joining('n3', Manager), availability: 'drain' })
    expect(await door('n2').membership()).toMatchObject({ state: 'active', manager: false })
    expect(await door('n3').membership()).toMatchObject({ state: 'active', manager: true, clusterId: first.clusterId })
    const list = await nodes.ask<{ Description: { Hostname: string }; Spec: { Availability: string } }[]>(
      'n1',
      'GET',
      '/nodes',
    )
    expect(list.find((node) => node.Description.Hostname === 'n3')?.Spec.Availability).toBe('drain')
  })

  test('a manager that has started again is locked until it gets the key', async () => {
    const { UnlockKey: key } = await nodes.ask<{ UnlockKey: string }>('n1', 'GET', '/swarm/unlockkey')
    await nodes.stopEngine('n3')
    await nodes.startEngine('n3')
    expect(await door('n3').membership()).toMatchObject({ state: 'locked' })
    await expect(door('n3').unlock('SWMKEY-1-wrong')).rejects.toThrow(/refused/)
    await door('n3').unlock(key)
    await nodes.until('it is in again', async () => (await door('n3').membership()).state === 'active')
    await expect(door('n3').unlock(key)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  }, 120_000)

  test('a wrong token is refused with the engine’s words, and nothing is left of the attempt', async () => {
    await door('n2').leave({ force: false })
    expect((await door('n2').membership()).state).toBe('inactive')
    const { Worker } = await tokens()
    const wrong = joining('n2', `${Worker.slice(0, -5)}zzzzz`)
    await expect(door('n2').join(wrong)).rejects.toThrow(/token/i)
    expect((await door('n2').membership()).state).toBe('inactive')
  })

  test('a manager leaves only by force; the one that is left makes a new cluster of what it knows', async () => {
    const before = await door('n1').membership()
    // One that is locked would ask for its key first.
    type Told = { Version: { Index: number }; Spec: object }
    const { Version, Spec } = await nodes.ask<Told>('n1', 'GET', '/swarm')
    const unlocked = { ...Spec, EncryptionConfig: { AutoLockManagers: false } }
    await nodes.ask('n1', 'POST', `/swarm/update?version=${Version.Index}`, unlocked)
    await expect(door('n3').leave({ force: false })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await door('n3').leave({ force: true })
    await door('n1').init({ ...usual, advertise: nodes.addressOf('n1'), autolock: false, forceNewCluster: true })
    const after = await door('n1').membership()
    expect(after).toMatchObject({ state: 'active', manager: true, clusterId: before.clusterId })
    await nodes.until('it leads again', () => nodes.ask('n1', 'GET', '/services').then(() => true))
  }, 120_000)
})
