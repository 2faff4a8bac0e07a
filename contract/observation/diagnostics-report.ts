import { z } from 'zod'
import { Bytes, Id, Timestamp } from '../page.ts'

/** `warning`: it works, and somebody has something to do. `error`: it does not work. */
export const ComponentState = z.enum(['ok', 'warning', 'error'])
export type ComponentState = z.infer<typeof ComponentState>

/** One part of Wheelhouse or of what it stands on. */
export const Component = z.object({
  id: z.string(),
  name: z.string(),
  state: ComponentState,
  message: z.string().describe('what is, in one sentence'),
  advice: z.string().nullable().describe('what to do; null where there is nothing to do'),
  figures: z
    .record(z.string(), z.union([z.number(), z.string(), z.null()]))
    .describe('sizes in bytes and times in ms by the end of their names'),
})
export type Component = z.infer<typeof Component>

/** How a reading moves. */
export const Trend = z.object({
  name: z.enum(['memory', 'heap', 'cpu', 'loopDelay', 'disk']),
  now: z.number(),
  perHour: z.number().nullable().describe('null while it was watched for too short a time'),
  forecast: z.string().nullable().describe('such as "The disk is full in 9 days."'),
})
export type Trend = z.infer<typeof Trend>

export const DiskPart = z.object({
  name: z.string().describe('database, logs, metrics, backups, artefacts …'),
  bytes: Bytes,
  budgetBytes: Bytes.nullable(),
})
export type DiskPart = z.infer<typeof DiskPart>

export const Resources = z.object({
  stepMs: z.int(),
  at: z.array(Timestamp),
  memoryBytes: z.array(Bytes),
  heapBytes: z.array(Bytes),
  cpuPercent: z.array(z.number()).describe('of one core'),
  loopDelayMs: z.array(z.number()).describe('the 99th percentile of each step'),
  diskFreeBytes: z.array(Bytes.nullable()),
  trends: z.array(Trend),
  disk: z.object({
    folder: z.string(),
    totalBytes: Bytes.nullable(),
    freeBytes: Bytes.nullable(),
    parts: z.array(DiskPart).describe('largest first'),
    countedAt: Timestamp.nullable().describe('null until the first count in the background has ended'),
  }),
})
export type Resources = z.infer<typeof Resources>

/** What one look has found. */
export const Finding = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['ok', 'warning', 'error', 'skipped']),
  found: z.string(),
  advice: z.string().nullable(),
  tookMs: z.number(),
})
export type Finding = z.infer<typeof Finding>

export const Troubleshooting = z.object({ at: Timestamp, state: ComponentState, findings: z.array(Finding) })
export type Troubleshooting = z.infer<typeof Troubleshooting>

export const Explanation = Troubleshooting.extend({
  serviceId: Id,
  name: z.string(),
  summary: z.string().describe('why it does not run, or that it does'),
  lines: z.array(z.string()).describe('its last words; empty where the caller may not read its log'),
})
export type Explanation = z.infer<typeof Explanation>

export const OperationTimes = z.object({
  operation: z.string(),
  count: z.int(),
  errors: z.int().describe('that ended with a status of 500 or more'),
  p50Ms: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
})

/** Since the start of this instance; in memory. */
export const PerformanceReport = z.object({
  since: Timestamp,
  calls: z.int(),
  items: z.array(OperationTimes).describe('the slowest by their 95th percentile first'),
})
export type PerformanceReport = z.infer<typeof PerformanceReport>

export const UsageReport = z.object({
  since: Timestamp,
  until: Timestamp,
  services: z.object({ total: z.int(), states: z.record(z.string(), z.int()), stacks: z.int(), targets: z.int() }),
  deployments: z.array(
    z.object({ stack: z.string(), total: z.int(), succeeded: z.int(), failed: z.int(), rolledBack: z.int() }),
  ),
  users: z.object({ total: z.int(), active: z.int().describe('who changed something or signed in since then') }),
  changes: z.array(z.object({ username: z.string(), count: z.int() })).describe('audited changes, most first'),
  jobs: z.array(z.object({ kind: z.string(), total: z.int(), failed: z.int() })),
  storage: z.array(DiskPart),
})
export type UsageReport = z.infer<typeof UsageReport>
