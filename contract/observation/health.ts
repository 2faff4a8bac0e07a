import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Id, listQuery, page, Timestamp } from '../page.ts'
import { HealthCheckSpec, HealthState } from './checks.ts'
import { HealthHistory, HealthSpan, UptimeRow } from './health-history.ts'

/** What a queue held; of checks of queues. */
export const QueueDepth = z.object({ pending: z.int(), failed: z.int().nullable() })
export type QueueDepth = z.infer<typeof QueueDepth>

export const CheckResult = z.object({
  at: Timestamp,
  ok: z.boolean(),
  tookMs: z.number(),
  message: z.string(),
  queue: QueueDepth.optional(),
})
export type CheckResult = z.infer<typeof CheckResult>

export const HealthCheck = z.object({
  serviceId: Id,
  spec: HealthCheckSpec,
  origin: z.enum(['stack', 'set', 'engine']).describe('from the stack file, set by a person, or the engine’s own'),
  state: HealthState,
  failures: z.int().describe('in a row'),
  last: CheckResult.nullable(),
  results: z.array(CheckResult).describe('newest last, up to 360'),
})
export type HealthCheck = z.infer<typeof HealthCheck>

/** The last word of one check, short enough for a list of all. */
export const CheckSummary = z.object({
  name: z.string(),
  kind: z.enum(['http', 'tcp', 'websocket', 'command', 'database', 'queue']),
  /** What is asked: an address, a host and port, the name of a queue; of a command its program alone. */
  subject: z.string(),
  state: HealthState,
  responseTimeMs: z.number().nullable(),
  message: z.string().nullable(),
  queue: QueueDepth.nullable(),
  checkedAt: Timestamp.nullable(),
})
export type CheckSummary = z.infer<typeof CheckSummary>

export const health = domain('health', {
  list: call({
    method: 'GET',
    path: '/api/v1/services/:id/health',
    summary: 'The health checks of a service with recent results and response times',
    input: z.strictObject({ id: Id }),
    output: z.object({ serviceId: Id, state: HealthState, checks: z.array(HealthCheck) }),
    permission: 'health.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  set: call({
    method: 'PUT',
    path: '/api/v1/services/:id/health',
    summary: 'Set the health checks of a service; those of its stack file stay',
    input: z.strictObject({ id: Id, checks: z.array(HealthCheckSpec).max(20) }),
    output: z.object({ serviceId: Id, state: HealthState, checks: z.array(HealthCheck) }),
    permission: 'health.manage',
    scope: { on: 'service', field: 'id' },
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  run: call({
    method: 'POST',
    path: '/api/v1/services/:id/health/run',
    summary: 'Run the health checks of a service now',
    input: z.strictObject({ id: Id }),
    output: z.object({ serviceId: Id, state: HealthState, checks: z.array(HealthCheck) }),
    permission: 'health.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  overview: call({
    method: 'GET',
    path: '/api/v1/health/services',
    aliases: ['/api/health'],
    summary: 'Health of all services that have a check',
    input: z.strictObject({}),
    output: z.object({
      healthy: z.int(),
      unhealthy: z.int(),
      starting: z.int(),
      items: z.array(
        z.object({
          serviceId: Id,
          name: z.string(),
          state: HealthState,
          responseTimeMs: z.number().nullable(),
          message: z.string().nullable(),
          checkedAt: Timestamp.nullable(),
          checks: z.array(CheckSummary).describe('empty where the engine’s own check alone speaks'),
        }),
      ),
    }),
    permission: 'health.read',
    danger: 'none',
  }),
  history: call({
    method: 'GET',
    path: '/api/v1/services/:id/health/history',
    summary: 'How healthy a service has been: uptime, response times and what went wrong',
    description:
      'Kept under the name of the service on its target, so it goes on when the service is made anew. Time in which nobody knew (Wheelhouse did not run, the target was not heard, the service was stopped) is neither up nor down.',
    input: z.strictObject({ id: Id, span: HealthSpan.optional().describe('24h unless told') }),
    output: HealthHistory,
    permission: 'health.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  uptime: call({
    method: 'GET',
    path: '/api/v1/health/uptime',
    summary: 'Uptime of all services over 24 hours, 7, 30 and 90 days, with a bar a day',
    input: z.strictObject({
      ...listQuery,
      target: z.string().max(400).optional().describe('id or name'),
      stack: z.string().max(200).optional(),
      health: z.string().max(100).optional().describe('one or more of down, up, unknown, comma-separated'),
    }),
    output: page(UptimeRow).extend({
      firstDay: Timestamp.describe('of the first of the 90 bars; days are those of UTC'),
      counts: z.object({ up: z.int(), down: z.int(), unknown: z.int() }).describe('before the filter of health'),
    }),
    permission: 'health.read',
    danger: 'none',
  }),
})
