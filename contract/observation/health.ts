import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Id, Timestamp } from '../page.ts'
import { HealthCheckSpec, HealthState } from './checks.ts'

export const CheckResult = z.object({ at: Timestamp, ok: z.boolean(), tookMs: z.number(), message: z.string() })
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
        }),
      ),
    }),
    permission: 'health.read',
    danger: 'none',
  }),
})
