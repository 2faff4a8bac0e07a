import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, DurationMs, Id, listQuery, page, Timestamp } from '../page.ts'
import { MetricAggregate, metricSelection } from './metric-queries.ts'

export const AlertSeverity = z.enum(['info', 'warning', 'critical'])
export type AlertSeverity = z.infer<typeof AlertSeverity>

const windowMs = z
  .int()
  .min(1_000)
  .max(7 * 86_400_000)
const words = {
  q: z.string().max(500).optional().describe('whole words, as in a search of kept lines'),
  contains: z.string().max(500).optional(),
  regex: z.string().max(500).optional(),
  level: z.string().max(100).optional().describe('levels, comma-separated'),
}

/** What must be so for a rule to fire, for each thing it looks at. */
export const AlertCondition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('metric'),
    metric: z.string().min(1).max(200),
    aggregate: MetricAggregate.optional(),
    windowMs: windowMs.describe('what the value is taken of'),
    compare: z.enum(['above', 'below']),
    threshold: z.number(),
    clearAt: z.number().optional().describe('it is over only beyond this: keeps a value at the edge from flapping'),
  }),
  z.strictObject({
    kind: z.literal('change'),
    metric: z.string().min(1).max(200),
    aggregate: MetricAggregate.optional(),
    windowMs,
    beforeMs: windowMs.describe('how far back the window lies that it is compared with'),
    compare: z.enum(['above', 'below']),
    percent: z.number().describe('of the value before; 50 above: half as much again'),
  }),
  z.strictObject({
    kind: z.literal('forecast'),
    metric: z.string().min(1).max(200),
    windowMs: windowMs.describe('what the trend is taken of'),
    withinMs: z
      .int()
      .min(60_000)
      .max(90 * 86_400_000)
      .describe('it fires when the threshold will be met so soon'),
    compare: z.enum(['above', 'below']),
    threshold: z.number(),
  }),
  z.strictObject({ kind: z.literal('log'), ...words, windowMs, atLeast: z.int().min(1).max(1_000_000) }),
  z.strictObject({
    kind: z.literal('event'),
    types: z.array(z.string().max(100)).min(1).max(40).describe('types of events, or their first word'),
    windowMs,
    atLeast: z.int().min(1).max(10_000),
    until: z.array(z.string().max(100)).max(40).optional().describe('types that end it; otherwise its window does'),
  }),
  z.strictObject({ kind: z.literal('health') }),
  z.strictObject({
    kind: z.literal('state'),
    states: z.array(z.string().max(40)).min(1).max(10).describe('states of services'),
  }),
  z.strictObject({ kind: z.literal('target') }).describe('a target that is not heard'),
  z.strictObject({
    kind: z.literal('absence'),
    of: z.enum(['readings', 'lines', 'event']),
    types: z.array(z.string().max(100)).max(40).optional().describe('of events'),
    windowMs: windowMs.describe('nothing for so long, of what runs'),
  }),
])
export type AlertCondition = z.infer<typeof AlertCondition>

export const AlertRuleSpec = z.strictObject({
  name: z.string().min(1).max(100),
  summary: z.string().max(500).optional().describe('what it means and what to do; shown with each alert'),
  severity: AlertSeverity,
  where: z
    .strictObject({ ...metricSelection, label: z.string().max(200).optional() })
    .describe('everything unless told'),
  condition: AlertCondition,
  forMs: DurationMs.optional().describe('so long it must hold before it fires; at once unless told'),
  clearAfterMs: DurationMs.optional().describe('so long it must be over before the alert is; a minute unless told'),
  channels: z.array(Id).max(20).optional().describe('where it is told; nowhere beside the alerts page when empty'),
  remindMs: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .optional()
    .describe('tells again while nobody has acknowledged it'),
  escalate: z
    .array(
      z.strictObject({
        afterMs: z
          .int()
          .min(60_000)
          .max(7 * 86_400_000),
        channels: z.array(Id).min(1).max(20),
      }),
    )
    .max(5)
    .optional()
    .describe('further channels when it was not acknowledged by then'),
  enabled: z.boolean().optional(),
})
export type AlertRuleSpec = z.infer<typeof AlertRuleSpec>

export const AlertRule = AlertRuleSpec.required({ enabled: true }).extend({
  id: Id,
  given: z.boolean().describe('came with Wheelhouse'),
  open: z.int().describe('alerts of it that are not over'),
  firedAt: Timestamp.nullable(),
  problem: z.string().nullable().describe('why it cannot be evaluated, such as a metric that nothing has'),
  createdBy: z.string(),
  createdAt: Timestamp,
  changedAt: Timestamp,
})
export type AlertRule = z.infer<typeof AlertRule>

/** What a rule would have done. */
export const AlertPreview = z.object({
  since: Timestamp,
  until: Timestamp,
  fired: z.int(),
  noisy: z.boolean().describe('more than a person would read'),
  episodes: z.array(
    z.object({
      subject: z.string(),
      serviceId: Id.nullable(),
      targetId: Id.nullable(),
      firedAt: Timestamp,
      endedAt: Timestamp.nullable(),
      value: z.number().nullable().describe('the furthest it went'),
    }),
  ),
  now: z
    .array(z.object({ subject: z.string(), value: z.number().nullable(), holds: z.boolean() }))
    .describe('at this moment'),
  suggestion: z.string().nullable().describe('a threshold that would have told less, where there is one'),
  limits: z.array(z.string()).describe('what the history does not tell, such as days before anything was kept'),
})
export type AlertPreview = z.infer<typeof AlertPreview>

export const alertRules = domain('alertRules', {
  list: call({
    method: 'GET',
    path: '/api/v1/alert-rules',
    summary: 'List what is watched for',
    input: z.strictObject(listQuery),
    output: page(AlertRule),
    permission: 'alerts.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/alert-rules/:id',
    summary: 'One alert rule, by id or name',
    input: z.strictObject({ id: Id }),
    output: AlertRule,
    permission: 'alerts.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/alert-rules',
    summary: 'Watch for something',
    input: AlertRuleSpec,
    output: AlertRule,
    permission: 'alerts.manage',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'NOT_FOUND'],
  }),
  update: call({
    method: 'PUT',
    path: '/api/v1/alert-rules/:id',
    summary: 'Change an alert rule; open alerts that it no longer covers are over',
    input: AlertRuleSpec.extend({ id: Id }),
    output: AlertRule,
    permission: 'alerts.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/alert-rules/:id',
    summary: 'Watch for it no longer; its alerts stay in the history',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'alerts.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
  preview: call({
    method: 'POST',
    path: '/api/v1/alert-rules/preview',
    summary: 'What a rule would have told in the past, without making it',
    input: z.strictObject({
      rule: AlertRuleSpec,
      rangeMs: z
        .int()
        .min(60_000)
        .max(30 * 86_400_000)
        .optional()
        .describe('a week unless told'),
    }),
    output: AlertPreview,
    permission: 'alerts.read',
    danger: 'none',
    errors: ['TIMED_OUT'],
  }),
})
