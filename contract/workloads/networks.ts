import { z } from 'zod'
import { call, domain, planned } from '../operation.ts'
import { Done, Id, listQuery, Name, page, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'
import { ServiceState } from './services.ts'

const Attached = z.object({
  serviceId: Id,
  name: z.string(),
  state: ServiceState,
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
  mac: z.string().nullable(),
  aliases: z.array(z.string()),
})

/** A network on one engine or Swarm, from the mirror. */
export const Network = z.object({
  id: Id.describe('<target id>:<first 12 digits of its id>; a name may be used where it is unique on the target'),
  networkId: z.string(),
  name: z.string(),
  targetId: Id,
  targetName: z.string(),
  driver: z.string(),
  scope: z.enum(['local', 'swarm', 'global']),
  builtIn: z.boolean().describe('bridge, host, none, ingress and docker_gwbridge: they cannot be removed'),
  internal: z.boolean(),
  attachable: z.boolean(),
  ingress: z.boolean(),
  ipv6: z.boolean(),
  subnets: z.array(z.object({ subnet: z.string(), gateway: z.string().nullable(), range: z.string().nullable() })),
  options: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  stack: z.string().nullable(),
  attached: z.array(Attached),
  createdAt: Timestamp.nullable(),
  observedAt: Timestamp,
  stale: z.boolean(),
})
export type Network = z.infer<typeof Network>

/** Who reaches whom: networks and services are nodes, attachments and published ports the edges. */
export const Topology = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['target', 'network', 'service', 'task', 'host']),
      name: z.string(),
      targetId: Id,
      state: z.string().nullable(),
      stack: z.string().nullable(),
      detail: z.string().nullable().describe('driver and subnet of a network, image of a service'),
    }),
  ),
  edges: z.array(
    z.object({ from: z.string(), to: z.string(), kind: z.enum(['attached', 'published', 'runs']), label: z.string() }),
  ),
})
export type Topology = z.infer<typeof Topology>

const Target = z.string().min(1).max(200).describe('target id or name')
const onTarget = { scope: { on: 'target', field: 'target' } } as const
const failing = ['NOT_FOUND', 'CAPABILITY_MISSING', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const network = { target: Target, network: z.string().min(1).max(200).describe('id or name') }
const Range = z.string().regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/, 'use CIDR, such as 10.5.0.0/16')

export const networks = domain('networks', {
  list: call({
    method: 'GET',
    path: '/api/v1/networks',
    aliases: ['/api/networks'],
    summary: 'List networks on all engines',
    input: z.strictObject({
      ...listQuery,
      target: z.string().max(400).optional().describe('one or more target ids or names, comma-separated'),
      stack: z.string().max(200).optional(),
      sort: z.enum(['name', 'target', 'created']).optional(),
    }),
    output: page(Network),
    permission: 'networks.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/targets/:target/networks/:network',
    summary: 'Show a network',
    input: z.strictObject(network),
    output: Network,
    permission: 'networks.read',
    ...onTarget,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/targets/:target/networks',
    summary: 'Create a network',
    input: z.strictObject({
      target: Target,
      name: Name,
      driver: z.string().max(100).optional().describe('bridge unless told'),
      internal: z.boolean().optional(),
      attachable: z.boolean().optional(),
      ipv6: z.boolean().optional(),
      subnets: z
        .array(z.strictObject({ subnet: Range, gateway: z.string().max(64).optional(), range: Range.optional() }))
        .max(8)
        .optional(),
      options: z.record(z.string().max(200), z.string().max(400)).optional(),
      labels: z.record(z.string().max(400), z.string().max(4096)).optional(),
    }),
    output: Network,
    permission: 'networks.manage',
    ...onTarget,
    danger: 'reversible',
    status: 201,
    errors: [...failing, 'CONFLICT', 'POLICY_REFUSED'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/targets/:target/networks/:network',
    summary: 'Remove a network',
    input: z.strictObject(network),
    output: Done,
    permission: 'networks.manage',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'STATE_CONFLICT'],
  }),
  prune: planned({
    method: 'POST',
    path: '/api/v1/targets/:target/networks/prune',
    summary: 'Remove networks nothing is attached to',
    input: z.strictObject({ target: Target, digest: AgreedPlan }),
    output: z.object({ removed: z.array(z.string()) }),
    permission: 'networks.manage',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'PLAN_CHANGED'],
  }),
  connect: call({
    method: 'POST',
    path: '/api/v1/targets/:target/networks/:network/connect',
    summary: 'Connect a container to a network',
    input: z.strictObject({
      ...network,
      service: Id,
      aliases: z.array(z.string().max(200)).max(20).optional(),
      ipv4: z.ipv4().optional(),
    }),
    output: Network,
    permission: 'networks.manage',
    ...onTarget,
    danger: 'reversible',
    errors: [...failing, 'CONFLICT', 'POLICY_REFUSED'],
  }),
  disconnect: call({
    method: 'POST',
    path: '/api/v1/targets/:target/networks/:network/disconnect',
    summary: 'Disconnect a container from a network',
    input: z.strictObject({ ...network, service: Id, force: z.boolean().optional() }),
    output: Network,
    permission: 'networks.manage',
    ...onTarget,
    danger: 'reversible',
    errors: [...failing],
  }),
  topology: call({
    method: 'GET',
    path: '/api/v1/networks/topology',
    summary: 'Networks, who is attached, and what is published, as a graph',
    input: z.strictObject({ target: z.string().max(400).optional(), stack: z.string().max(200).optional() }),
    output: Topology,
    permission: 'networks.read',
    danger: 'none',
  }),
})
