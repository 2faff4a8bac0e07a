import { z } from 'zod'
import { call, domain, planned } from '../../operation.ts'
import { Bytes, Done, DurationMs, Id, Timestamp } from '../../page.ts'

/** Settings of the cluster itself. */
export const SwarmSettings = z.object({
  taskHistory: z.int().min(0).max(100),
  heartbeatMs: DurationMs,
  snapshotInterval: z.int(),
  certificateExpiryMs: z.int().min(0),
  autolock: z.boolean(),
})
export type SwarmSettings = z.infer<typeof SwarmSettings>

/** A Swarm: a target of kind `swarm`. */
export const Swarm = z.object({
  targetId: Id,
  name: z.string(),
  clusterId: z.string(),
  createdAt: Timestamp,
  settings: SwarmSettings,
  managers: z.int(),
  workers: z.int(),
  reachableManagers: z.int(),
  quorum: z.boolean().describe('false: nothing can change until enough managers are back'),
  tolerates: z.int().describe('how many managers may still be lost'),
  via: z.string().nullable().describe('the target of the manager that is asked now'),
  services: z.int(),
  tasks: z.record(z.string(), z.int()).describe('tasks by state'),
  capacity: z.object({
    cpus: z.number(),
    memoryBytes: Bytes,
    reservedCpus: z.number(),
    reservedMemoryBytes: Bytes,
  }),
  advice: z.array(z.string()).describe('such as: two managers tolerate no loss, have three'),
  observedAt: Timestamp.nullable(),
  stale: z.boolean(),
})
export type Swarm = z.infer<typeof Swarm>

const SwarmName = z.string().min(1).max(200).describe('target id or name of the Swarm')
const Engine = z.string().min(1).max(200).describe('target id or name of a Docker engine')
const onSwarm = { scope: { on: 'target', field: 'swarm' } } as const
const onEngine = { scope: { on: 'target', field: 'target' } } as const
const failing = [
  'NOT_FOUND',
  'STATE_CONFLICT',
  'CAPABILITY_MISSING',
  'TARGET_UNREACHABLE',
  'TARGET_REFUSED',
  'TIMED_OUT',
] as const
const one = z.strictObject({ swarm: SwarmName })
const HostPort = z.string().max(300)

export const swarm = domain('swarm', {
  list: call({
    method: 'GET',
    path: '/api/v1/swarms',
    summary: 'List Swarms',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(Swarm),
      unheard: z
        .array(z.object({ targetId: Id, name: z.string(), reason: z.string().nullable() }))
        .describe('Swarms that have not told yet what they hold, and why'),
    }),
    permission: 'swarm.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/swarms/:swarm',
    summary: 'Show a Swarm',
    input: one,
    output: Swarm,
    permission: 'swarm.read',
    ...onSwarm,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  init: planned({
    method: 'POST',
    path: '/api/v1/swarms',
    summary: 'Make an engine the first manager of a new Swarm',
    input: z.strictObject({
      target: Engine,
      advertise: HostPort.optional().describe('address other nodes reach it by; needed where it has several'),
      listen: HostPort.optional(),
      dataPathPort: z.int().min(1024).max(49_151).optional(),
      addressPools: z.array(z.string().max(64)).max(8).optional().describe('CIDR ranges for overlay networks'),
      autolock: z.boolean().optional(),
      forceNewCluster: z.boolean().optional().describe('start anew from what this manager knows, after a lost quorum'),
    }),
    output: z.object({ targetId: Id, nodeId: z.string(), unlockKey: z.string().nullable() }),
    permission: 'swarm.manage',
    ...onEngine,
    danger: 'destructive',
    assistant: false,
    status: 201,
    errors: [...failing],
    secret: ['unlockKey'],
  }),
  join: planned({
    method: 'POST',
    path: '/api/v1/swarms/:swarm/join',
    summary: 'Let an engine join a Swarm',
    input: z.strictObject({
      swarm: SwarmName,
      target: Engine,
      role: z.enum(['worker', 'manager']),
      advertise: HostPort.optional(),
      listen: HostPort.optional(),
      availability: z.enum(['active', 'pause', 'drain']).optional(),
    }),
    output: z.object({ nodeId: z.string() }),
    permission: 'swarm.manage',
    ...onEngine,
    danger: 'destructive',
    assistant: false,
    errors: [...failing],
  }),
  leave: planned({
    method: 'POST',
    path: '/api/v1/swarms/leave',
    summary: 'Let an engine leave its Swarm; what runs there as tasks ends',
    input: z.strictObject({
      target: Engine,
      force: z.boolean().optional().describe('also the last manager, or one whose loss ends the quorum'),
    }),
    output: Done,
    permission: 'swarm.manage',
    ...onEngine,
    danger: 'destructive',
    assistant: false,
    errors: [...failing],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/swarms/:swarm',
    summary: 'Change settings of a Swarm',
    input: z.strictObject({
      swarm: SwarmName,
      taskHistory: z.int().min(0).max(100).optional(),
      heartbeatMs: DurationMs.optional(),
      snapshotInterval: z.int().min(1).optional(),
      certificateExpiryMs: z.int().min(3_600_000).optional(),
      autolock: z.boolean().optional(),
    }),
    output: Swarm.extend({ unlockKey: z.string().nullable().describe('told once, when autolock is turned on') }),
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'reversible',
    assistant: false,
    errors: [...failing],
    secret: ['unlockKey'],
  }),
  tokens: call({
    method: 'POST',
    path: '/api/v1/swarms/:swarm/tokens',
    summary: 'Show the tokens by which nodes join, with the command for a machine that is not registered here',
    input: one,
    output: z.object({ worker: z.string(), manager: z.string(), address: z.string(), command: z.string() }),
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'reversible',
    assistant: false,
    errors: [...failing],
    secret: ['worker', 'manager', 'command'],
  }),
  rotateToken: call({
    method: 'POST',
    path: '/api/v1/swarms/:swarm/tokens/rotate',
    summary: 'Replace a join token; nodes that are in stay in',
    input: z.strictObject({ swarm: SwarmName, role: z.enum(['worker', 'manager']) }),
    output: Done,
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'destructive',
    assistant: false,
    errors: [...failing],
  }),
  unlockKey: call({
    method: 'POST',
    path: '/api/v1/swarms/:swarm/unlock-key',
    summary: 'Show the key that unlocks restarted managers; with rotate, a new one',
    input: z.strictObject({ swarm: SwarmName, rotate: z.boolean().optional() }),
    output: z.object({ key: z.string() }),
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'reversible',
    assistant: false,
    errors: [...failing],
    secret: ['key'],
  }),
  unlock: call({
    method: 'POST',
    path: '/api/v1/swarms/unlock',
    summary: 'Unlock a manager that has restarted',
    input: z.strictObject({ target: Engine, key: z.string().min(1).max(400) }),
    output: Done,
    permission: 'swarm.manage',
    ...onEngine,
    danger: 'reversible',
    assistant: false,
    errors: [...failing],
    secret: ['key'],
  }),
})
