import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, page, Timestamp } from '../page.ts'
import { AlertSeverity } from './alert-rules.ts'
import { KeptLine } from './log-history.ts'
import { MetricSeries } from './metric-queries.ts'

/** `open` and `acknowledged` are not over; `snoozed` comes back by itself; `cleared` is over because it no longer holds. */
export const AlertState = z.enum(['open', 'acknowledged', 'snoozed', 'cleared'])
export type AlertState = z.infer<typeof AlertState>

/** What happened to an alert, oldest first. */
export const AlertStep = z.object({
  at: Timestamp,
  what: z.enum([
    'fired',
    'joined',
    'told',
    'not-told',
    'acknowledged',
    'snoozed',
    'back',
    'escalated',
    'worse',
    'better',
    'cleared',
  ]),
  by: z.string().nullable(),
  message: z.string(),
})
export type AlertStep = z.infer<typeof AlertStep>

/** One incident. Alerts that have one cause, such as a host that is gone, are children of one and told once. */
export const Alert = z.object({
  id: Id,
  number: z.int().describe('what people call it by'),
  ruleId: Id.nullable().describe('null when the rule was removed'),
  rule: z.string(),
  severity: AlertSeverity,
  state: AlertState,
  subject: z.string().describe('the service, target or stack it is about'),
  serviceId: Id.nullable(),
  targetId: Id.nullable(),
  stack: z.string().nullable(),
  message: z.string().describe('a whole sentence with the value and the threshold'),
  value: z.number().nullable(),
  furthest: z.number().nullable(),
  parentId: Id.nullable(),
  children: z.int(),
  silencedBy: z.string().nullable().describe('the silence that kept it from being told'),
  firedAt: Timestamp,
  clearedAt: Timestamp.nullable(),
  acknowledgedBy: z.string().nullable(),
  reason: z.string().nullable().describe('why it was acknowledged or snoozed'),
  snoozedUntil: Timestamp.nullable(),
  told: z.int().describe('messages that were sent'),
})
export type Alert = z.infer<typeof Alert>

/** An operation that may mend it. It is called as any other, by whoever may. */
export const AlertAct = z.object({
  operation: z.string().describe('such as services.restart'),
  input: z.record(z.string(), z.unknown()),
  label: z.string(),
  reason: z.string().describe('why it is offered'),
})
export type AlertAct = z.infer<typeof AlertAct>

/** What was known when it fired; kept with the alert. */
export const AlertEvidence = z.object({
  summary: z.string().nullable().describe('of the rule: what it means and what to do'),
  lines: z.array(KeptLine).describe('the last errors of its service'),
  chart: z
    .object({ since: Timestamp, stepMs: z.int(), threshold: z.number().nullable(), series: z.array(MetricSeries) })
    .nullable(),
  consumers: z.array(
    z.object({ metric: z.string(), service: z.string(), serviceId: Id.nullable(), value: z.number() }),
  ),
  deployment: z
    .object({
      id: Id,
      kind: z
        .enum(['deployment', 'job', 'event'])
        .describe('what the id is of: a stack is also brought out by an apply'),
      title: z.string(),
      state: z.string(),
      at: Timestamp,
    })
    .nullable()
    .describe('the last one before it'),
  exit: z.object({ at: Timestamp, exitCode: z.int().nullable(), reason: z.string().nullable() }).nullable(),
  events: z.array(z.object({ at: Timestamp, message: z.string() })),
})
export type AlertEvidence = z.infer<typeof AlertEvidence>

/** Keeps alerts from being told: once, or again and again as a maintenance window. They are still kept and shown. */
export const Silence = z.object({
  id: Id,
  reason: z.string(),
  ruleId: Id.nullable(),
  service: z.string().nullable(),
  stack: z.string().nullable(),
  target: z.string().nullable(),
  from: Timestamp,
  until: Timestamp.nullable().describe('null: until it is removed'),
  repeat: z
    .object({ cron: z.string(), durationMs: z.int(), timeZone: z.string() })
    .nullable()
    .describe('a maintenance window: begins at each time of the pattern'),
  active: z.boolean(),
  nextAt: Timestamp.nullable(),
  createdBy: z.string(),
  createdAt: Timestamp,
})
export type Silence = z.infer<typeof Silence>

const one = z.strictObject({ id: Id })
const noted = z.strictObject({ id: Id, reason: z.string().max(500).optional() })

export const alerts = domain('alerts', {
  list: call({
    method: 'GET',
    path: '/api/v1/alerts',
    aliases: ['/api/alerts'],
    summary: 'List alerts, worst and newest first',
    input: z.strictObject({
      ...listQuery,
      state: z
        .string()
        .max(100)
        .optional()
        .describe('states, comma-separated; those that are not over unless told; all for every one'),
      severity: z.string().max(100).optional(),
      service: z.string().max(200).optional(),
      target: z.string().max(200).optional(),
      stack: z.string().max(200).optional(),
      rule: z.string().max(200).optional().describe('id or name'),
      since: Timestamp.optional(),
      until: Timestamp.optional(),
      children: z.boolean().optional().describe('also those that are folded into another'),
    }),
    output: page(Alert).extend({ counts: z.record(z.string(), z.int()).describe('of those not over, by severity') }),
    permission: 'alerts.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/alerts/:id',
    summary: 'An alert with its evidence, what happened to it, and what may mend it; by id or number',
    input: one,
    output: Alert.extend({
      evidence: AlertEvidence.nullable(),
      steps: z.array(AlertStep),
      acts: z.array(AlertAct),
      folded: z.array(Alert).describe('up to 100 of its children'),
    }),
    permission: 'alerts.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  acknowledge: call({
    method: 'POST',
    path: '/api/v1/alerts/:id/acknowledge',
    summary: 'Say that somebody is at it: nothing more is told until it is over',
    input: noted,
    output: Alert,
    permission: 'alerts.acknowledge',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  snooze: call({
    method: 'POST',
    path: '/api/v1/alerts/:id/snooze',
    summary: 'Tell nothing of it for a while',
    input: noted.extend({
      forMs: z
        .int()
        .min(60_000)
        .max(30 * 86_400_000),
    }),
    output: Alert,
    permission: 'alerts.acknowledge',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  reopen: call({
    method: 'POST',
    path: '/api/v1/alerts/:id/reopen',
    summary: 'Take back that it was acknowledged or snoozed',
    input: one,
    output: Alert,
    permission: 'alerts.acknowledge',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})

export const silences = domain('silences', {
  list: call({
    method: 'GET',
    path: '/api/v1/silences',
    summary: 'List silences and maintenance windows',
    input: z.strictObject({ ...listQuery, past: z.boolean().optional() }),
    output: page(Silence),
    permission: 'alerts.read',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/silences',
    summary: 'Tell nothing of some alerts, once or at set times',
    input: z.strictObject({
      reason: z.string().min(1).max(500),
      ruleId: Id.optional(),
      service: z.string().max(400).optional(),
      stack: z.string().max(200).optional(),
      target: z.string().max(200).optional(),
      from: Timestamp.optional().describe('now unless told'),
      until: Timestamp.optional(),
      repeat: z
        .strictObject({
          cron: z.string().max(100),
          durationMs: z
            .int()
            .min(60_000)
            .max(7 * 86_400_000),
          timeZone: z.string().max(60).optional().describe('UTC unless told'),
        })
        .optional(),
    }),
    output: Silence,
    permission: 'alerts.acknowledge',
    danger: 'reversible',
    status: 201,
    errors: ['NOT_FOUND'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/silences/:id',
    summary: 'End a silence',
    input: one,
    output: Done,
    permission: 'alerts.acknowledge',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
})
