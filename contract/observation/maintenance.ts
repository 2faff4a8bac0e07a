import { z } from 'zod'
import { Job } from './jobs.ts'
import { call, domain, planned, stream } from '../operation.ts'
import { Binary, Bytes, Done, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

export const HouseBackupName = z
  .string()
  .regex(/^wheelhouse-[0-9TZ-]{16,30}(-[a-z0-9]{1,12})?\.(db|sql)$/, 'use the name that the list shows')

/** A copy of our own database. What it holds sealed opens with the master key alone, which is not in it. */
export const HouseBackup = z.object({
  name: HouseBackupName,
  createdAt: Timestamp,
  createdBy: z.string(),
  version: z.string().describe('of Wheelhouse that made it'),
  database: z.enum(['sqlite', 'postgres']),
  sizeBytes: Bytes,
  sha256: z.string(),
  rows: z.record(z.string(), z.int()),
  migration: z.string().describe('the last one it has'),
  file: z.string().describe('where it lies on the machine of Wheelhouse'),
})
export type HouseBackup = z.infer<typeof HouseBackup>

export const Cache = z.object({
  name: z.string(),
  summary: z.string(),
  bytes: Bytes.nullable().describe('null where it lies in memory and is not weighed'),
  entries: z.int().nullable(),
})
export type Cache = z.infer<typeof Cache>

const LogLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent'])
const named = z.strictObject({ name: HouseBackupName })

export const maintenance = domain('maintenance', {
  backups: call({
    method: 'GET',
    path: '/api/v1/maintenance/backups',
    summary: 'Copies of the database of Wheelhouse itself, newest first',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(HouseBackup),
      folder: z.string(),
      restoring: z.string().nullable().describe('the one that takes the place of the database with the next start'),
    }),
    permission: 'settings.read',
    danger: 'none',
  }),
  backup: call({
    method: 'POST',
    path: '/api/v1/maintenance/backups',
    summary: 'Make a consistent copy of the database of Wheelhouse, while it goes on',
    description:
      'Keep master.key, or what WHEELHOUSE_MASTER_KEY holds, somewhere else: without it sealed values stay sealed.',
    input: z.strictObject({}),
    output: Job,
    permission: 'settings.manage',
    danger: 'reversible',
    status: 202,
    errors: ['STORAGE_FULL', 'CAPABILITY_MISSING'],
  }),
  verifyBackup: call({
    method: 'POST',
    path: '/api/v1/maintenance/backups/:name/verify',
    summary: 'Read a copy of the database and hold it against its checksum and its own order',
    input: named,
    output: z.object({ name: z.string(), ok: z.boolean(), found: z.array(z.string()) }),
    permission: 'settings.manage',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  removeBackup: planned({
    method: 'DELETE',
    path: '/api/v1/maintenance/backups/:name',
    summary: 'Remove a copy of the database',
    input: z.strictObject({ name: HouseBackupName, plan: AgreedPlan }),
    output: Done,
    permission: 'settings.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  restore: planned({
    method: 'POST',
    path: '/api/v1/maintenance/backups/:name/restore',
    summary: 'Put a copy in the place of the database with the next start of Wheelhouse',
    description: 'What is there now is set aside in the same folder, not deleted.',
    input: z.strictObject({ name: HouseBackupName, plan: AgreedPlan }),
    output: z.object({ name: z.string(), message: z.string() }),
    permission: 'settings.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND', 'BACKUP_DAMAGED', 'CAPABILITY_MISSING'],
  }),
  cancelRestore: call({
    method: 'DELETE',
    path: '/api/v1/maintenance/restore',
    summary: 'Leave the database as it is with the next start',
    input: z.strictObject({}),
    output: Done,
    permission: 'settings.manage',
    danger: 'reversible',
    errors: ['STATE_CONFLICT'],
  }),
  checkDatabase: call({
    method: 'POST',
    path: '/api/v1/maintenance/database/check',
    summary: 'Read the whole database of Wheelhouse and look for what is broken',
    input: z.strictObject({}),
    output: Job,
    permission: 'settings.manage',
    danger: 'reversible',
    status: 202,
  }),
  compactDatabase: call({
    method: 'POST',
    path: '/api/v1/maintenance/database/compact',
    summary: 'Give back the room that deleted rows left in the database',
    input: z.strictObject({}),
    output: Job,
    permission: 'settings.manage',
    danger: 'reversible',
    status: 202,
  }),
  logLevel: call({
    method: 'GET',
    path: '/api/v1/maintenance/log-level',
    summary: 'The least level that Wheelhouse itself logs',
    input: z.strictObject({}),
    output: z.object({ level: LogLevel, configured: LogLevel.describe('what counts again after a restart') }),
    permission: 'settings.read',
    danger: 'none',
  }),
  setLogLevel: call({
    method: 'PUT',
    path: '/api/v1/maintenance/log-level',
    summary: 'Change the least level that Wheelhouse itself logs, until it is restarted',
    input: z.strictObject({ level: LogLevel }),
    output: z.object({ level: LogLevel, configured: LogLevel }),
    permission: 'settings.manage',
    danger: 'reversible',
  }),
  caches: call({
    method: 'GET',
    path: '/api/v1/maintenance/caches',
    summary: 'What is kept only to be quicker, and how much of it there is',
    input: z.strictObject({}),
    output: z.object({ items: z.array(Cache) }),
    permission: 'settings.read',
    danger: 'none',
  }),
  clearCaches: planned({
    method: 'POST',
    path: '/api/v1/maintenance/caches/clear',
    summary: 'Clear caches; what is needed again is fetched or made again',
    input: z.strictObject({
      names: z.array(z.string().max(100)).min(1).max(50).describe('of the list of caches'),
      plan: AgreedPlan,
    }),
    output: z.object({ freedBytes: Bytes, cleared: z.array(z.string()) }),
    permission: 'settings.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  bundle: stream({
    method: 'POST',
    path: '/api/v1/maintenance/bundle',
    summary: 'Download a support bundle: versions, settings, components and own log lines, with secrets removed',
    input: z.strictObject({}),
    output: Binary,
    permission: 'settings.manage',
    danger: 'reversible',
    assistant: false,
  }),
})
