import { z } from 'zod'
import { DurationMs } from '../page.ts'

export const HealthState = z.enum(['none', 'starting', 'healthy', 'unhealthy'])
export type HealthState = z.infer<typeof HealthState>

const timing = {
  name: z.string().min(1).max(63),
  intervalMs: DurationMs.min(500).describe('10 s unless told'),
  timeoutMs: DurationMs.min(50).describe('5 s unless told'),
  retries: z.int().min(1).max(100).describe('failures in a row before it counts as unhealthy'),
  startPeriodMs: DurationMs.describe('failures this soon after the start do not count'),
}
const host = z.string().max(253)
const port = z.int().min(1).max(65_535)

/** A check the control plane runs. The container engine's own HEALTHCHECK is not one: it comes with the mirror. */
export const HealthCheckSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    ...timing,
    url: z.string().max(2000),
    expectStatus: z.int().min(100).max(599).nullable(),
    contains: z.string().max(1000).optional().describe('text that the answer must hold'),
  }),
  z.strictObject({ kind: z.literal('tcp'), ...timing, host, port }),
  z.strictObject({ kind: z.literal('websocket'), ...timing, url: z.string().max(2000) }),
  z.strictObject({ kind: z.literal('command'), ...timing, argv: z.array(z.string().max(4096)).min(1).max(64) }),
  z.strictObject({
    kind: z.literal('database'),
    ...timing,
    engine: z.enum(['mysql', 'postgres', 'redis']),
    host,
    port,
    username: z.string().max(200).nullable(),
    /** Name of the variable of the service that holds it: a check is shown to many, its password is not. */
    passwordVariable: z.string().max(200).nullable(),
    database: z.string().max(200).nullable(),
  }),
  z.strictObject({
    kind: z.literal('queue'),
    ...timing,
    engine: z.enum(['mysql', 'postgres', 'redis']),
    host,
    port,
    username: z.string().max(200).nullable(),
    passwordVariable: z.string().max(200).nullable(),
    database: z.string().max(200).nullable(),
    pending: z.string().max(200).describe('list key of Redis, or table, that holds what waits'),
    failed: z.string().max(200).nullable().describe('the same for what failed'),
    maxPending: z.int().min(0).nullable(),
    maxFailed: z.int().min(0).nullable(),
  }),
])
export type HealthCheckSpec = z.infer<typeof HealthCheckSpec>

export const checkDefaults = { intervalMs: 10_000, timeoutMs: 5_000, retries: 3, startPeriodMs: 0 } as const
