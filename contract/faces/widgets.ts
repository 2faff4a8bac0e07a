import { z } from 'zod'
import { MetricAggregate, MetricGroup } from '../observation/metric-queries.ts'
import { Id, Name } from '../page.ts'

export const gridColumns = 12
/** Rows of the grid; a board is not longer. */
export const gridRows = 400
export const mostWidgets = 40

/** What a widget is about: everything that its viewer may see, unless told. */
const about = {
  service: z.string().max(400).optional().describe('id or name, or stack/service'),
  stack: z.string().max(200).optional(),
  target: z.string().max(200).optional().describe('id or name'),
}
const metric = {
  metric: z.string().min(1).max(200).describe('name of a metric, such as cpu.percent'),
  ...about,
  aggregate: MetricAggregate.optional(),
  across: z.enum(['avg', 'min', 'max', 'sum', 'count', 'p95']).optional().describe('how several become one'),
}
const rangeMs = z
  .int()
  .min(60_000)
  .max(31 * 86_400_000)
  .optional()
  .describe('instead of the range of the board')
const rows = z.int().min(1).max(100).optional()

/** Where the number of a stat comes from. */
export const StatSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('metric'), ...metric }),
  z.strictObject({
    from: z.literal('services'),
    ...about,
    state: z.string().max(100).optional().describe('only those in these states, comma-separated'),
  }),
  z.strictObject({ from: z.literal('alerts'), ...about, severity: z.string().max(100).optional() }),
  z.strictObject({ from: z.literal('lines'), ...about, level: z.string().max(100).optional() }),
  z.strictObject({ from: z.literal('crashes'), ...about }),
])

/** Something that is done from a board, as anywhere else: by who may, after the usual questions. */
export const QuickAct = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.enum(['start', 'stop', 'restart']),
    service: z.string().min(1).max(400).describe('id or name'),
    label: z.string().max(60).optional(),
  }),
  z.strictObject({
    do: z.literal('rollback'),
    stack: z.string().min(1).max(100),
    environment: Name.optional(),
    label: z.string().max(60).optional(),
  }),
  z.strictObject({
    do: z.literal('open'),
    path: z
      .string()
      .max(500)
      .regex(/^\/(?![/\\])[^\s\\]*$/, 'use a path of Wheelhouse that begins with one /')
      .describe('a page of Wheelhouse'),
    label: z.string().min(1).max(60),
  }),
])
export type QuickAct = z.infer<typeof QuickAct>

export const WidgetSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stat'),
    source: StatSource,
    rangeMs,
    reduce: z.enum(['last', 'avg', 'min', 'max', 'sum']).optional().describe('of a metric: last unless told'),
    lastWeek: z.boolean().optional().describe('of a metric or lines: also the same time last week'),
    warnAbove: z.number().optional(),
    badAbove: z.number().optional(),
  }),
  z.strictObject({
    kind: z.literal('chart'),
    ...metric,
    group: MetricGroup.optional(),
    top: z.int().min(1).max(20).optional(),
    rangeMs,
    look: z.enum(['lines', 'area']).optional(),
    limit: z.number().optional().describe('a dashed line across'),
    marks: z.boolean().optional().describe('deployments and crashes as pins; true unless told'),
  }),
  z.strictObject({
    kind: z.literal('table'),
    of: z.enum(['services', 'targets', 'deployments', 'crashes']),
    ...about,
    state: z.string().max(100).optional().describe('of services and deployments'),
    sort: z.enum(['needs', 'name', 'cpu', 'memory', 'changed']).optional().describe('of services'),
    rows,
  }),
  z.strictObject({
    kind: z.literal('log'),
    ...about,
    q: z.string().max(500).optional(),
    level: z.string().max(100).optional(),
    rows,
    rangeMs,
  }),
  z.strictObject({ kind: z.literal('health'), ...about, only: z.enum(['all', 'unhealthy']).optional(), rows }),
  z.strictObject({
    kind: z.literal('events'),
    ...about,
    type: z.string().max(200).optional().describe('types or their first word, comma-separated'),
    severity: z.string().max(100).optional(),
    rows,
  }),
  z.strictObject({
    kind: z.literal('alerts'),
    ...about,
    severity: z.string().max(100).optional(),
    state: z.string().max(100).optional(),
    rows,
  }),
  z.strictObject({ kind: z.literal('topology'), ...about }),
  z.strictObject({ kind: z.literal('markdown'), text: z.string().max(20_000) }),
  z.strictObject({ kind: z.literal('actions'), acts: z.array(QuickAct).max(12) }),
])
export type WidgetSpec = z.infer<typeof WidgetSpec>
export type WidgetKind = WidgetSpec['kind']

/** Where it lies on twelve columns; rows have one height. Widgets do not overlap. */
export const WidgetPlace = z.strictObject({
  x: z
    .int()
    .min(0)
    .max(gridColumns - 1),
  y: z
    .int()
    .min(0)
    .max(gridRows - 1),
  w: z.int().min(1).max(gridColumns),
  h: z.int().min(1).max(40),
})
export type WidgetPlace = z.infer<typeof WidgetPlace>

export const Widget = z.strictObject({
  id: Id,
  title: z.string().max(100).optional().describe('what it shows, unless told'),
  place: WidgetPlace,
  spec: WidgetSpec,
})
export type Widget = z.infer<typeof Widget>
