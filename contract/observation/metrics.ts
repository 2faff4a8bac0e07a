import { z } from 'zod'
import { TargetUsage } from '../inventory/targets.ts'
import { call, domain, stream } from '../operation.ts'
import { Id } from '../page.ts'
import { Sample } from '../workloads/services.ts'
import { Metric, MetricAnswer, MetricQuery, MetricStorage } from './metric-queries.ts'

const RangeMs = z
  .int()
  .min(1000)
  .max(400 * 86_400_000)

export const metrics = domain('metrics', {
  service: call({
    method: 'GET',
    path: '/api/v1/services/:id/metrics',
    aliases: ['/api/metrics/services/:id', '/api/containers/:id/stats'],
    summary: 'Readings of a service, oldest first; a gap in time is a gap in knowledge',
    input: z.strictObject({
      id: Id,
      rangeMs: RangeMs.optional().describe('1 hour unless told'),
    }),
    output: z.object({ serviceId: Id, stepMs: z.int(), method: z.string(), samples: z.array(Sample) }),
    permission: 'metrics.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  target: call({
    method: 'GET',
    path: '/api/v1/targets/:id/metrics',
    summary: 'Readings of a target, oldest first',
    input: z.strictObject({ id: Id, rangeMs: RangeMs.optional() }),
    output: z.object({ targetId: Id, stepMs: z.int(), samples: z.array(TargetUsage) }),
    permission: 'metrics.read',
    scope: { on: 'target', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  system: call({
    method: 'GET',
    path: '/api/v1/metrics/system',
    aliases: ['/api/metrics/system'],
    summary: 'The latest reading of every target',
    input: z.strictObject({}),
    output: z.object({ items: z.array(z.object({ targetId: Id, name: z.string(), usage: TargetUsage.nullable() })) }),
    permission: 'metrics.read',
    danger: 'none',
  }),
  latest: call({
    method: 'GET',
    path: '/api/v1/metrics/services',
    summary: 'Short CPU and memory history of many services, for sparklines',
    input: z.strictObject({ ids: z.string().max(20_000).describe('service ids, comma-separated') }),
    output: z.object({
      stepMs: z.int(),
      items: z.array(
        z.object({
          serviceId: Id,
          cpuPercent: z.array(z.number().nullable()),
          memoryBytes: z.array(z.number().nullable()),
        }),
      ),
    }),
    permission: 'metrics.read',
    danger: 'none',
  }),
  query: call({
    method: 'GET',
    path: '/api/v1/metrics/query',
    aliases: ['/api/metrics/query'],
    summary: 'Kept readings over time: of services and targets, in steps, grouped, the highest of them',
    input: MetricQuery,
    output: MetricAnswer,
    permission: 'metrics.read',
    danger: 'none',
    errors: ['NOT_FOUND', 'TIMED_OUT', 'STORAGE_UNREACHABLE'],
  }),
  catalogue: call({
    method: 'GET',
    path: '/api/v1/metrics/catalogue',
    summary: 'Metrics there are',
    input: z.strictObject({}),
    output: z.object({ items: z.array(Metric) }),
    permission: 'metrics.read',
    danger: 'none',
  }),
  storage: call({
    method: 'GET',
    path: '/api/v1/metrics/storage',
    summary: 'What kept readings take and may take',
    input: z.strictObject({}),
    output: MetricStorage,
    permission: 'metrics.read',
    danger: 'none',
  }),
  exposition: stream({
    method: 'GET',
    path: '/metrics',
    summary: 'The newest readings in the text format of Prometheus, to be scraped with an API token as bearer',
    input: z.strictObject({}),
    output: z.string(),
    permission: 'metrics.read',
    danger: 'none',
    assistant: false,
  }),
})
