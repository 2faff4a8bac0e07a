import { z } from 'zod'
import { TargetKind } from '../inventory/targets.ts'
import { HealthCheckSpec, HealthState } from '../observation/checks.ts'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned } from '../operation.ts'
import { serviceActs, serviceStates } from './states.ts'
import { Bytes, Done, DurationMs, Id, JsonObject, listQuery, Name, page, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

export const ServiceState = z.enum(serviceStates)
export type ServiceState = z.infer<typeof ServiceState>

export const ServiceKind = z.enum(['process', 'container', 'swarm-service'])
export type ServiceKind = z.infer<typeof ServiceKind>

export const Port = z.object({
  host: z.string().nullable().describe('address it is published on, null when not published'),
  hostPort: z.int().nullable(),
  port: z.int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
})
export type Port = z.infer<typeof Port>

/** One reading. Rates are per second since the reading before; null where the target cannot tell. */
export const Sample = z.object({
  at: Timestamp,
  cpuPercent: z.number().nullable().describe('100 is one core'),
  memoryBytes: Bytes.nullable().describe('without page cache'),
  memoryLimitBytes: Bytes.nullable(),
  networkInBytesPerS: z.number().nullable(),
  networkOutBytesPerS: z.number().nullable(),
  blockReadBytesPerS: z.number().nullable(),
  blockWriteBytesPerS: z.number().nullable(),
  pids: z.int().nullable(),
})
export type Sample = z.infer<typeof Sample>

export const Service = z.object({
  id: Id.describe('<target id>:<id on the target>; names may be used wherever an id is asked for, when unique'),
  name: z.string(),
  kind: ServiceKind,
  targetId: Id,
  targetName: z.string(),
  targetKind: TargetKind,
  stack: z.string().nullable(),
  stackService: z.string().nullable().describe('its name inside the stack file'),
  state: ServiceState,
  nativeState: z.string().describe('the word the target uses, such as exited'),
  reason: z.string().nullable().describe('evidence when the state is not running'),
  health: HealthState,
  image: z.string().nullable(),
  command: z.string().nullable(),
  ports: z.array(Port),
  labels: z.record(z.string(), z.string()),
  taskOf: Id.optional().describe('of a container that is a task of a Swarm known here: its Swarm service'),
  template: z.string().nullable(),
  restarts: z.int(),
  exitCode: z.int().nullable(),
  pid: z.int().nullable(),
  tty: z.boolean(),
  checks: z.array(HealthCheckSpec),
  usage: Sample.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  changedAt: Timestamp.describe('when its state last changed'),
  observedAt: Timestamp,
  stale: z.boolean(),
})
export type Service = z.infer<typeof Service>

export const ServiceAct = z.enum(serviceActs)
export type ServiceAct = z.infer<typeof ServiceAct>

/** What can be done to many at once. */
export const BulkAct = z.enum(['start', 'stop', 'restart', 'pause', 'resume', 'kill', 'remove'])
export type BulkAct = z.infer<typeof BulkAct>

/** What became of each; the `result` of a job of the kind `services.bulk`, also of one that failed in part or was cancelled. */
export const BulkResult = z.object({
  act: BulkAct,
  services: z.array(
    z.object({
      id: z.string().describe('as it was asked for where there is no such service'),
      name: z.string(),
      targetId: z.string().nullable(),
      targetName: z.string().nullable(),
      outcome: z
        .enum(['done', 'already', 'failed', 'not-tried'])
        .describe(
          'already: there was nothing to do; not-tried: its target had stopped answering, or the job was cancelled',
        ),
      errorCode: z.string().nullable(),
      message: z.string(),
    }),
  ),
})
export type BulkResult = z.infer<typeof BulkResult>

const Signal = z.string().regex(/^(SIG)?[A-Z0-9+-]{2,12}$/)
const one = z.strictObject({ id: Id })
const on = { scope: { on: 'service', field: 'id' } } as const
const acted = [
  'NOT_FOUND',
  'STATE_CONFLICT',
  'CAPABILITY_MISSING',
  'TARGET_UNREACHABLE',
  'TARGET_REFUSED',
  'TIMED_OUT',
] as const

export const services = domain('services', {
  list: call({
    method: 'GET',
    path: '/api/v1/services',
    aliases: ['/api/services', '/api/v1/containers', '/api/containers'],
    summary: 'List services on all targets',
    input: z.strictObject({
      ...listQuery,
      state: z.string().max(200).optional().describe('one or more states, comma-separated'),
      status: z.string().max(200).optional().describe('the same as state'),
      target: z.string().max(400).optional().describe('one or more target ids or names, comma-separated'),
      stack: z.string().max(200).optional(),
      kind: ServiceKind.optional(),
      label: z.string().max(200).optional().describe('key or key=value'),
      tasks: z
        .boolean()
        .optional()
        .describe('also the containers of Swarm tasks whose service is in the same list, which stands for them'),
      sort: z
        .enum(['needs', 'name', 'cpu', 'memory', 'changed', 'target'])
        .optional()
        .describe('needs (you first) unless told'),
    }),
    output: page(Service).extend({
      states: z.record(z.string(), z.int()).describe('how many are in each state, before the state filter'),
    }),
    permission: 'services.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/services/:id',
    aliases: ['/api/services/:id', '/api/v1/containers/:id', '/api/containers/:id'],
    summary: 'Show a service',
    input: one,
    output: Service,
    permission: 'services.read',
    ...on,
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  inspect: call({
    method: 'GET',
    path: '/api/v1/services/:id/inspect',
    summary: 'All that the target knows of a service, secret values masked',
    input: one,
    output: z.object({
      native: JsonObject,
      environment: z.array(z.object({ name: z.string(), value: z.string(), masked: z.boolean() })),
    }),
    permission: 'services.read',
    ...on,
    danger: 'none',
    errors: ['NOT_FOUND', 'TARGET_UNREACHABLE', 'TARGET_REFUSED'],
  }),
  start: call({
    method: 'POST',
    path: '/api/v1/services/:id/start',
    aliases: ['/api/services/:id/start', '/api/containers/:id/start'],
    summary: 'Start a service',
    input: one,
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted, 'POLICY_REFUSED'],
  }),
  stop: call({
    method: 'POST',
    path: '/api/v1/services/:id/stop',
    aliases: ['/api/services/:id/stop', '/api/containers/:id/stop'],
    summary: 'Stop a service: signal, wait, then kill',
    input: z.strictObject({
      id: Id,
      timeoutMs: DurationMs.optional().describe('how long it may take before it is killed'),
    }),
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted],
  }),
  restart: call({
    method: 'POST',
    path: '/api/v1/services/:id/restart',
    aliases: ['/api/services/:id/restart', '/api/containers/:id/restart'],
    summary: 'Restart a service',
    input: z.strictObject({ id: Id, timeoutMs: DurationMs.optional() }),
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted, 'POLICY_REFUSED'],
  }),
  pause: call({
    method: 'POST',
    path: '/api/v1/services/:id/pause',
    summary: 'Freeze a service where it stands',
    input: one,
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted],
  }),
  resume: call({
    method: 'POST',
    path: '/api/v1/services/:id/resume',
    aliases: ['/api/v1/services/:id/unpause'],
    summary: 'Let a paused service go on',
    input: one,
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted],
  }),
  kill: call({
    method: 'POST',
    path: '/api/v1/services/:id/kill',
    summary: 'Send a signal to a service',
    input: z.strictObject({
      id: Id,
      signal: Signal.optional().describe('SIGKILL unless told'),
    }),
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted],
  }),
  rename: call({
    method: 'POST',
    path: '/api/v1/services/:id/rename',
    summary: 'Rename a service',
    input: z.strictObject({ id: Id, name: Name }),
    output: Service,
    permission: 'services.operate',
    ...on,
    danger: 'reversible',
    errors: [...acted, 'CONFLICT'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/services/:id',
    aliases: ['/api/services/:id', '/api/containers/:id'],
    summary: 'Stop and remove a service; named volumes stay',
    input: z.strictObject({ id: Id, volumes: z.boolean().optional().describe('also remove its anonymous volumes') }),
    output: Done,
    permission: 'services.remove',
    ...on,
    danger: 'destructive',
    errors: [...acted],
  }),
  bulk: planned({
    method: 'POST',
    path: '/api/v1/services/bulk',
    aliases: ['/api/services/bulk'],
    summary: 'Start, stop, restart, pause, resume, kill or remove many services, on one target or several',
    description:
      'Each is asked for by itself: who may act on some of them acts on those. Targets are worked through beside each other, a few services of each at a time, so that none waits for a target that does not answer. The result of the job is a BulkResult.',
    input: z.strictObject({
      act: BulkAct,
      services: z.array(Id).min(1).max(1000).describe('ids, or names that are unique'),
      timeoutMs: DurationMs.optional().describe('of stop and restart: how long each may take before it is killed'),
      signal: Signal.optional().describe('of kill: SIGKILL unless told'),
      volumes: z.boolean().optional().describe('of remove: also anonymous volumes'),
      digest: AgreedPlan,
    }),
    output: Job,
    permission: 'services.operate',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT', 'FORBIDDEN', 'PLAN_CHANGED'],
  }),
  exec: call({
    method: 'POST',
    path: '/api/v1/services/:id/exec',
    summary: 'Run one command inside a service or a task of a Swarm, and answer its output',
    input: z.strictObject({
      id: Id.describe(
        'a service, or a task of a Swarm by its id or as service.slot, such as web.2; service@node of one that runs once on each',
      ),
      argv: z.array(z.string().max(32_768)).min(1).max(256),
      user: z.string().max(64).optional(),
      workdir: z.string().max(4096).optional(),
      timeoutMs: DurationMs.optional().describe('60 s unless told'),
    }),
    output: z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string(), truncated: z.boolean() }),
    permission: 'services.exec',
    ...on,
    danger: 'destructive',
    errors: [...acted, 'POLICY_REFUSED'],
  }),
})
