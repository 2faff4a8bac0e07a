import { z } from 'zod'
import { Bytes, Id, Timestamp } from '../page.ts'

/** What a metric is of, and so what its series are named by. */
export const MetricSubject = z.enum(['service', 'target'])

/** A number that is kept over time. Names are words with dots, such as `cpu.percent`; those of scraped endpoints are as the endpoint spells them. */
export const Metric = z.object({
  name: z.string(),
  of: MetricSubject,
  kind: z.enum(['gauge', 'counter']).describe('counter: only ever rises, shown as a rate'),
  unit: z.enum(['percent', 'bytes', 'bytes/s', 'count', 'count/s', 'ms', 's', 'ratio', 'none']),
  summary: z.string(),
  origin: z.enum(['target', 'check', 'log', 'scrape', 'house']).describe('where its values come from'),
})
export type Metric = z.infer<typeof Metric>

/** How the values within one step become one. `rate` and `increase` are of counters; the others of a counter speak of its rate. */
export const MetricAggregate = z.enum(['avg', 'min', 'max', 'sum', 'last', 'rate', 'increase', 'p95'])
export type MetricAggregate = z.infer<typeof MetricAggregate>

/** What one series stands for. `labels`: each series of a scraped endpoint for itself. */
export const MetricGroup = z.enum(['labels', 'service', 'stack', 'target', 'all'])
export type MetricGroup = z.infer<typeof MetricGroup>

/** What a query takes, over the wire as in the alert rules. */
export const metricSelection = {
  service: z
    .string()
    .max(2_000)
    .optional()
    .describe('services by id or name, also gone ones, or stack/service; comma-separated; all unless told'),
  stack: z.string().max(200).optional(),
  target: z.string().max(200).optional().describe('id or name'),
}

export const MetricQuery = z.strictObject({
  metric: z.string().min(1).max(400).describe('names, comma-separated'),
  ...metricSelection,
  since: Timestamp.optional().describe('an hour ago unless told'),
  until: Timestamp.optional().describe('now unless told'),
  stepMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .optional()
    .describe('some 240 steps unless told; widened where only coarser is kept'),
  aggregate: MetricAggregate.optional().describe('avg of gauges, rate of counters unless told'),
  group: MetricGroup.optional().describe('service, or target for metrics of targets, unless told'),
  across: z
    .enum(['avg', 'min', 'max', 'sum', 'count', 'p95'])
    .optional()
    .describe('how the services of a group become one; sum unless told'),
  top: z.int().min(1).max(100).optional().describe('only the highest so many, by their average'),
})
export type MetricQuery = z.infer<typeof MetricQuery>

export const MetricSeries = z.object({
  metric: z.string(),
  unit: Metric.shape.unit,
  serviceId: Id.nullable().describe('null for a gone service, and where it is a group'),
  service: z.string().nullable(),
  stack: z.string().nullable(),
  targetId: Id.nullable(),
  target: z.string().nullable(),
  labels: z.string().optional().describe('of a scraped series, where they are asked for one by one'),
  values: z.array(z.number().nullable()).describe('one a step from `since` on; null is a gap in knowledge, never zero'),
})
export type MetricSeries = z.infer<typeof MetricSeries>

export const MetricAnswer = z.object({
  since: Timestamp.describe('when the first step begins'),
  stepMs: z.int(),
  asked: z
    .object({ stepMs: z.int() })
    .describe('what was asked for: the step is wider where the time is kept in coarser steps alone'),
  series: z.array(MetricSeries),
  more: z.int().describe('series that are not shown: an answer holds at most 200'),
})
export type MetricAnswer = z.infer<typeof MetricAnswer>

export const MetricStorage = z.object({
  enabled: z.boolean(),
  bytes: Bytes,
  budgetBytes: Bytes,
  tiers: z.array(
    z.object({
      stepMs: z.int(),
      keepMs: z.int(),
      bytes: Bytes,
      oldestAt: Timestamp.nullable(),
      newestAt: Timestamp.nullable(),
    }),
  ),
  entities: z.int().describe('services and targets that have readings'),
  brokenPlaces: z.int(),
  remote: z
    .object({
      host: z.string(),
      sent: z.int().describe('samples since the start'),
      waiting: z.int(),
      dropped: z.int().describe('samples it refused, or that there was no room for while it did not answer'),
      lastAt: Timestamp.nullable(),
      problem: z.string().nullable(),
    })
    .nullable()
    .describe('where readings are sent on to; null for nowhere'),
  problem: z.string().nullable(),
})
