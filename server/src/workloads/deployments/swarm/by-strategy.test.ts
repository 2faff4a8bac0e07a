import type { ServiceSpec, SwarmServiceSpec } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import type { Rendered, Workload } from '../../stacks/index.ts'
import { byStrategy, withImages } from './by-strategy.ts'

const workload = (native: Partial<ServiceSpec>, more: Partial<Workload> = {}): Workload => ({
  spec: {
    kind: 'swarm-service',
    name: 'shop_web',
    stack: 'shop',
    service: 'web',
    digest: '',
    environment: {},
    labels: {},
    checks: [],
    image: 'nginx:1',
    pull: 'missing',
    native: {
      Name: 'shop_web',
      TaskTemplate: { ContainerSpec: { Image: 'nginx:1' } },
      Mode: { Replicated: {} },
      ...native,
    },
  },
  dependsOn: [],
  ...more,
})
const rendered = (one: Workload): Rendered => ({ name: 'shop', format: 'compose', workloads: [one], resources: [] })
const specOf = ({ workloads: [one] }: Rendered): SwarmServiceSpec => one!.spec as SwarmServiceSpec
const orderOf = (native: Partial<ServiceSpec>, strategy: 'rolling' | 'recreate' = 'rolling'): string | undefined =>
  specOf(byStrategy(rendered(workload(native)), strategy)).native.UpdateConfig?.Order

test('rolling lets the new start first where nothing speaks against it, unless the file says otherwise', () => {
  expect(orderOf({})).toBe('start-first')
  expect(orderOf({ UpdateConfig: { Order: 'stop-first', Parallelism: 2 } })).toBe('stop-first')
  expect(orderOf({ Mode: { Global: {} } })).toBe('stop-first')
  const host = { TargetPort: 80, PublishedPort: 80, PublishMode: 'host' }
  expect(orderOf({ EndpointSpec: { Ports: [host] } })).toBe('stop-first')
  expect(orderOf({ EndpointSpec: { Ports: [{ ...host, PublishMode: 'ingress' }] } })).toBe('start-first')
  const mounted = (ReadOnly: boolean): Partial<ServiceSpec> => ({
    TaskTemplate: { ContainerSpec: { Mounts: [{ Type: 'volume', Source: 'data', Target: '/data', ReadOnly }] } },
  })
  expect(orderOf(mounted(false))).toBe('stop-first')
  expect(orderOf(mounted(true))).toBe('start-first')
})

test('recreate ends all old tasks first, and keeps the rest of the policy', () => {
  const written = { Order: 'start-first', Parallelism: 1, Monitor: 7, FailureAction: 'rollback' }
  const { native } = specOf(byStrategy(rendered(workload({ UpdateConfig: written })), 'recreate'))
  expect(native.UpdateConfig).toEqual({ ...written, Order: 'stop-first', Parallelism: 0 })
  const own = workload({}, { deploy: { app: null, expose: null, strategy: 'recreate' } })
  expect(specOf(byStrategy(rendered(own), 'rolling')).native.UpdateConfig?.Parallelism).toBe(0)
})

test('a digest stands in the spec wherever its image does, and decides', () => {
  const pinned = new Map([['nginx:1', 'nginx:1@sha256:d']])
  const spec = specOf(withImages(rendered(workload({})), pinned))
  expect(spec).toMatchObject({ image: 'nginx:1@sha256:d', pull: 'always' })
  expect(spec.native.TaskTemplate.ContainerSpec?.Image).toBe('nginx:1@sha256:d')
  expect(specOf(withImages(rendered(workload({})), new Map())).image).toBe('nginx:1')
})
