import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Bytes, Timestamp } from '../page.ts'

export const SettingValue = z.object({
  key: z.string(),
  value: z.string().describe('secrets read [secret]'),
  source: z.enum(['default', 'file', 'environment', 'flag']),
  description: z.string(),
  variable: z.string().describe('environment variable that sets it'),
})
export type SettingValue = z.infer<typeof SettingValue>

export const diagnostics = domain('diagnostics', {
  version: call({
    method: 'GET',
    path: '/api/v1/version',
    aliases: ['/api/version', '/api/v1'],
    summary: 'Which Wheelhouse this is',
    input: z.strictObject({}),
    output: z.object({ name: z.string(), version: z.string(), node: z.string() }),
    permission: 'self',
    danger: 'none',
  }),
  settings: call({
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'The settings in force, where each comes from, and what is unsafe',
    input: z.strictObject({}),
    output: z.object({ items: z.array(SettingValue), warnings: z.array(z.string()), file: z.string().nullable() }),
    permission: 'settings.read',
    danger: 'none',
  }),
  status: call({
    method: 'GET',
    path: '/api/v1/status',
    aliases: ['/api/status'],
    summary: 'How the control plane itself is doing',
    input: z.strictObject({}),
    output: z.object({
      version: z.string(),
      startedAt: Timestamp,
      uptimeMs: z.int(),
      memoryBytes: Bytes,
      database: z.object({ kind: z.enum(['sqlite', 'postgres']), sizeBytes: Bytes.nullable(), ok: z.boolean() }),
      bus: z.enum(['memory', 'redis']),
      jobs: z.enum(['memory', 'bullmq']),
      sockets: z.object({ open: z.int(), subscriptions: z.int(), upstreams: z.int() }),
      services: z.int(),
      targets: z.int(),
    }),
    permission: 'settings.read',
    danger: 'none',
  }),
})
