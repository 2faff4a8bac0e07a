import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, page, Timestamp } from '../page.ts'
import { Metric } from './metric-queries.ts'

/** An endpoint of a service that tells metrics in the text format of Prometheus. Each service has one at most. */
export const Scrape = z.object({
  service: z.string(),
  serviceId: Id.nullable().describe('null while there is no such service'),
  stack: z.string().nullable(),
  targetId: Id,
  origin: z.enum(['set', 'label']).describe('label: the service asks for it by its label prometheus.io/scrape'),
  scheme: z.enum(['http', 'https']),
  port: z.int(),
  path: z.string(),
  intervalMs: z.int(),
  headers: z.array(z.string()).describe('names of the headers that are sent; their values are not shown'),
  state: z.enum(['up', 'down', 'waiting']),
  at: Timestamp.nullable().describe('when it was last asked'),
  tookMs: z.number().nullable(),
  series: z.int().describe('that are kept'),
  leftOut: z.int().describe('beyond what is kept of one endpoint'),
  problem: z.string().nullable(),
})
export type Scrape = z.infer<typeof Scrape>

const endpoint = {
  port: z.int().min(1).max(65_535).describe('inside the container, or of the process'),
  path: z
    .string()
    .max(400)
    .regex(/^\/[^\s#]*$/, 'use a path, such as /metrics')
    .optional()
    .describe('/metrics unless told'),
  scheme: z.enum(['http', 'https']).optional().describe('http unless told'),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
      z
        .string()
        .max(4_000)
        .regex(/^[\t\x20-\x7e]*$/),
    )
    .optional()
    .describe(
      'such as Authorization; stored encrypted, never answered. Those that are set for this port stay unless told',
    ),
}
const on = { scope: { on: 'service', field: 'id' } } as const

export const scrapes = domain('scrapes', {
  list: call({
    method: 'GET',
    path: '/api/v1/scrapes',
    summary: 'List metrics endpoints of services that are scraped, and how each answered last',
    input: z.strictObject(listQuery),
    output: page(Scrape),
    permission: 'metrics.read',
    danger: 'none',
  }),
  set: call({
    method: 'PUT',
    path: '/api/v1/services/:id/scrape',
    summary: 'Scrape the metrics endpoint of a service from now on',
    input: z.strictObject({
      id: Id,
      ...endpoint,
      intervalMs: z.int().min(5_000).max(3_600_000).optional().describe('10 s unless told'),
    }),
    output: Scrape,
    permission: 'health.manage',
    ...on,
    danger: 'reversible',
    errors: ['NOT_FOUND'],
    secret: ['headers'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/services/:id/scrape',
    summary: 'Scrape a service no more; what is kept of it stays',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'health.manage',
    ...on,
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  test: call({
    method: 'POST',
    path: '/api/v1/services/:id/scrape/test',
    summary: 'Ask the metrics endpoint of a service once, and keep nothing',
    input: z.strictObject({ id: Id, ...endpoint }),
    output: z.object({
      ok: z.boolean(),
      problem: z.string().nullable(),
      tookMs: z.number(),
      series: z.int(),
      leftOut: z.int(),
      metrics: z.array(Metric.pick({ name: true, kind: true, unit: true, summary: true })).describe('at most 200'),
    }),
    permission: 'health.manage',
    ...on,
    danger: 'none',
    errors: ['NOT_FOUND'],
    secret: ['headers'],
  }),
})
