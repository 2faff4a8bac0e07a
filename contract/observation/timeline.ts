import { z } from 'zod'
import { Event, Severity } from '../events.ts'
import { call, domain } from '../operation.ts'
import { Id, listQuery, page, Timestamp } from '../page.ts'

/** What lies on the axis. Each kind is asked for by the permission of where it comes from. */
export const axisKinds = ['deployment', 'config', 'life', 'crash', 'health', 'alert', 'event'] as const
export const AxisKind = z.enum(axisKinds)
export type AxisKind = z.infer<typeof AxisKind>

/** Something on the axis: a moment, or a stretch of time when `until` is told. */
export const AxisMark = z.object({
  id: z.string(),
  kind: AxisKind,
  from: Timestamp,
  until: Timestamp.nullable().describe('the same as from for a moment; null while it goes on'),
  title: z.string().describe('a sentence'),
  outcome: z
    .string()
    .nullable()
    .describe('the state of a deployment, the outcome of a life, the state of an alert or a check'),
  severity: Severity,
  actor: z.string().nullable(),
  service: z.string().nullable(),
  serviceId: Id.nullable(),
  refersTo: Id.nullable().describe('id of the deployment, crash, alert or event'),
})
export type AxisMark = z.infer<typeof AxisMark>

const subject = {
  service: z.string().max(400).optional().describe('id or name, also of one that is gone, or stack/service'),
  stack: z.string().max(200).optional(),
  target: z.string().max(200).optional().describe('id or name'),
}

/** One thing that is held side by side. */
export const ComparedMeasure = z.object({
  name: z.string().describe('such as cpu.percent, errors or restarts'),
  title: z.string(),
  unit: z.enum(['percent', 'bytes', 'bytes/s', 'count', 'count/s', 'ms', 's', 'ratio', 'per-minute']),
  better: z.enum(['lower', 'higher', 'neither']),
  before: z.number().nullable(),
  after: z.number().nullable(),
  points: z.object({ before: z.int(), after: z.int() }).describe('steps of each side that are known'),
  changePercent: z.number().nullable().describe('null where there is too little, or nothing before'),
  verdict: z.enum(['better', 'worse', 'same', 'changed', 'too-little']),
  note: z.string().nullable().describe('why it says nothing, where it does not'),
})
export type ComparedMeasure = z.infer<typeof ComparedMeasure>

const Stretch = z.object({ since: Timestamp, until: Timestamp })

export const timeline = domain('timeline', {
  list: call({
    method: 'GET',
    path: '/api/v1/events',
    aliases: ['/api/events'],
    summary: 'What happened, newest first',
    input: z.strictObject({
      ...listQuery,
      type: z.string().max(200).optional().describe('event types or their first word, comma-separated'),
      target: z.string().max(200).optional(),
      service: z.string().max(200).optional(),
      stack: z.string().max(200).optional(),
      severity: z.string().max(100).optional().describe('info, warning, error; comma-separated'),
      since: Timestamp.optional(),
    }),
    output: page(Event),
    permission: 'timeline.read',
    danger: 'none',
  }),
  axis: call({
    method: 'GET',
    path: '/api/v1/timeline/axis',
    summary:
      'All that happened to a service, a stack or a target on one axis: deployments, configs, lives, health, alerts, events',
    input: z.strictObject({
      ...subject,
      since: Timestamp.optional().describe('an hour before until, unless told'),
      until: Timestamp.optional().describe('now unless told'),
      kinds: z
        .string()
        .max(200)
        .optional()
        .describe(`${axisKinds.join(', ')}; comma-separated; all unless told`),
    }),
    output: z.object({
      since: Timestamp,
      until: Timestamp,
      subject: z.object({
        kind: z.enum(['service', 'stack', 'target']),
        name: z.string(),
        stack: z.string().nullable(),
        targetId: Id.nullable(),
        serviceIds: z.array(Id).describe('ids it had in this time, the newest first'),
      }),
      marks: z.array(AxisMark).describe('oldest first, up to 1,000'),
      hidden: z.array(AxisKind).describe('kinds that the caller may not see'),
      more: z.int().describe('marks that are not shown, the oldest of them'),
    }),
    permission: 'timeline.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  compare: call({
    method: 'GET',
    path: '/api/v1/timeline/compare',
    summary:
      'How a service or a stack did before and after a deployment or a moment, or beside the same time last week',
    input: z.strictObject({
      ...subject,
      deployment: Id.optional().describe('id of a run: its end is the moment'),
      at: Timestamp.optional().describe('the moment; the last deployment unless told'),
      windowMs: z
        .int()
        .min(60_000)
        .max(7 * 86_400_000)
        .optional()
        .describe('length of each side; an hour unless told, shortened to what has passed since'),
      against: z.enum(['before', 'last-week']).optional().describe('before unless told'),
    }),
    output: z.object({
      title: z.string(),
      at: Timestamp,
      against: z.enum(['before', 'last-week']),
      before: Stretch,
      after: Stretch,
      deployment: z.object({ id: Id, number: z.int(), state: z.string(), release: z.int().nullable() }).nullable(),
      services: z.array(z.string()).describe('whose measures these are'),
      measures: z.array(ComparedMeasure),
      summary: z.string().describe('one sentence'),
      limits: z.array(z.string()).describe('what this does not tell'),
    }),
    permission: 'timeline.read',
    danger: 'none',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})
