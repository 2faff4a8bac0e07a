import { stackLabels } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { codeOf, patience, SwarmHouse } from '../../swarm/testing/swarm-house.ts'

let own: SwarmHouse
beforeAll(async () => {
  own = await SwarmHouse.open()
})
afterAll(() => own.close())

const labels = { [stackLabels.namespace]: 'old' }

/** A service as `docker stack deploy` asks for it. */
const service = (name: string, image: string, Env: readonly string[]) => ({
  Name: `old_${name}`,
  Labels: { ...labels, [stackLabels.image]: image, team: 'shop' },
  TaskTemplate: {
    ContainerSpec: {
      Image: `${image}@sha256:${'a'.repeat(64)}`,
      Env,
      Labels: labels,
      Args: ['serve', '$HOME'],
      Isolation: 'default',
      Mounts: [{ Type: 'volume', Source: 'old_data', Target: '/data', VolumeOptions: { Labels: labels } }],
    },
    Resources: { Limits: { MemoryBytes: 64 * 1024 ** 2 } },
    Placement: { Constraints: ['node.role == worker'] },
    Networks: [{ Target: 'net-old_front', Aliases: [name, 'www'] }],
  },
  Mode: { Replicated: { Replicas: 2 } },
  EndpointSpec: { Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }] },
})

test('a stack of a Swarm is drafted, and adopted with no task made anew', async () => {
  own.cluster.networks.push({ Id: 'net-old_front', Name: 'old_front', Labels: labels })
  own.cluster.tell('network')
  await own.cluster.createService(service('web', 'web:1', ['API_TOKEN=very-secret-7', 'MODE=one']))
  const id = `${own.swarm}:old`
  const stacks = own.admin.stacks
  await vi.waitFor(async () => expect(await stacks.get({ id })).toMatchObject({ managed: false }), patience)
  const { source, kept, notes, directory } = await stacks.draft({ id })
  expect(kept).toEqual([{ service: 'web', variable: 'API_TOKEN' }])
  expect({ notes, directory }).toEqual({ notes: [], directory: null })
  expect(source).not.toContain('very-secret-7')
  const asked = { source, name: 'old', target: own.swarm, adopt: true }
  expect((await stacks.validate(asked)).problems.map(({ message }) => message).join()).not.toContain('left out')
  const planned = await stacks.plan(asked)
  expect(
    planned.steps.filter(({ verb }) => verb !== 'keep'),
    source,
  ).toEqual([])
  own.cluster.asked.length = 0
  const before = structuredClone([...own.cluster.services.values()])
  expect((await own.ended(await stacks.apply({ ...asked, digest: planned.digest }))).error).toBeNull()
  expect([...own.cluster.services.values()].map(({ Spec }) => Spec)).toEqual(before.map(({ Spec }) => Spec))
  expect(await stacks.get({ id })).toMatchObject({ managed: true, revision: 1 })
  expect((await stacks.revisions({ id })).items).toMatchObject([{ origin: 'adopt', state: 'applied' }])
  expect(await codeOf(stacks.draft({ id }))).toBe('STATE_CONFLICT')

  // Later it is changed like any other, with the value that was kept.
  const later = { ...asked, adopt: false, source: source.replace('MODE: one', 'MODE: two') }
  expect((await stacks.plan(later)).steps.filter(({ verb }) => verb !== 'keep')).toMatchObject([
    { verb: 'replace', name: 'web', reasons: ['environment MODE: one → two'] },
  ])
  expect((await own.ended(await stacks.apply(later))).error).toBeNull()
  const spec = [...own.cluster.services.values()].find(({ Spec }) => Spec.Name === 'old_web')!.Spec
  expect(spec.TaskTemplate.ContainerSpec!.Env).toEqual(['API_TOKEN=very-secret-7', 'MODE=two'])
  expect(await own.told()).not.toContain('very-secret-7')
})
