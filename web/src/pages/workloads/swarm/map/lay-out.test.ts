import type { Network, Node, Task } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { card } from '../../networks/topology/layout.ts'
import { layOut, nowhere, overlaysOf, topologyOf } from './lay-out.ts'

const when = '2026-11-21T12:00:00.000Z'
const node = (name: string): Node => ({
  id: `s:${name}`,
  nodeId: name,
  swarmId: 's',
  hostname: name,
  targetId: name,
  role: 'worker',
  leader: false,
  reachability: null,
  availability: 'active',
  state: 'ready',
  reason: null,
  address: '',
  engineVersion: '',
  os: 'linux',
  arch: 'x86_64',
  labels: {},
  engineLabels: {},
  cpus: 2,
  memoryBytes: 1024,
  reservedCpus: 0,
  reservedMemoryBytes: 0,
  usedMemoryBytes: null,
  usedCpus: null,
  tasks: {},
  createdAt: when,
  changedAt: when,
})
const task = (slot: number, nodeId: string | null, networks: Task['networks'] = []): Task => ({
  id: `task-${slot}`,
  swarmId: 's',
  serviceId: 's:web',
  serviceName: 'web',
  slot,
  nodeId,
  nodeName: nodeId,
  state: nodeId === null ? 'pending' : 'running',
  desired: 'running',
  image: 'web:1',
  reason: null,
  exitCode: null,
  containerServiceId: null,
  networks,
  specVersion: null,
  current: true,
  createdAt: when,
  changedAt: when,
})
const network = (targetId: string, more: Partial<Network>): Network => ({
  id: `${targetId}:net`,
  networkId: 'net',
  name: 'front',
  targetId,
  targetName: targetId,
  driver: 'overlay',
  scope: 'swarm',
  builtIn: false,
  internal: false,
  attachable: false,
  ingress: false,
  ipv6: false,
  subnets: [],
  options: {},
  labels: {},
  stack: null,
  attached: [],
  createdAt: null,
  observedAt: when,
  stale: false,
  ...more,
})
test('what each engine tells of an overlay is one network; those of others and of one engine alone are none', () => {
  const told = [
    network('n1', {}),
    network('n2', {}),
    network('elsewhere', { networkId: 'other' }),
    network('n1', { networkId: 'bridge', scope: 'local' }),
  ]
  expect(overlaysOf(told, new Set(['n1', 'n2'])).map(({ networkId }) => networkId)).toEqual(['net'])
})

test('tasks are joined to networks as the manager tells, also on nodes whose engine is no target', () => {
  const within = [{ networkId: 'net', name: 'front', address: '10.0.1.2' }]
  const elsewhere = [{ networkId: 'unknown', name: 'gone', address: '10.0.2.2' }]
  const { edges, nodes } = topologyOf({
    nodes: [node('n1'), { ...node('n2'), targetId: null }],
    tasks: [task(1, 'n1'), task(2, 'n2', within), task(3, 'n1', elsewhere)],
    networks: [network('n1', {})],
  })
  expect(edges).toEqual([{ from: 'task-2', to: 'net', kind: 'attached', label: '10.0.1.2' }])
  expect(nodes.find(({ id }) => id === 'net')?.state).toBe('1 task')
})

test('a task without a node has a band of its own, the last one', () => {
  const topology = topologyOf({ nodes: [node('n2'), node('n1')], tasks: [task(1, 'n1'), task(2, null)], networks: [] })
  expect(layOut(topology).bands.map(({ target }) => target.id)).toEqual(['n1', 'n2', nowhere])
})

test('no card lies over another, all lie inside, and states move nothing', () => {
  const nodes = [node('n1'), node('n2')]
  const tasks = Array.from({ length: 11 }, (_, slot) => task(slot + 1, slot % 3 === 0 ? 'n1' : 'n2'))
  const networks = [network('n1', {}), network('n1', { networkId: 'back', name: 'back' })]
  const map = layOut(topologyOf({ nodes, tasks, networks }))
  for (const a of map.nodes)
    for (const b of map.nodes)
      if (a !== b) expect(Math.abs(a.x - b.x) >= card.width || Math.abs(a.y - b.y) >= card.height).toBe(true)
  for (const { x, y } of map.nodes) expect(x + card.width <= map.width && y + card.height <= map.height).toBe(true)
  const failed = tasks.map((one) => ({ ...one, state: 'failed' as const })).toReversed()
  const places = (of: typeof map): Set<string> => new Set(of.nodes.map(({ node: { id }, x, y }) => `${id} ${x} ${y}`))
  expect(places(layOut(topologyOf({ nodes, tasks: failed, networks })))).toEqual(places(map))
})
