import { z } from 'zod'
import { call, domain, planned } from '../../operation.ts'
import { Bytes, Done, Id, listQuery, page, Timestamp } from '../../page.ts'

/** A node of a Swarm, from the mirror. */
export const Node = z.object({
  id: Id.describe('<swarm target id>:<node id>'),
  nodeId: z.string(),
  swarmId: Id.describe('target id of the Swarm'),
  hostname: z.string(),
  targetId: Id.nullable().describe('the registered engine that is this node, if there is one'),
  role: z.enum(['manager', 'worker']),
  leader: z.boolean(),
  reachability: z.enum(['reachable', 'unreachable', 'unknown']).nullable().describe('of managers'),
  availability: z.enum(['active', 'pause', 'drain']),
  state: z.enum(['ready', 'down', 'disconnected', 'unknown']),
  reason: z.string().nullable(),
  address: z.string(),
  engineVersion: z.string(),
  os: z.string(),
  arch: z.string(),
  labels: z.record(z.string(), z.string()),
  engineLabels: z.record(z.string(), z.string()),
  cpus: z.number(),
  memoryBytes: Bytes,
  reservedCpus: z.number(),
  reservedMemoryBytes: Bytes,
  usedMemoryBytes: Bytes.nullable().describe('by what runs there, where the engine is registered'),
  usedCpus: z.number().nullable(),
  tasks: z.record(z.string(), z.int()),
  createdAt: Timestamp,
  changedAt: Timestamp,
})
export type Node = z.infer<typeof Node>

const SwarmName = z.string().min(1).max(200).describe('target id or name of the Swarm')
const onSwarm = { scope: { on: 'target', field: 'swarm' } } as const
const failing = ['NOT_FOUND', 'STATE_CONFLICT', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const one = { swarm: SwarmName, node: z.string().min(1).max(200).describe('node id or host name') }

export const nodes = domain('nodes', {
  list: call({
    method: 'GET',
    path: '/api/v1/nodes',
    aliases: ['/api/nodes'],
    summary: 'List nodes of Swarms',
    input: z.strictObject({ ...listQuery, swarm: SwarmName.optional() }),
    output: page(Node),
    permission: 'swarm.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/swarms/:swarm/nodes/:node',
    summary: 'Show a node',
    input: z.strictObject(one),
    output: Node,
    permission: 'swarm.read',
    ...onSwarm,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  update: planned({
    method: 'PATCH',
    path: '/api/v1/swarms/:swarm/nodes/:node',
    summary:
      'Change availability, role or labels of a node; the plan says which tasks move and whether they fit elsewhere',
    input: z.strictObject({
      ...one,
      availability: z.enum(['active', 'pause', 'drain']).optional(),
      role: z.enum(['manager', 'worker']).optional(),
      labels: z.record(z.string().max(200), z.string().max(400).nullable()).optional().describe('null removes one'),
    }),
    output: Node,
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'reversible',
    errors: [...failing],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/swarms/:swarm/nodes/:node',
    summary: 'Remove a node that is down or has left',
    input: z.strictObject({ ...one, force: z.boolean().optional() }),
    output: Done,
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'destructive',
    errors: [...failing],
  }),
})
