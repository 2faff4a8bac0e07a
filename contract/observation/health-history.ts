import { z } from 'zod'
import { DurationMs, Id, Timestamp } from '../page.ts'
import { HealthState } from './checks.ts'

/** How far back: the first two in hours, the others in days of UTC. */
export const HealthSpan = z.enum(['24h', '7d', '30d', '90d'])
export type HealthSpan = z.infer<typeof HealthSpan>

const share = z.number().min(0).max(1).nullable()

/** The part of the known time in which it was up, 0 to 1; null where nothing is known. */
export const Uptime = z.object({ day: share, week: share, month: share, quarter: share })
export type Uptime = z.infer<typeof Uptime>

/** Where a service stands: `unknown` is not heard, stopped, or not judged yet. */
export const Standing = z.enum(['up', 'down', 'unknown'])
export type Standing = z.infer<typeof Standing>

/** An hour or a day. The three add up to its length, for the present one to what has passed of it. */
export const HealthBucket = z.object({ at: Timestamp, upMs: DurationMs, downMs: DurationMs, unknownMs: DurationMs })
export type HealthBucket = z.infer<typeof HealthBucket>

/** Response times are right within 5 %; `maxMs` is exact. Null where there was no answer. */
export const CheckBucket = HealthBucket.extend({
  results: z.int(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  maxMs: z.number().nullable(),
})
export type CheckBucket = z.infer<typeof CheckBucket>

export const HealthIncident = z.object({
  id: Id,
  from: Timestamp,
  until: Timestamp.nullable().describe('null while it lasts'),
  reason: z.string(),
})
export type HealthIncident = z.infer<typeof HealthIncident>

export const HealthHistory = z.object({
  serviceId: Id,
  name: z.string(),
  standing: Standing,
  span: HealthSpan,
  bucketMs: z.int(),
  since: Timestamp.describe('when the first bucket begins'),
  recordedSince: Timestamp.nullable().describe('when this service was first seen; null where nothing is kept yet'),
  uptime: Uptime,
  buckets: z.array(HealthBucket).describe('oldest first, without gaps'),
  checks: z.array(z.object({ name: z.string(), buckets: z.array(CheckBucket) })),
  incidents: z.array(HealthIncident).describe('of the span, newest first, up to 200'),
})
export type HealthHistory = z.infer<typeof HealthHistory>

export const UptimeRow = z.object({
  serviceId: Id,
  name: z.string(),
  targetId: Id,
  targetName: z.string(),
  stack: z.string().nullable(),
  standing: Standing,
  health: HealthState,
  reason: z.string().nullable(),
  since: Timestamp.nullable().describe('when it came to stand so, where that is known'),
  uptime: Uptime,
  bars: z.array(share).describe('uptime of each of the last 90 days, oldest first'),
  downMs: z.array(z.int()).describe('how long it was down on each of them'),
})
export type UptimeRow = z.infer<typeof UptimeRow>
