import { z } from 'zod'
import { Event, Severity } from '../events.ts'
import { TargetKind, TargetState } from '../inventory/targets.ts'
import { Alert } from '../observation/alerts.ts'
import { HealthState } from '../observation/checks.ts'
import { Crash } from '../observation/crashes.ts'
import { KeptLine } from '../observation/log-history.ts'
import { MetricAnswer } from '../observation/metric-queries.ts'
import { Id, Timestamp } from '../page.ts'
import { DeploymentState } from '../workloads/deployments.ts'
import { ServiceState } from '../workloads/services.ts'

const ServiceLine = z.object({
  id: Id,
  name: z.string(),
  stack: z.string().nullable(),
  targetName: z.string(),
  state: ServiceState,
  health: HealthState,
  reason: z.string().nullable(),
  stale: z.boolean(),
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  restarts: z.int(),
  changedAt: Timestamp,
})
const TargetLine = z.object({
  id: Id,
  name: z.string(),
  kind: TargetKind,
  state: TargetState,
  services: z.int(),
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
})
const RunLine = z.object({
  id: Id,
  number: z.int(),
  stack: z.string(),
  environment: z.string(),
  state: DeploymentState,
  release: z.int().nullable(),
  requestedBy: z.string(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
const more = z.int().describe('rows that are not shown')

/** What one kind of widget shows. */
export const WidgetContent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stat'),
    value: z.number().nullable().describe('null: nothing is known'),
    unit: z.string(),
    lastWeek: z.number().nullable(),
    spark: z.array(z.number().nullable()).describe('over the range, where there is more than the number'),
    of: z.string().describe('what it counts, in words'),
  }),
  z.object({
    kind: z.literal('chart'),
    answer: MetricAnswer,
    marks: z.array(z.object({ at: Timestamp, title: z.string(), severity: Severity })),
  }),
  z.object({ kind: z.literal('services'), items: z.array(ServiceLine), more }),
  z.object({ kind: z.literal('targets'), items: z.array(TargetLine), more }),
  z.object({ kind: z.literal('deployments'), items: z.array(RunLine), more }),
  z.object({ kind: z.literal('crashes'), items: z.array(Crash), more }),
  z.object({ kind: z.literal('log'), items: z.array(KeptLine).describe('oldest first') }),
  z.object({
    kind: z.literal('health'),
    healthy: z.int(),
    unhealthy: z.int(),
    starting: z.int(),
    items: z.array(
      z.object({
        serviceId: Id,
        name: z.string(),
        state: HealthState,
        message: z.string().nullable(),
        responseTimeMs: z.number().nullable(),
      }),
    ),
    more,
  }),
  z.object({ kind: z.literal('events'), items: z.array(Event) }),
  z.object({ kind: z.literal('alerts'), items: z.array(Alert), counts: z.record(z.string(), z.int()), more }),
  z.object({
    kind: z.literal('topology'),
    targets: z.array(
      z.object({
        id: Id,
        name: z.string(),
        kind: TargetKind,
        state: TargetState,
        marks: z.array(z.object({ id: Id, name: z.string(), state: ServiceState, stale: z.boolean() })),
        more,
      }),
    ),
  }),
  z.object({ kind: z.literal('markdown') }),
  z.object({
    kind: z.literal('actions'),
    acts: z.array(
      z.object({
        allowed: z.boolean(),
        why: z.string().nullable().describe('why not, where it is not'),
        serviceId: Id.nullable(),
        state: ServiceState.nullable(),
      }),
    ),
  }),
])
export type WidgetContent = z.infer<typeof WidgetContent>

/** The content of one widget, or why there is none. */
export const WidgetData = z.object({
  id: Id,
  content: WidgetContent.nullable(),
  error: z
    .object({ errorCode: z.string(), message: z.string() })
    .nullable()
    .describe('FORBIDDEN or NOT_FOUND: the viewer may not see it, or it is gone'),
  tookMs: z.number(),
})
export type WidgetData = z.infer<typeof WidgetData>
