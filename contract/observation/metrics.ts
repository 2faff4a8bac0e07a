import { z } from 'zod'
import { TargetUsage } from '../inventory/targets.ts'
import { call, domain } from '../operation.ts'
import { Id } from '../page.ts'
import { Sample } from '../workloads/services.ts'

export const metrics = domain('metrics', {
  service: call({
    method: 'GET',
    path: '/api/v1/services/:id/metrics',
    aliases: ['/api/metrics/services/:id', '/api/containers/:id/stats'],
    summary: 'Readings of a service, oldest first; a gap in time is a gap in knowledge',
    input: z.strictObject({
      id: Id,
      rangeMs: z.int().min(1000).max(86_400_000).optional().describe('1 hour unless told'),
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
    input: z.strictObject({ id: Id, rangeMs: z.int().min(1000).max(86_400_000).optional() }),
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
})
