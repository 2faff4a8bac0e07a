import { z } from 'zod'
import { Event } from '../events.ts'
import { call, domain } from '../operation.ts'
import { Id, Timestamp } from '../page.ts'
import { Deployment } from '../workloads/deployments.ts'
import { Alert } from './alerts.ts'
import { KeptLine } from './log-history.ts'
import { MetricAnswer } from './metric-queries.ts'

/** A service that ended by itself and not well. What falls again and again within minutes is one crash with a count. */
export const Crash = z.object({
  id: Id.describe('of the last fall; those of the falls before it lead to the same crash'),
  service: z.string().describe('its name, also when it is gone'),
  serviceId: Id.describe('the container, process or Swarm service that crashed; it may be gone'),
  sourceId: Id.describe('whose kept lines are its own'),
  stack: z.string().nullable(),
  targetId: Id,
  targetName: z.string(),
  image: z.string().nullable(),
  startedAt: Timestamp,
  at: Timestamp.describe('when it ended, the last time'),
  exitCode: z.int().nullable(),
  meaning: z.string().describe('what the exit code says, in words'),
  outOfMemory: z.boolean().describe('its target says that it was killed for memory'),
  reason: z.string().nullable().describe('what its target said of the end'),
  count: z.int().describe('how often it fell, a few minutes apart at most'),
  firstAt: Timestamp.describe('when it fell the first time of these'),
  again: z
    .object({
      at: Timestamp,
      serviceId: Id,
      replaced: z.boolean().describe('as another container than the one that crashed'),
    })
    .nullable()
    .describe('when one of its name ran again; null when none has since'),
})
export type Crash = z.infer<typeof Crash>

/** What changed last before it: a deployment, an applied stack, a replaced container, a rollout of a Swarm. */
export const ChangeBefore = z.object({
  at: Timestamp,
  beforeMs: z.int().describe('how long before it fell the first time'),
  title: z.string(),
  type: z.string().describe('the event that told of it'),
  actor: z.string().nullable(),
  deployment: Deployment.nullable().describe('the run, where it was one'),
})

const section = 'null when the caller may not see it or nothing is kept of it'

export const CrashReport = Crash.extend({
  falls: z
    .array(
      z.object({
        id: Id,
        startedAt: Timestamp,
        at: Timestamp,
        exitCode: z.int().nullable(),
        outOfMemory: z.boolean(),
      }),
    )
    .describe('each of them, newest first, up to 100'),
  lines: z
    .array(KeptLine.extend({ error: z.boolean().describe('an error, or a line that belongs to one') }))
    .describe('the last 200 kept lines before it ended, oldest first'),
  earlier: z.boolean().describe('there are kept lines before these'),
  change: ChangeBefore.nullable(),
  alerts: z.array(Alert).nullable().describe(`those of it that were raised around its end; ${section}`),
  events: z.array(Event).nullable().describe(`from ten minutes before to five after, oldest first; ${section}`),
  readings: z.array(MetricAnswer).nullable().describe(`of the fifteen minutes before, one a metric; ${section}`),
  after: z
    .array(
      z.object({
        serviceId: Id,
        startedAt: Timestamp,
        endedAt: Timestamp.nullable(),
        outcome: z.string(),
        exitCode: z.int().nullable(),
        image: z.string().nullable(),
        state: z.string().nullable().describe('of the service now, where it is there'),
      }),
    )
    .describe('how it ran on, the first of it first, up to 20'),
})
export type CrashReport = z.infer<typeof CrashReport>

export const crashes = domain('crashes', {
  list: call({
    method: 'GET',
    path: '/api/v1/crashes',
    summary: 'List crashes, newest first; what falls again and again is one with a count',
    input: z.strictObject({
      service: z
        .string()
        .max(2_000)
        .optional()
        .describe('services by id or name, also gone ones, or stack/service; comma-separated'),
      stack: z.string().max(200).optional(),
      target: z.string().max(200).optional().describe('id or name'),
      since: Timestamp.optional(),
      until: Timestamp.optional(),
      limit: z.int().min(1).max(200).optional().describe('50 unless told'),
    }),
    output: z.object({ items: z.array(Crash), more: z.boolean().describe('there are older ones') }),
    permission: 'logs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/crashes/:id',
    summary: 'A crash with its last words, its exit, what changed before it, its alert, and what came after',
    input: z.strictObject({ id: Id }),
    output: CrashReport,
    permission: 'logs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
})
