import type { ServiceSpec, SwarmServiceSpec } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import { standInNode } from '../../../../../test/docker/stand-in-node.ts'
import type { Sight } from '../../../inventory/targets/index.ts'
import { lookAtRoom } from './room-for-tasks.ts'

const nodes = [standInNode('n1'), standInNode('n2')]
const memoryOf = nodes[0]!.Description!.Resources!.MemoryBytes!
const service = (
  name: string,
  replicas: number,
  memory: number,
  more: Partial<ServiceSpec> = {},
): SwarmServiceSpec => ({
  kind: 'swarm-service',
  name,
  stack: 'shop',
  service: name,
  digest: '',
  environment: {},
  labels: {},
  checks: [],
  image: 'nginx:1',
  pull: 'missing',
  native: {
    Name: name,
    TaskTemplate: { Resources: { Reservations: { MemoryBytes: memory } } },
    Mode: { Replicated: { Replicas: replicas } },
    ...more,
  },
})
const empty: Pick<Sight, 'nodes' | 'services' | 'tasks'> = { nodes, services: [], tasks: [] }

/** As if it ran already, one task on each node. */
const running = ({ native }: SwarmServiceSpec): Pick<Sight, 'nodes' | 'services' | 'tasks'> => ({
  nodes,
  services: [{ ID: 'there', Version: { Index: 1 }, CreatedAt: '', UpdatedAt: '', Spec: native }],
  tasks: nodes.map(({ ID }) => ({
    ID: `task-${ID}`,
    CreatedAt: '',
    Spec: native.TaskTemplate,
    ServiceID: 'there',
    NodeID: ID,
    DesiredState: 'running',
    Status: { Timestamp: '', State: 'running' },
  })),
})

test('services of one stack are counted together', () => {
  const half = memoryOf / 2
  expect(lookAtRoom(empty, [service('a', 2, half), service('b', 2, half)])).toMatchObject({ ok: true })
  const found = lookAtRoom(empty, [service('a', 3, half), service('b', 2, half)])
  expect(found).toMatchObject({ ok: false })
  expect(found.message).toContain('1 of 2 tasks of b find a node')
  expect(found.message).toContain('reserved')
})

test('what runs of a service makes room for its successor, but not where the new starts first', () => {
  const whole = service('web', 2, memoryOf)
  expect(lookAtRoom(running(whole), [whole])).toMatchObject({ ok: true })
  const first = service('web', 2, memoryOf, { UpdateConfig: { Order: 'start-first' } })
  const found = lookAtRoom(running(whole), [first])
  expect(found.ok).toBe(false)
  expect(found.fix).toContain('stop-first')
})

test('a port of the host is there once on each node', () => {
  const EndpointSpec = { Ports: [{ TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }] }
  expect(lookAtRoom(empty, [service('web', 2, 0, { EndpointSpec })])).toMatchObject({ ok: true })
  expect(lookAtRoom(empty, [service('web', 3, 0, { EndpointSpec })]).message).toContain('2 of 3 tasks')
})
