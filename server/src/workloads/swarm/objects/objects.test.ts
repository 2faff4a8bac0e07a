import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, SwarmHouse } from '../testing/swarm-house.ts'

describe('of a Swarm', () => {
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

  describe('secrets and configs', () => {
    const user = (id: string, kind: 'Secrets' | 'Configs') => own.container(id)?.[kind]?.[0]

    test('a rotation makes a version, moves the users over, and can be reverted', async () => {
      const made = await admin.swarmSecrets.create({ swarm, name: 'db', value: 'very-secret-one' })
      expect(made).toMatchObject({ name: 'db', family: 'db', version: 1, newest: true, sizeBytes: null, usedBy: [] })
      expect(await codeOf(admin.swarmSecrets.create({ swarm, name: 'db', value: 'x' }))).toBe('CONFLICT')
      const id = await own.create('user', { secrets: [{ name: 'db', file: 'password' }] })
      await own.followed('user')
      const plan = await admin.swarmSecrets.rotate.plan({ swarm, name: 'db', value: 'very-secret-two' })
      expect(plan.steps.map(({ verb, name }) => [verb, name])).toEqual([
        ['create', 'db-v2'],
        ['replace', 'user'],
      ])
      const job = await own.ended(await admin.swarmSecrets.rotate({ swarm, name: 'db', value: 'very-secret-two' }))
      expect(job).toMatchObject({ state: 'succeeded', result: { name: 'db-v2', version: 2, moved: ['user'] } })
      expect(user(id, 'Secrets')).toMatchObject({ SecretName: 'db-v2', File: { Name: 'password' } })
      expect([...own.cluster.values.values()]).toContain('very-secret-two')
      const { items } = await admin.swarmSecrets.list({ swarm, q: 'db' })
      expect(items).toMatchObject([{ name: 'db-v2', family: 'db', newest: true, usedBy: [{ name: 'user' }] }])
      expect((await admin.swarmSecrets.list({ swarm, versions: true, q: 'db' })).total).toBe(2)
      expect(await codeOf(admin.swarmSecrets.remove({ swarm, name: 'db-v2' }))).toBe('STATE_CONFLICT')
      const back = await own.ended(await admin.swarmSecrets.revert({ swarm, name: 'db' }))
      expect(back).toMatchObject({ state: 'succeeded', result: { version: 1, moved: ['user'] } })
      expect(user(id, 'Secrets')).toMatchObject({ SecretName: 'db', File: { Name: 'password' } })
      await admin.swarmSecrets.remove({ swarm, name: 'db-v2' })
      const told = await own.told()
      expect(JSON.stringify([told, plan, items])).not.toContain('very-secret')
    })

    test('when one user does not come up all go back, and the new version is gone', async () => {
      await admin.swarmConfigs.create({ swarm, name: 'page', value: 'one' })
      const configs = [{ name: 'page' }]
      const first = await own.create('a-first', { configs })
      const second = await own.create('b-second', { configs })
      await own.followed('b-second')
      // From now on no task of the second starts.
      const native = second.slice(swarm.length + 1)
      const service = own.cluster.services.get(native)!
      const { TaskTemplate: template } = service.Spec
      const Spec = {
        ...service.Spec,
        TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: 'stuck:1' } },
      }
      own.cluster.services.set(native, { ...service, Spec })
      own.cluster.tell('service')
      const rotate = { swarm, name: 'page', value: 'two', deadlineMs: 300 }
      const job = await own.ended(await admin.swarmConfigs.rotate(rotate))
      expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
      expect(job.error?.message).toMatch(/^b-second did not take page-v2: .* All are back where they were\.$/)
      expect(user(first, 'Configs')).toMatchObject({ ConfigName: 'page' })
      expect(user(second, 'Configs')).toMatchObject({ ConfigName: 'page' })
      expect([...own.cluster.configs.values()].map(({ Spec: { Name } }) => Name)).toEqual(['page'])
    })

    test('configs are read as text or as bytes; values are measured', async () => {
      const bytes = Buffer.from([0, 255, 1]).toString('base64')
      const made = await admin.swarmConfigs.create({ swarm, name: 'blob', value: bytes, encoding: 'base64' })
      expect(made.sizeBytes).toBe(3)
      expect(await admin.swarmConfigs.read({ swarm, name: 'page' })).toMatchObject({ value: 'one', encoding: 'utf8' })
      const wrong = admin.swarmConfigs.create({ swarm, name: 'wrong', value: '%%%', encoding: 'base64' })
      expect(await codeOf(wrong)).toBe('VALIDATION_FAILED')
      const large = admin.swarmConfigs.create({ swarm, name: 'large', value: 'x'.repeat(500_001) })
      expect(await codeOf(large)).toBe('VALIDATION_FAILED')
      expect(await codeOf(developer.swarmConfigs.read({ swarm, name: 'page' }))).toBe('FORBIDDEN')
      expect((await developer.swarmConfigs.list({ swarm })).items.map(({ name }) => name)).toContain('blob')
    })
  })
})
