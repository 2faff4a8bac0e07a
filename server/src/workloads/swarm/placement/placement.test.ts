import type { ServiceSpec, SwarmNode, SwarmTask } from '@wheelhouse/driver'
import { describe, expect, test } from 'vitest'
import { standInNode } from '../../../../../test/docker/stand-in-node.ts'
import { constraintReason } from './constraint.ts'
import { movedReasons, movedWarnings, movesFrom } from './moving.ts'
import { placementOf } from './placement.ts'

const gigabyte = 1024 ** 3
const spec = (more: Partial<ServiceSpec['TaskTemplate']> = {}, rest: Partial<ServiceSpec> = {}): ServiceSpec => ({
  Name: 'web',
  TaskTemplate: { ContainerSpec: { Image: 'web:1' }, ...more },
  Mode: { Replicated: { Replicas: 2 } },
  ...rest,
})
const reserving = (gigabytes: number, cpus = 0): Partial<ServiceSpec['TaskTemplate']> => ({
  Resources: { Reservations: { MemoryBytes: gigabytes * gigabyte, NanoCPUs: cpus * 1e9 } },
})
const task = (node: string, template: ServiceSpec['TaskTemplate'], ServiceID = 's1', State = 'running'): SwarmTask => ({
  ID: Math.random().toString(36),
  CreatedAt: '2026-11-21T10:00:00Z',
  Spec: template,
  ServiceID,
  NodeID: `node-${node}`,
  DesiredState: 'running',
  Status: { Timestamp: '2026-11-21T10:00:00Z', State },
})
const sightOf = (nodes: SwarmNode[], tasks: SwarmTask[], services: ServiceSpec[] = []) => ({
  nodes,
  tasks,
  services: services.map((Spec, index) => ({
    ID: `s${index + 1}`,
    Version: { Index: 1 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec,
  })),
})
const three = (): SwarmNode[] => [standInNode('n1'), standInNode('n2'), standInNode('n3')]
const reasonsOn = (placement: ReturnType<typeof placementOf>, hostname: string): string[] =>
  placement.nodes.find((node) => node.hostname === hostname)?.reasons ?? []

describe('where a task would fit', () => {
  test('by what is reserved and what is left, counted over the whole Swarm', () => {
    const big = spec(reserving(1.5))
    const placement = placementOf(sightOf(three(), [task('n1', spec(reserving(3)).TaskTemplate, 's2')], [big]), {
      spec: big,
      serviceId: 's1',
    })
    expect(placement.fits).toBe(4)
    expect(reasonsOn(placement, 'n1')).toEqual(['it needs 1.5 GB reserved and has 1 GB left'])
    expect(placement.nodes.map(({ hostname, score }) => [hostname, score])).toEqual([
      ['n2', 1],
      ['n3', 2],
      ['n1', 0],
    ])
    expect(placement.nodes.at(-1)).toMatchObject({ freeMemoryBytes: gigabyte, freeCpus: 2, fits: false })
    const hungry = spec(reserving(0, 3))
    expect(reasonsOn(placementOf(sightOf(three(), []), { spec: hungry, serviceId: null }), 'n2')).toEqual([
      'it needs 3 CPUs reserved and has 2 CPUs left',
    ])
  })

  test('tasks that have ended hold nothing, and those on their way do', () => {
    const whole = spec(reserving(4))
    const ended = sightOf([standInNode('n1')], [task('n1', whole.TaskTemplate, 's2', 'failed')])
    expect(placementOf(ended, { spec: whole, serviceId: 's1' }).fits).toBe(1)
    const coming = sightOf([standInNode('n1')], [task('n1', whole.TaskTemplate, 's2', 'preparing')])
    expect(placementOf(coming, { spec: whole, serviceId: 's1' }).fits).toBe(0)
  })

  test('a node that is down, drained, of another platform or short of a driver says so', () => {
    const nodes = [
      standInNode('n1', { Status: { State: 'down' } }),
      standInNode('n2', { Spec: { Role: 'worker', Availability: 'drain' } }),
      standInNode('n3'),
    ]
    const wanted = spec({
      ContainerSpec: {
        Image: 'web:1',
        Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Name: 'convoy' } } }],
      },
      Placement: { Platforms: [{ OS: 'linux', Architecture: 'arm64' }] },
    })
    const placement = placementOf(sightOf(nodes, []), { spec: wanted, serviceId: null })
    expect(placement.fits).toBe(0)
    expect(reasonsOn(placement, 'n1')).toContain('it is down')
    expect(reasonsOn(placement, 'n2')).toContain('it takes no new tasks: its availability is drain')
    expect(reasonsOn(placement, 'n3')).toEqual([
      'it is linux/amd64, and the image is made for linux/arm64',
      'it has no volume driver convoy',
    ])
  })

  test('ports of the host and a most per node let through one each', () => {
    const ports = { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80, PublishMode: 'host' }] } }
    const web = spec({}, ports)
    const other = spec({}, { ...ports, Name: 'other' })
    const placement = placementOf(sightOf(three(), [task('n1', other.TaskTemplate, 's2')], [web, other]), {
      spec: web,
      serviceId: 's1',
    })
    expect(placement.fits).toBe(2)
    expect(reasonsOn(placement, 'n1')).toEqual(['port 80/tcp is taken there by other'])
    const most = spec({ Placement: { MaxReplicas: 1 } })
    const full = placementOf(sightOf(three(), [task('n1', most.TaskTemplate)]), { spec: most, serviceId: 's1' })
    expect(full.fits).toBe(2)
    expect(reasonsOn(full, 'n1')).toEqual(['it has 1 of at most 1 tasks of this service'])
  })

  test('the scheduler spreads over labels first, then over nodes', () => {
    const nodes = [
      standInNode('n1', {}, { zone: 'a' }),
      standInNode('n2', {}, { zone: 'a' }),
      standInNode('n3', {}, { zone: 'b' }),
    ]
    const spread = spec({ Placement: { Preferences: [{ Spread: { SpreadDescriptor: 'node.labels.zone' } }] } })
    const own = [task('n3', spread.TaskTemplate), task('n1', spread.TaskTemplate), task('n1', spread.TaskTemplate)]
    const order = placementOf(sightOf(nodes, own), { spec: spread, serviceId: 's1' }).nodes.map((node) => node.hostname)
    expect(order).toEqual(['n3', 'n2', 'n1'])
  })
})

test.each([
  ['node.role == worker', null],
  ['node.role==manager', 'node.role is worker, not manager'],
  ['node.role != worker', 'node.role is worker, which is ruled out'],
  ['node.labels.disk == ssd', 'node.labels.disk is hdd, not ssd'],
  ['node.labels.Disk == HDD', 'node.labels.Disk is not set, and must be HDD'],
  ['node.labels.disk == HDD', null],
  ['node.labels.gpu == yes', 'node.labels.gpu is not set, and must be yes'],
  ['node.labels.gpu != yes', null],
  ['node.hostname == n2', null],
  ['node.platform.arch == amd64', null],
  ['node.platform.arch == x86_64', null],
  ['node.ip == 10.0.0.0/24', null],
  ['node.ip == 10.0.1.0/24', 'node.ip is 10.0.0.2, not 10.0.1.0/24'],
  ['node.colour == red', 'the constraint "node.colour == red" looks at nothing that a node has'],
  ['worker', 'the constraint "worker" cannot be read'],
])('the constraint %s', (constraint, reason) => {
  expect(constraintReason(standInNode('n2', {}, { disk: 'hdd' }), constraint)).toBe(reason)
})

describe('what a node loses', () => {
  const web = spec(reserving(3))
  const agent = spec({}, { Name: 'agent', Mode: { Global: {} } })
  const bound = spec({ Placement: { Constraints: ['node.labels.disk == ssd'] } }, { Name: 'bound' })
  const sight = {
    ...sightOf(
      [standInNode('n1'), standInNode('n2', {}, { disk: 'ssd' }), standInNode('n3')],
      [
        task('n2', web.TaskTemplate, 's1'),
        task('n2', web.TaskTemplate, 's1'),
        task('n2', agent.TaskTemplate, 's2'),
        task('n2', bound.TaskTemplate, 's3'),
      ],
      [web, agent, bound],
    ),
    cluster: { clusterId: 'c', createdAt: '', settings: {} as never, managers: [] },
    secrets: [],
    configs: [],
    networks: [],
  }
  const n2 = sight.nodes[1]!

  test('drained, its tasks move where they fit, one after the other', () => {
    const drained = { ...n2, Spec: { ...n2.Spec, Availability: 'drain' } }
    const moved = movesFrom(sight, n2.ID, drained)
    expect(movedReasons(moved)).toEqual([
      '2 tasks of web move',
      '1 task of agent ends: it runs once on each node',
      '1 task of bound moves',
    ])
    expect(moved.map(({ name, stranded }) => [name, stranded])).toEqual([
      ['web', 0],
      ['agent', 0],
      ['bound', 1],
    ])
    expect(movedWarnings(moved).join()).toContain('1 task of bound would find no other node (')
    // A third would find no room: each of the others has room for one.
    const more = { ...sight, tasks: [...sight.tasks, task('n2', web.TaskTemplate, 's1')] }
    expect(movesFrom(more, n2.ID, drained)[0]).toMatchObject({ tasks: 3, stranded: 1 })
  })

  test('with other labels, those go that ask for them; paused, none do', () => {
    const unlabelled = { ...n2, Spec: { ...n2.Spec, Labels: {} } }
    expect(movesFrom(sight, n2.ID, unlabelled).map(({ name }) => name)).toEqual(['bound'])
    const paused = { ...n2, Spec: { ...n2.Spec, Availability: 'pause' } }
    expect(movesFrom(sight, n2.ID, paused)).toEqual([])
  })
})
