import { expect, test } from 'vitest'
import type { ServiceSpec } from './swarm-native.ts'
import { overSpec, replacesTasks, specFields, taggedImage } from './swarm-spec.ts'

const digest = `sha256:${'a'.repeat(64)}`
/** As an engine tells it of a service that `wanted` made. */
const told = {
  Name: 'shop_web',
  Labels: { team: 'shop' },
  TaskTemplate: {
    ContainerSpec: {
      Image: `nginx:latest@${digest}`,
      Env: ['B=2', 'A=1'],
      Privileges: { CredentialSpec: null, SELinuxContext: null },
      Isolation: 'default',
      Secrets: [{ SecretID: 's1', SecretName: 'key', File: { Name: 'key', UID: '0', GID: '0', Mode: 292 } }],
    },
    Resources: { Limits: {}, Reservations: {} },
    Placement: { Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
    Networks: [{ Target: 'front', Aliases: ['www', 'web'] }],
    ForceUpdate: 2,
    Runtime: 'container',
  },
  Mode: { Replicated: { Replicas: 1 } },
  EndpointSpec: { Mode: 'vip' },
} as unknown as ServiceSpec
const wanted: ServiceSpec = {
  Name: 'shop_web',
  Labels: { team: 'shop' },
  TaskTemplate: {
    ContainerSpec: {
      Image: 'nginx',
      Env: ['A=1', 'B=2'],
      Secrets: [{ SecretID: '', SecretName: 'key', File: { Name: 'key', UID: '0', GID: '0', Mode: 292 } }],
    },
    Networks: [{ Target: 'front', Aliases: ['web', 'www'] }],
  },
  Mode: { Replicated: {} },
  UpdateConfig: { Parallelism: 1 },
}
const container = (more: object): ServiceSpec => ({
  ...wanted,
  TaskTemplate: { ...wanted.TaskTemplate, ContainerSpec: { ...wanted.TaskTemplate.ContainerSpec, ...more } },
})

test('what the engine fills in, and the order of what has none, is no difference', () => {
  expect(specFields(told, wanted)).toEqual([])
  expect(overSpec(told, wanted)).toEqual({ ...told, UpdateConfig: wanted.UpdateConfig })
})

test.each<[ServiceSpec, string[], boolean]>([
  [container({ Image: 'nginx:2' }), ['TaskTemplate.ContainerSpec.Image'], true],
  [container({ Env: ['A=1'] }), ['TaskTemplate.ContainerSpec.Env'], true],
  [container({ Init: false }), ['TaskTemplate.ContainerSpec.Init'], true],
  [{ ...wanted, Labels: { team: '' } }, ['Labels'], false],
  [{ ...wanted, Mode: { Replicated: { Replicas: 0 } } }, ['Mode'], false],
  [{ ...wanted, UpdateConfig: { Parallelism: 0 } }, ['UpdateConfig.Parallelism'], false],
  [{ ...wanted, EndpointSpec: { Mode: 'dnsrr' } }, ['EndpointSpec.Mode'], true],
])('a change is told by its field (%#)', (changed, fields, replaces) => {
  const found = specFields(told, changed)
  expect(found).toEqual(fields)
  expect(replacesTasks(found)).toBe(replaces)
})

test('what is sent holds what did not change to the letter, so that no task is replaced for nothing', () => {
  const sent = overSpec(told, { ...wanted, Labels: { team: 'other' } })
  expect(sent.Labels).toEqual({ team: 'other' })
  expect(sent.TaskTemplate).toEqual(told.TaskTemplate)
  const image = overSpec(told, container({ Image: 'nginx:2' })).TaskTemplate
  expect(image.ContainerSpec).toMatchObject({ Image: 'nginx:2', Env: ['B=2', 'A=1'] })
  expect(image.ForceUpdate).toBe(2)
  const without = overSpec(told, container({ Env: undefined })).TaskTemplate.ContainerSpec
  expect(without?.Env).toBeUndefined()
})

test.each([
  ['nginx', 'nginx:latest'],
  ['host:5000/a/b', 'host:5000/a/b:latest'],
  [`host:5000/a:1@${digest}`, 'host:5000/a:1'],
])('%s is %s', (image, tagged) => expect(taggedImage(image)).toBe(tagged))
