import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('networks', ['docker'], () => {
  let house: TestHouse
  let admin: Client
  let bench: EngineBench
  let target: string
  const made: string[] = []
  beforeAll(async () => {
    bench = new EngineBench()
    house = await openTestHouse({ engine: where('docker') })
    admin = house.admin
    await vi.waitFor(
      async () => {
        const found = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')
        expect(found?.state).toBe('connected')
      },
      { timeout: 60_000 },
    )
    target = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')!.id
  }, 120_000)
  afterAll(async () => {
    await bench.close()
    for (const network of made) await admin.networks.remove({ target, network }).catch(() => undefined)
    await house.close()
  })
  const codeOf = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  let count = Math.floor(Math.random() * 100)
  async function network(more: object = {}): Promise<{ name: string; id: string; base: string }> {
    const name = bench.name('net')
    made.push(name)
    const base = `10.232.${count++}`
    const row = await admin.networks.create({ target, name, subnets: [{ subnet: `${base}.0/24` }], ...more })
    return { name, id: row.id, base }
  }

  test('are made, listed, joined with address and aliases, left and removed', async () => {
    const { name, id, base } = await network({ internal: true, labels: { 'com.docker.compose.project': 'shop' } })
    const { name: first } = await network()
    expect(await admin.networks.get({ target, network: name })).toMatchObject({
      id,
      internal: true,
      builtIn: false,
      driver: 'bridge',
      stack: 'shop',
      subnets: [{ subnet: `${base}.0/24` }],
      attached: [],
    })
    expect(await codeOf(admin.networks.create({ target, name }))).toBe('CONFLICT')
    const user = bench.name('user')
    await bench.create(
      container(user, idle, { networkMode: null, networks: [{ name: first, aliases: [], ipv4: null }] }),
    )
    await expect.poll(async () => codeOf(admin.services.get({ id: user })), { timeout: 60_000 }).toBe('ok')
    const join = { target, network: name, service: user }
    const joined = await admin.networks.connect({ ...join, aliases: ['db'], ipv4: `${base}.77` })
    expect(joined.attached).toMatchObject([{ name: user, state: 'running', ipv4: `${base}.77`, aliases: ['db'] }])
    expect(await codeOf(admin.networks.connect(join))).toBe('CONFLICT')
    expect((await admin.networks.remove.plan({ target, network: id })).warnings.join()).toContain(user)
    expect(await codeOf(admin.networks.remove({ target, network: id }))).toBe('STATE_CONFLICT')
    const unused = (await admin.networks.prune.plan({ target })).steps.map((step) => step.name)
    expect(unused).not.toContain(name)

    const { nodes, edges } = await admin.networks.topology({ target })
    const serviceId = joined.attached[0]!.serviceId
    expect(nodes).toContainEqual(expect.objectContaining({ id, kind: 'network', name, detail: `bridge ${base}.0/24` }))
    expect(nodes).toContainEqual(expect.objectContaining({ id: serviceId, kind: 'service', state: 'running' }))
    expect(edges).toContainEqual({ from: serviceId, to: id, kind: 'attached', label: `${base}.77 db` })
    expect((await admin.networks.topology({ target, stack: 'shop' })).nodes.map((node) => node.name)).toContain(name)

    expect((await admin.networks.disconnect(join)).attached).toEqual([])
    expect(await codeOf(admin.networks.disconnect(join))).toBe('CONFLICT')
    expect((await admin.networks.prune.plan({ target })).steps.map((step) => step.name)).toContain(name)
    await admin.networks.remove({ target, network: id })
    expect(await codeOf(admin.networks.get({ target, network: id }))).toBe('NOT_FOUND')
    const { items } = await admin.audit.list({ operation: 'networks.connect', outcome: 'done' })
    expect(items[0]?.after).toMatchObject({
      connected: user,
      aliases: ['db'],
    })
  })

  test('those of the engine stay', async () => {
    const { items } = await admin.networks.list({ target })
    expect(items.filter(({ builtIn }) => builtIn).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['bridge', 'host', 'none']),
    )
    expect(await codeOf(admin.networks.remove({ target, network: 'bridge' }))).toBe('STATE_CONFLICT')
  })

  test('who may what', async () => {
    const { name } = await network()
    const person = async (username: string, more: object): Promise<Client> => {
      const password = 'correct-horse-battery-2'
      await admin.users.create({ username, password, role: 'viewer', ...more } as never)
      return (await house.signIn(username, password)).client
    }
    const viewer = await person('n-viewer', {})
    const developer = await person('n-developer', { role: 'developer' })
    const elsewhere = await person('n-elsewhere', {
      reach: 'granted',
      grants: [{ on: 'target', id: 'local', role: 'developer' }],
    })
    expect((await viewer.networks.get({ target, network: name })).name).toBe(name)
    const refused = [
      viewer.networks.create({ target, name: bench.name('viewer') }),
      viewer.networks.remove({ target, network: name }),
      viewer.networks.connect({ target, network: name, service: 'x' }),
      viewer.networks.disconnect({ target, network: name, service: 'x' }),
      viewer.networks.prune({ target }),
    ]
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['FORBIDDEN']))
    expect(await codeOf(admin.networks.prune({ target, digest: 'of another plan' }))).toBe('PLAN_CHANGED')
    expect((await elsewhere.networks.list({})).items).toEqual([])
    expect(await elsewhere.networks.topology({})).toEqual({ nodes: [], edges: [] })
    expect(await codeOf(elsewhere.networks.get({ target, network: name }))).toBe('NOT_FOUND')
    // A service of another target is none of this one's.
    const joined = developer.networks.connect({ target, network: name, service: 'local:anything' })
    expect(await codeOf(joined)).toBe('NOT_FOUND')
    for (const driver of ['macvlan', 'host', 'ipvlan'])
      expect(await codeOf(developer.networks.create({ target, name: bench.name('d'), driver }))).toBe('POLICY_REFUSED')
    const options = { 'com.docker.network.bridge.name': 'docker0' }
    expect(await codeOf(developer.networks.create({ target, name: bench.name('d'), options }))).toBe('POLICY_REFUSED')
    const own = bench.name('dev')
    made.push(own)
    expect(await codeOf(developer.networks.create({ target, name: own }))).toBe('ok')
  })
})
