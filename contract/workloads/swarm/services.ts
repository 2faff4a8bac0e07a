import { z } from 'zod'
import { call, domain, planned } from '../../operation.ts'
import { Bytes, Done, DurationMs, Id, Name, Timestamp } from '../../page.ts'
import { Task } from './tasks.ts'

const Words = z.array(z.string().max(32_768)).max(256)
const Resources = z.strictObject({
  cpus: z.number().min(0).max(4096).optional(),
  memoryBytes: Bytes.optional(),
  pids: z.int().min(0).optional(),
})
export const UpdatePolicy = z.strictObject({
  parallelism: z.int().min(0).max(1000).optional().describe('tasks at a time; 0 is all at once'),
  delayMs: DurationMs.optional(),
  monitorMs: DurationMs.optional().describe('how long each new task is watched'),
  maxFailureRatio: z.number().min(0).max(1).optional(),
  onFailure: z.enum(['pause', 'continue', 'rollback']).optional(),
  order: z.enum(['stop-first', 'start-first']).optional(),
})

/** A Swarm service as a form describes it. A null in `environment` keeps what is there. */
export const SwarmServiceDraft = z.strictObject({
  name: Name,
  image: z.string().min(1).max(400),
  mode: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('replicated'), replicas: z.int().min(0).max(10_000) }),
      z.strictObject({ kind: z.literal('global') }),
      z.strictObject({
        kind: z.literal('replicated-job'),
        completions: z.int().min(1).max(10_000),
        concurrent: z.int().min(1).max(1000).optional(),
      }),
      z.strictObject({ kind: z.literal('global-job') }),
    ])
    .describe('replicated, global, or a job that runs to its end'),
  command: Words.optional().describe('in place of the image’s entrypoint'),
  arguments: Words.optional(),
  environment: z.record(z.string().max(400), z.string().max(131_072).nullable()).optional(),
  labels: z.record(z.string().max(400), z.string().max(4096)).optional(),
  containerLabels: z.record(z.string().max(400), z.string().max(4096)).optional(),
  ports: z
    .array(
      z.strictObject({
        port: z.int().min(1).max(65_535),
        published: z.int().min(0).max(65_535).optional(),
        protocol: z.enum(['tcp', 'udp', 'sctp']).optional(),
        mode: z.enum(['ingress', 'host']).optional(),
      }),
    )
    .max(200)
    .optional(),
  endpointMode: z.enum(['vip', 'dnsrr']).optional(),
  networks: z
    .array(
      z.strictObject({ name: z.string().min(1).max(200), aliases: z.array(z.string().max(200)).max(20).optional() }),
    )
    .max(50)
    .optional(),
  mounts: z
    .array(
      z.strictObject({
        type: z.enum(['bind', 'volume', 'tmpfs']),
        source: z.string().max(4096).optional(),
        destination: z.string().min(1).max(4096),
        readOnly: z.boolean().optional(),
      }),
    )
    .max(100)
    .optional(),
  secrets: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        file: z.string().max(400).optional().describe('name below /run/secrets, or a path'),
        uid: z.string().max(20).optional(),
        gid: z.string().max(20).optional(),
        mode: z.int().min(0).max(0o777).optional(),
      }),
    )
    .max(100)
    .optional(),
  configs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        file: z.string().max(400).optional(),
        uid: z.string().max(20).optional(),
        gid: z.string().max(20).optional(),
        mode: z.int().min(0).max(0o777).optional(),
      }),
    )
    .max(100)
    .optional(),
  healthCheck: z
    .strictObject({
      test: z.array(z.string().max(32_768)).min(1).max(64),
      intervalMs: DurationMs.optional(),
      timeoutMs: DurationMs.optional(),
      startPeriodMs: DurationMs.optional(),
      retries: z.int().min(0).max(100).optional(),
    })
    .optional(),
  limits: Resources.optional(),
  reservations: Resources.optional(),
  constraints: z.array(z.string().max(400)).max(50).optional().describe('such as node.labels.disk == ssd'),
  spread: z.array(z.string().max(200)).max(10).optional().describe('labels to spread over, such as node.labels.zone'),
  maxPerNode: z.int().min(0).max(1000).optional(),
  restart: z
    .strictObject({
      condition: z.enum(['none', 'on-failure', 'any']).optional(),
      delayMs: DurationMs.optional(),
      maxAttempts: z.int().min(0).optional(),
      windowMs: DurationMs.optional(),
    })
    .optional(),
  update: UpdatePolicy.optional(),
  rollback: UpdatePolicy.optional(),
  user: z.string().max(200).optional(),
  workingDirectory: z.string().max(4096).optional(),
  hostname: z.string().max(253).optional(),
  init: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  tty: z.boolean().optional(),
  capAdd: z.array(z.string().max(64)).max(64).optional(),
  capDrop: z.array(z.string().max(64)).max(64).optional(),
  stopSignal: z.string().max(20).optional(),
  stopGraceMs: DurationMs.optional(),
  logDriver: z
    .strictObject({
      name: z.string().max(100),
      options: z.record(z.string().max(100), z.string().max(4096)).optional(),
    })
    .optional(),
})
export type SwarmServiceDraft = z.infer<typeof SwarmServiceDraft>

/** How a service’s newest change goes, told from its tasks. */
export const Rollout = z.object({
  serviceId: Id,
  serviceName: z.string(),
  state: z.enum([
    'none',
    'updating',
    'paused',
    'completed',
    'rollback-started',
    'rollback-paused',
    'rollback-completed',
    'stalled',
  ]),
  message: z.string().describe('a whole sentence: how far it is, what it waits for, or why it went back'),
  reason: z.string().nullable().describe('what failed, with the task’s own words, where it paused or went back'),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  deadline: Timestamp.nullable().describe('ours: when it is called stalled and undone'),
  nextAt: Timestamp.nullable().describe('when the next tasks are due, by parallelism and delay'),
  parallelism: z.int(),
  delayMs: z.int(),
  desired: z.int(),
  updated: z.int().describe('tasks of the new spec that run'),
  running: z.int().describe('all tasks that run'),
  failing: z.int(),
  tasks: z.array(Task).describe('the present ones, and those that failed since it began'),
  image: z.string(),
  previousImage: z.string().nullable(),
})
export type Rollout = z.infer<typeof Rollout>

/** For each node: whether one more task would fit there, and what speaks against it. */
export const Placement = z.object({
  fits: z.int().describe('how many more tasks the cluster would take'),
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      hostname: z.string(),
      fits: z.boolean(),
      reasons: z
        .array(z.string())
        .describe('needs 2 GB reserved and has 1.2 GB left; node.labels.disk is hdd, not ssd'),
      tasks: z.int().describe('of this service there now'),
      score: z.int().describe('place in the order the scheduler would choose; 1 is first, 0 does not fit'),
      freeCpus: z.number(),
      freeMemoryBytes: Bytes,
    }),
  ),
})
export type Placement = z.infer<typeof Placement>

const SwarmName = z.string().min(1).max(200).describe('target id or name of the Swarm')
const onSwarm = { scope: { on: 'target', field: 'swarm' } } as const
const on = { scope: { on: 'service', field: 'id' } } as const
const failing = [
  'NOT_FOUND',
  'STATE_CONFLICT',
  'CAPABILITY_MISSING',
  'TARGET_UNREACHABLE',
  'TARGET_REFUSED',
  'TIMED_OUT',
] as const
const one = z.strictObject({ id: Id })

export const swarmServices = domain('swarmServices', {
  preview: call({
    method: 'POST',
    path: '/api/v1/swarm-services/preview',
    summary:
      'What a Swarm service form means: the stack file, docker service create, where it would run, and what the policy says',
    input: z.strictObject({ swarm: SwarmName, draft: SwarmServiceDraft, replaces: Id.optional() }),
    output: z.object({
      compose: z.string(),
      command: z.string(),
      problems: z.array(z.string()),
      refusals: z.array(z.string()),
      placement: Placement,
    }),
    permission: 'swarm.read',
    ...onSwarm,
    danger: 'none',
    errors: ['NOT_FOUND'],
    secret: ['draft'],
  }),
  draft: call({
    method: 'GET',
    path: '/api/v1/swarm-services/:id/draft',
    summary: 'The form of a Swarm service that is there; secret values are kept, not shown',
    input: one,
    output: z.object({ draft: SwarmServiceDraft, lost: z.array(z.string()) }),
    permission: 'containers.manage',
    ...on,
    danger: 'none',
    errors: [...failing, 'POLICY_REFUSED'],
    secret: ['draft'],
  }),
  create: planned({
    method: 'POST',
    path: '/api/v1/swarm-services',
    summary: 'Create a Swarm service',
    input: z.strictObject({ swarm: SwarmName, draft: SwarmServiceDraft }),
    output: z.object({ id: Id, warnings: z.array(z.string()) }),
    permission: 'containers.manage',
    ...onSwarm,
    danger: 'reversible',
    status: 201,
    errors: [...failing, 'CONFLICT', 'POLICY_REFUSED'],
    secret: ['draft'],
  }),
  update: planned({
    method: 'PUT',
    path: '/api/v1/swarm-services/:id',
    summary: 'Change a Swarm service; its tasks are replaced by its update policy',
    input: z.strictObject({
      id: Id,
      draft: SwarmServiceDraft,
      deadlineMs: DurationMs.optional().describe(
        'after which an update that does not get on is undone; 10 min unless told',
      ),
    }),
    output: z.object({ warnings: z.array(z.string()) }),
    permission: 'containers.manage',
    ...on,
    danger: 'destructive',
    errors: [...failing, 'CONFLICT', 'POLICY_REFUSED'],
    secret: ['draft'],
  }),
  scale: planned({
    method: 'POST',
    path: '/api/v1/swarm-services/:id/scale',
    summary: 'Change how many tasks a service has; the plan says whether they fit',
    input: z.strictObject({ id: Id, replicas: z.int().min(0).max(10_000) }),
    output: Rollout,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  rollback: planned({
    method: 'POST',
    path: '/api/v1/swarm-services/:id/rollback',
    summary: 'Go back to the spec before the last change',
    input: z.strictObject({ id: Id, deadlineMs: DurationMs.optional() }),
    output: Rollout,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  force: call({
    method: 'POST',
    path: '/api/v1/swarm-services/:id/force',
    summary: 'Replace every task although nothing has changed',
    input: z.strictObject({
      id: Id,
      pullAgain: z.boolean().optional().describe('ask the registry for the tag’s digest anew'),
    }),
    output: Rollout,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  pause: call({
    method: 'POST',
    path: '/api/v1/swarm-services/:id/rollout/pause',
    summary: 'Hold an update where it is',
    input: one,
    output: Rollout,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  resume: call({
    method: 'POST',
    path: '/api/v1/swarm-services/:id/rollout/resume',
    summary: 'Let a held update go on',
    input: one,
    output: Rollout,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  rollout: call({
    method: 'GET',
    path: '/api/v1/swarm-services/:id/rollout',
    summary: 'How the newest change of a service goes: each task, why it waits, the clock, why it went back',
    input: one,
    output: Rollout,
    permission: 'swarm.read',
    ...on,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  placement: call({
    method: 'GET',
    path: '/api/v1/swarm-services/:id/placement',
    summary: 'Where tasks of a service are and could be, and why',
    input: one,
    output: Placement,
    permission: 'swarm.read',
    ...on,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/swarm-services/:id',
    summary: 'Remove a Swarm service and its tasks',
    input: one,
    output: Done,
    permission: 'services.remove',
    ...on,
    danger: 'destructive',
    errors: [...failing],
  }),
})
