import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned } from '../operation.ts'
import { Bytes, Id, listQuery, Name, page, Timestamp } from '../page.ts'

export const BackupPart = z.object({
  kind: z.enum(['config', 'app', 'database', 'files', 'volume']),
  name: z.string().describe('path inside the backup, such as database/shop_2026-11-21.sql.gz'),
  from: z.string().describe('where it was taken from'),
  sizeBytes: Bytes,
  sha256: z.string(),
  encrypted: z.boolean(),
})
export type BackupPart = z.infer<typeof BackupPart>

export const Backup = z.object({
  id: Id.describe('its time, such as 2026-02-15_14-30-00, with a counter where two fell into one second'),
  stack: z.string(),
  environment: z.string(),
  description: z.string(),
  state: z.enum(['running', 'complete', 'failed', 'damaged']),
  place: z.string().describe('folder, or s3://bucket/prefix'),
  version: z.string().nullable().describe('number of the release that served'),
  includes: z.object({ configs: z.boolean(), database: z.boolean(), files: z.boolean() }),
  parts: z.array(BackupPart),
  sizeBytes: Bytes,
  encrypted: z.boolean(),
  verifiedAt: Timestamp.nullable().describe('when all checksums were last found right'),
  drilledAt: Timestamp.nullable().describe('when it was last restored into a scratch database'),
  drill: z.string().nullable().describe('what the last drill found'),
  deploymentId: Id.nullable(),
  createdAt: Timestamp,
  createdBy: z.string(),
})
export type Backup = z.infer<typeof Backup>

/** Which stack: its folder on the machine of the control plane. */
const of = {
  directory: z.string().max(4096).describe('folder that holds the manifest'),
  manifest: z.string().max(300).optional().describe('name of the manifest in it; wheelhouse.yaml unless told'),
  environment: Name.optional(),
}
const one = z.strictObject({ id: Id })

export const backups = domain('backups', {
  list: call({
    method: 'GET',
    path: '/api/v1/backups',
    aliases: ['/api/backups'],
    summary: 'List backups, newest first',
    input: z.strictObject({
      ...listQuery,
      stack: z.string().max(100).optional(),
      environment: z.string().max(63).optional(),
    }),
    output: page(Backup),
    permission: 'backups.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/backups/:id',
    aliases: ['/api/backups/:id'],
    summary: 'Show a backup with its parts',
    input: one,
    output: Backup,
    permission: 'backups.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  create: planned({
    method: 'POST',
    path: '/api/v1/backups',
    aliases: ['/api/backups'],
    summary: 'Back up what the manifest names: configs, .env files, databases, files, volumes',
    input: z.strictObject({
      ...of,
      database: z.boolean().optional().describe('as the manifest says unless told'),
      files: z.boolean().optional().describe('as the manifest says unless told'),
      description: z.string().max(500).optional(),
    }),
    output: Job,
    permission: 'backups.manage',
    danger: 'reversible',
    status: 202,
    errors: ['STACK_INVALID', 'NOT_FOUND', 'POLICY_REFUSED'],
  }),
  restore: planned({
    method: 'POST',
    path: '/api/v1/backups/:id/restore',
    summary: 'Restore a backup; its checksums are verified before anything is changed',
    input: z.strictObject({
      id: Id,
      skipDatabase: z.boolean().optional(),
      skipFiles: z.boolean().optional(),
    }),
    output: Job,
    permission: 'backups.manage',
    danger: 'destructive',
    assistant: false,
    status: 202,
    errors: ['NOT_FOUND', 'BACKUP_DAMAGED', 'STATE_CONFLICT', 'POLICY_REFUSED'],
  }),
  verify: call({
    method: 'POST',
    path: '/api/v1/backups/:id/verify',
    summary: 'Compare every part with its checksum',
    input: one,
    output: z.object({ ok: z.boolean(), checked: z.int(), problems: z.array(z.string()) }),
    permission: 'backups.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  drill: call({
    method: 'POST',
    path: '/api/v1/backups/:id/drill',
    summary: 'Restore its databases into scratch ones, count what came back, and remove them again',
    input: one,
    output: Job,
    permission: 'backups.manage',
    danger: 'reversible',
    status: 202,
    errors: ['NOT_FOUND', 'BACKUP_DAMAGED'],
  }),
  cleanup: planned({
    method: 'POST',
    path: '/api/v1/backups/cleanup',
    summary: 'Remove old backups',
    input: z.strictObject({
      stack: z.string().max(100).optional(),
      environment: Name.optional(),
      olderThanDays: z.number().min(0).max(36_500).optional().describe('30 unless told'),
      keepMinimum: z.int().min(0).max(10_000).optional().describe('newest ones to keep of each stack; 5 unless told'),
    }),
    output: z.object({ removed: z.array(Id), freedBytes: Bytes }),
    permission: 'backups.manage',
    danger: 'destructive',
    assistant: false,
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/backups/:id',
    summary: 'Remove one backup',
    input: one,
    output: z.object({ removed: z.array(Id), freedBytes: Bytes }),
    permission: 'backups.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})
