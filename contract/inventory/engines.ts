import { z } from 'zod'
import { call, domain, planned } from '../operation.ts'
import { Bytes, Id, JsonObject, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

const Used = z.object({ count: z.int(), active: z.int(), sizeBytes: Bytes, reclaimableBytes: Bytes })

/** What an engine's things take on its disk. Counted in the background, never while somebody waits for a page. */
export const DiskUsage = z.object({
  targetId: Id,
  targetName: z.string(),
  countedAt: Timestamp.nullable().describe('null while it was never counted'),
  counting: z.boolean(),
  images: Used.nullable(),
  containers: Used.nullable(),
  volumes: Used.nullable(),
  buildCache: Used.nullable(),
  reason: z.string().nullable().describe('why it could not be counted'),
})
export type DiskUsage = z.infer<typeof DiskUsage>

/** One event of an engine, in its own words. */
export const EngineEvent = z.object({
  targetId: Id,
  at: Timestamp,
  type: z.string().describe('container, image, volume, network, daemon, service, node, secret, config, plugin'),
  action: z.string(),
  actorId: z.string(),
  name: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
})
export type EngineEvent = z.infer<typeof EngineEvent>

const Target = z.string().min(1).max(200).describe('target id or name')
const onTarget = { scope: { on: 'target', field: 'target' } } as const
const failing = ['NOT_FOUND', 'CAPABILITY_MISSING', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const one = z.strictObject({ target: Target })
const Words = z.string().max(400).optional()

export const engines = domain('engines', {
  info: call({
    method: 'GET',
    path: '/api/v1/targets/:target/engine',
    summary: 'Everything an engine says about itself, its version and its plugins',
    input: one,
    output: z.object({
      version: JsonObject,
      info: JsonObject,
      warnings: z.array(z.string()),
      lacks: z
        .array(z.object({ feature: z.string(), reason: z.string() }))
        .describe('what this version of the engine cannot do, and since which it could'),
    }),
    permission: 'targets.read',
    ...onTarget,
    danger: 'none',
    errors: [...failing],
  }),
  diskUsage: call({
    method: 'GET',
    path: '/api/v1/engines/disk-usage',
    summary: 'What takes the disk of each engine, as last counted',
    input: z.strictObject({ target: z.string().max(400).optional() }),
    output: z.object({ items: z.array(DiskUsage) }),
    permission: 'targets.read',
    danger: 'none',
  }),
  countDisk: call({
    method: 'POST',
    path: '/api/v1/targets/:target/engine/disk-usage',
    summary: 'Count the disk of an engine anew, in the background',
    input: one,
    output: DiskUsage,
    permission: 'targets.read',
    ...onTarget,
    danger: 'none',
    errors: [...failing],
  }),
  prune: planned({
    method: 'POST',
    path: '/api/v1/targets/:target/engine/prune',
    summary: 'Remove what nothing uses: stopped containers, images, networks, build cache; volumes only when told',
    input: z.strictObject({
      target: Target,
      containers: z.boolean().optional(),
      images: z.enum(['nameless', 'all']).optional(),
      networks: z.boolean().optional(),
      volumes: z.enum(['anonymous', 'all']).optional(),
      buildCache: z.boolean().optional(),
      digest: AgreedPlan,
    }),
    output: z.object({ removed: z.record(z.string(), z.array(z.string())), freedBytes: Bytes }),
    permission: 'engines.manage',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'PLAN_CHANGED'],
  }),
  events: call({
    method: 'GET',
    path: '/api/v1/targets/:target/engine/events',
    summary: 'Recent events of an engine, newest last; the channel `engine` has them live',
    input: z.strictObject({
      target: Target,
      since: Timestamp.optional().describe('the last hour unless told'),
      until: Timestamp.optional(),
      types: Words.describe('comma-separated'),
      actions: Words.describe('comma-separated'),
      q: Words.describe('text in names'),
      limit: z.int().min(1).max(5000).optional().describe('1,000 unless told; the newest stay'),
    }),
    output: z.object({ items: z.array(EngineEvent), truncated: z.boolean() }),
    permission: 'targets.read',
    ...onTarget,
    danger: 'none',
    errors: [...failing],
  }),
})
