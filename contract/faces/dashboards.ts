import { z } from 'zod'
import { Event } from '../events.ts'
import { Target } from '../inventory/targets.ts'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, page, Timestamp } from '../page.ts'
import { Service } from '../workloads/services.ts'
import { mostWidgets, Widget } from './widgets.ts'
import { WidgetData } from './widget-data.ts'

const board = {
  name: z.string().trim().min(1).max(100),
  description: z.string().max(500),
  rangeMs: z
    .int()
    .min(60_000)
    .max(31 * 86_400_000)
    .describe('what its widgets show, unless they tell otherwise'),
  widgets: z.array(Widget).max(mostWidgets),
}
export const DashboardRow = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  owner: z.string().describe('user name of who made it'),
  own: z.boolean().describe('the caller made it'),
  shared: z.boolean().describe('everyone who is signed in may look at it'),
  isDefault: z.boolean().describe('the one that the caller begins with'),
  mayChange: z.boolean(),
  widgetCount: z.int(),
  version: z.int().describe('rises with each change'),
  createdAt: Timestamp,
  changedAt: Timestamp,
  changedBy: z.string(),
})
export type DashboardRow = z.infer<typeof DashboardRow>

export const Dashboard = DashboardRow.extend({ rangeMs: board.rangeMs, widgets: z.array(Widget) })
export type Dashboard = z.infer<typeof Dashboard>

/** A dashboard as a file: what it shows, and nothing of who made it. */
export const DashboardFile = z.strictObject({
  wheelhouse: z.literal('dashboard'),
  version: z.literal(1),
  ...board,
})
export type DashboardFile = z.infer<typeof DashboardFile>

const one = z.strictObject({ id: Id.describe('id or name') })
const stretch = {
  since: Timestamp.optional().describe('instead of the range of the board'),
  until: Timestamp.optional().describe('now unless told'),
}
const shown = z.object({ since: Timestamp, until: Timestamp, widgets: z.array(WidgetData) })

export const dashboards = domain('dashboards', {
  overview: call({
    method: 'GET',
    path: '/api/v1/overview',
    aliases: ['/api/dashboard'],
    summary: 'What needs you, the fleet, its use and what happened, in one answer',
    input: z.strictObject({ target: z.string().max(200).optional() }),
    output: z.object({
      needsYou: z.array(Service).describe('failed and degraded, worst first, up to 20'),
      states: z.record(z.string(), z.int()),
      total: z.int(),
      targets: z.array(Target),
      fleet: z.array(
        z.object({
          targetId: z.string(),
          marks: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
          more: z.int(),
        }),
      ),
      events: z.array(Event),
      firstSteps: z.boolean().describe('true while nothing of one’s own runs: offer the example'),
    }),
    permission: 'services.read',
    danger: 'none',
  }),
  list: call({
    method: 'GET',
    path: '/api/v1/dashboards',
    aliases: ['/api/dashboards'],
    summary: 'List your dashboards and the shared ones',
    input: z.strictObject(listQuery),
    output: page(DashboardRow),
    permission: 'self',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/dashboards/:id',
    summary: 'A dashboard with its widgets, by id or name',
    input: one,
    output: Dashboard,
    permission: 'self',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  data: call({
    method: 'GET',
    path: '/api/v1/dashboards/:id/data',
    summary: 'What all widgets of a dashboard show to the caller, in one answer; each with its own error',
    input: one.extend(stretch),
    output: shown.extend({ version: z.int() }),
    permission: 'self',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  preview: call({
    method: 'POST',
    path: '/api/v1/dashboards/preview',
    summary: 'What widgets would show that are not saved yet',
    input: z.strictObject({ widgets: board.widgets, rangeMs: board.rangeMs.optional(), ...stretch }),
    output: shown,
    permission: 'self',
    danger: 'none',
    assistant: false,
  }),
  templates: call({
    method: 'GET',
    path: '/api/v1/dashboards/templates',
    summary: 'Dashboards to begin with',
    input: z.strictObject({
      service: z.string().max(400).optional().describe('what the template of a service is to show'),
      stack: z.string().max(200).optional(),
      target: z.string().max(200).optional(),
    }),
    output: z.object({
      items: z.array(
        z.object({
          key: z.string(),
          summary: z.string(),
          needs: z.enum(['service', 'stack']).nullable().describe('what it has to be told'),
          file: DashboardFile,
        }),
      ),
    }),
    permission: 'self',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/dashboards',
    summary: 'Make a dashboard; a shared one needs dashboards.manage',
    input: z.strictObject({
      name: board.name,
      description: board.description.optional(),
      rangeMs: board.rangeMs.optional().describe('an hour unless told'),
      widgets: board.widgets.optional(),
      shared: z.boolean().optional(),
    }),
    output: Dashboard,
    permission: 'self',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'LIMIT_REACHED'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/dashboards/:id',
    summary: 'Change a dashboard; refused when somebody else changed it since the version that is named',
    input: z.strictObject({
      id: Id,
      version: z.int().describe('the version this change was made from'),
      name: board.name.optional(),
      description: board.description.optional(),
      rangeMs: board.rangeMs.optional(),
      widgets: board.widgets.optional(),
      shared: z.boolean().optional(),
    }),
    output: Dashboard,
    permission: 'self',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFLICT', 'STATE_CONFLICT'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/dashboards/:id',
    summary: 'Remove a dashboard',
    input: one,
    output: Done,
    permission: 'self',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
  duplicate: call({
    method: 'POST',
    path: '/api/v1/dashboards/:id/duplicate',
    summary: 'Make a dashboard of your own like another',
    input: z.strictObject({ id: Id, name: board.name.optional() }),
    output: Dashboard,
    permission: 'self',
    danger: 'reversible',
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT', 'LIMIT_REACHED'],
  }),
  begin: call({
    method: 'PUT',
    path: '/api/v1/dashboards/default',
    summary: 'Say which dashboard you begin with; none without an id',
    input: z.strictObject({ id: Id.nullable() }),
    output: Done,
    permission: 'self',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  export: call({
    method: 'GET',
    path: '/api/v1/dashboards/:id/export',
    summary: 'A dashboard as a file',
    input: one,
    output: DashboardFile,
    permission: 'self',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  import: call({
    method: 'POST',
    path: '/api/v1/dashboards/import',
    summary: 'Make a dashboard of a file; with replace, the one of your own that has its name becomes it',
    input: z.strictObject({ file: DashboardFile, replace: z.boolean().optional(), shared: z.boolean().optional() }),
    output: Dashboard,
    permission: 'self',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'LIMIT_REACHED'],
  }),
})
