import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeOf, draft, patience, SwarmHouse } from '../testing/swarm-house.ts'

const reaching = { mounts: [{ type: 'bind' as const, source: '/etc', destination: '/etc' }] }
const refused = 'POLICY_REFUSED'

describe('the policy of a Swarm', () => {
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

  const bindAdministrators = async (on: boolean): Promise<void> => {
    if (!on) return void (await admin.policies.clear({ target: swarm }))
    const { rules } = (await admin.policies.list()).items[0]!
    await admin.policies.set({ target: swarm, rules: { ...rules, enforceOnAdministrators: true } })
  }
  const reaches = async (name: string, more: Parameters<typeof draft>[1] = {}): Promise<string> => {
    const id = await own.create(name, { ...reaching, ...more })
    await own.followed(name)
    return id
  }

  test('binds those who make and change services on every path', async () => {
    const over = draft('reach', reaching)
    expect(await codeOf(developer.swarmServices.create({ swarm, draft: over }))).toBe(refused)
    expect(await codeOf(developer.swarmServices.create.plan({ swarm, draft: over }))).toBe(refused)
    const logs = draft('reach', { logDriver: { name: 'syslog', options: { 'syslog-address': 'tcp://10.0.0.1:514' } } })
    expect(await codeOf(developer.swarmServices.create({ swarm, draft: logs }))).toBe(refused)
    const tame = await own.create('tame')
    await own.followed('tame')
    const wider = draft('tame', reaching)
    expect(await codeOf(developer.swarmServices.update({ id: tame, draft: wider }))).toBe(refused)
    expect(await codeOf(developer.swarmServices.update({ id: tame, draft: { ...logs, name: 'tame' } }))).toBe(refused)
    // An administrator is told, and may.
    expect((await admin.swarmServices.update.plan({ id: tame, draft: wider })).warnings).toContain(
      'tame mounts /etc of the host.',
    )
    await admin.swarmServices.update({ id: tame, draft: wider })
    await own.followed('tame')
    expect(await codeOf(developer.swarmServices.scale({ id: tame, replicas: 3 }))).toBe(refused)
    expect(await codeOf(developer.swarmServices.force({ id: tame }))).toBe(refused)
    expect(await codeOf(developer.swarmServices.scale({ id: tame, replicas: 1 }))).toBe('ok')
    await admin.swarmServices.update({ id: tame, draft: draft('tame', { image: 'web:3' }) })
    await own.followed('tame')
    // The spec before reaches beyond itself.
    expect(await codeOf(developer.swarmServices.rollback({ id: tame }))).toBe(refused)
    expect(own.container(tame)?.Image).toBe('web:3')
  })

  test('binds those who start, restart, hold and resume, whatever the way', async () => {
    const id = await reaches('turned')
    const asked = own.cluster.asked.length
    expect(await codeOf(developer.services.restart({ id }))).toBe(refused)
    await admin.swarmServices.update({ id, draft: draft('turned', { ...reaching, image: 'stuck:1' }) })
    expect(await codeOf(developer.swarmServices.pause({ id }))).toBe(refused)
    await admin.swarmServices.pause({ id })
    expect(await codeOf(developer.swarmServices.resume({ id }))).toBe(refused)
    await admin.swarmServices.resume({ id })
    // Fewer tasks reach nowhere.
    expect(await codeOf(developer.services.stop({ id }))).toBe('ok')
    expect(await codeOf(developer.services.start({ id }))).toBe(refused)
    expect(await codeOf(admin.services.start({ id }))).toBe('ok')
    expect(own.cluster.asked.slice(asked).map((words) => words.split(' ')[0])).toEqual([
      'updateService',
      'pauseUpdate',
      'resumeUpdate',
      'scale',
      'scale',
    ])
    const tame = await own.create('calm')
    expect(await codeOf(developer.services.restart({ id: tame }))).toBe('ok')
  })

  test('binds administrators where it says so, also where a secret or a config moves its users', async () => {
    await admin.swarmSecrets.create({ swarm, name: 'key', value: 'very-secret-one' })
    const id = await reaches('keeper', { secrets: [{ name: 'key' }] })
    const rotated = await own.ended(await admin.swarmSecrets.rotate({ swarm, name: 'key', value: 'very-secret-two' }))
    expect(rotated.state).toBe('succeeded')
    const told = (await admin.swarmSecrets.revert.plan({ swarm, name: 'key' })).warnings
    expect(told).toEqual(['keeper mounts /etc of the host.'])
    await bindAdministrators(true)
    expect(await codeOf(admin.swarmServices.create({ swarm, draft: draft('reach', reaching) }))).toBe(refused)
    const next = { swarm, name: 'key', value: 'very-secret-three' }
    expect(await codeOf(admin.swarmSecrets.rotate.plan(next))).toBe(refused)
    expect(await codeOf(admin.swarmSecrets.rotate(next))).toBe(refused)
    expect(await codeOf(admin.swarmSecrets.revert({ swarm, name: 'key' }))).toBe(refused)
    expect(own.container(id)?.Secrets?.[0]?.SecretName).toBe('key-v2')
    expect(own.cluster.secrets.size).toBe(2)
    await bindAdministrators(false)
  })

  test('is asked again by the job, for a user that came to reach beyond itself meanwhile', async () => {
    await admin.swarmConfigs.create({ swarm, name: 'page', value: 'one' })
    const first = await own.create('a-tame', { configs: [{ name: 'page' }] })
    await own.create('b-tame', { configs: [{ name: 'page' }] })
    await own.followed('b-tame')
    await bindAdministrators(true)
    // The mirror has not seen yet what the manager knows.
    const [native, service] = [...own.cluster.services].find(([, { Spec }]) => Spec.Name === 'b-tame')!
    const { TaskTemplate: template } = service.Spec
    const Mounts = [{ Type: 'bind', Source: '/etc', Target: '/etc' }]
    const ContainerSpec = { ...template.ContainerSpec, Mounts }
    own.cluster.services.set(native, {
      ...service,
      Spec: { ...service.Spec, TaskTemplate: { ...template, ContainerSpec } },
    })
    const job = await own.ended(await admin.swarmConfigs.rotate({ swarm, name: 'page', value: 'two' }))
    expect(job).toMatchObject({ state: 'failed', error: { errorCode: refused } })
    expect(job.error?.message).toContain('b-tame mounts /etc of the host.')
    expect(own.container(first)?.Configs?.[0]?.ConfigName).toBe('page')
    expect([...own.cluster.configs.values()].map(({ Spec: { Name } }) => Name)).toEqual(['page'])
    await vi.waitFor(
      async () => expect((await own.events('policy.refused', 'b-tame')).join()).toContain('swarm.rotate'),
      patience,
    )
    await bindAdministrators(false)
  })

  test('whoever was granted one service gives it no secret of others, and nobody marks it as of another stack', async () => {
    await admin.swarmSecrets.create({ swarm, name: 'of-others', value: 'very-secret-four' })
    const id = await own.create('granted')
    await own.followed('granted')
    const olga = await own.granted('olga', id)
    const withMore = (more: Parameters<typeof draft>[1]) =>
      olga.swarmServices.update.plan({ id, draft: draft('granted', more) })
    expect(await codeOf(withMore({ image: 'web:2' }))).toBe('ok')
    expect(await codeOf(withMore({ secrets: [{ name: 'of-others' }] }))).toBe('FORBIDDEN')
    const mounts = [{ type: 'volume' as const, source: 'of-others', destination: '/x' }]
    expect(await codeOf(withMore({ mounts }))).toBe('FORBIDDEN')
    for (const more of [
      { labels: { 'com.docker.stack.namespace': 'shop' } },
      { containerLabels: { 'wheelhouse.purpose': 'x' } },
    ])
      expect(await codeOf(admin.swarmServices.update.plan({ id, draft: draft('granted', more) }))).toBe(
        'VALIDATION_FAILED',
      )
  })

  test('is told of each time it refuses: who, what, where and by which rule, and no value', async () => {
    const over = draft('telling', { ...reaching, environment: { API_TOKEN: 'very-secret-9' }, capAdd: ['SYS_ADMIN'] })
    expect(await codeOf(developer.swarmServices.create.plan({ swarm, draft: over }))).toBe(refused)
    expect(await codeOf(developer.swarmServices.create({ swarm, draft: over }))).toBe(refused)
    const { items } = await vi.waitFor(async () => {
      const page = await admin.timeline.list({ type: 'policy.refused', limit: 100 })
      expect(page.items.filter(({ message }) => message.includes('telling'))).toHaveLength(2)
      return page
    }, patience)
    const about = items.filter(({ message }) => message.includes('telling'))
    expect(new Set(about.map(({ data }) => data.planned))).toEqual(new Set([false, true]))
    for (const event of about)
      expect(event).toMatchObject({
        severity: 'warning',
        actor: 'dev',
        targetId: swarm,
        data: {
          operation: 'swarmServices.create',
          rules: ['telling adds the capability SYS_ADMIN.', 'telling mounts /etc of the host.'],
        },
      })
    expect(JSON.stringify(await own.told())).not.toContain('very-secret')
    // Of a service it is told by the service.
    const id = await reaches('named')
    expect(await codeOf(developer.services.restart({ id }))).toBe(refused)
    await vi.waitFor(async () => {
      const page = await admin.timeline.list({ type: 'policy.refused', service: id })
      expect(page.items).toMatchObject([
        { serviceId: id, serviceName: 'named', targetId: swarm, data: { operation: 'services.restart' } },
      ])
    }, patience)
  })
})
