import { z } from 'zod'
import { call, domain, stream } from '../operation.ts'
import { Id, Timestamp } from '../page.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export const LogLevel = z.enum(logLevels)
export type LogLevel = z.infer<typeof LogLevel>

export const LogLine = z.object({
  at: Timestamp,
  stream: z.enum(['stdout', 'stderr', 'system']).describe('system: a sentence of ours, such as a restart'),
  level: LogLevel.nullable(),
  text: z.string().describe('one line without its end; ANSI colours kept'),
  task: z.string().nullable().optional().describe('of a Swarm service: id of the task that wrote it'),
})
export type LogLine = z.infer<typeof LogLine>

const query = {
  id: Id,
  tail: z.int().min(0).max(50_000).optional().describe('the last n lines; 500 unless told'),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
  level: z.string().max(100).optional().describe('levels to show, comma-separated'),
  match: z.string().max(500).optional().describe('regular expression a line must match'),
}

export const logs = domain('logs', {
  tail: call({
    method: 'GET',
    path: '/api/v1/services/:id/logs',
    aliases: ['/api/logs/services/:id', '/api/logs/:id', '/api/containers/:id/logs'],
    summary: 'Recent log lines of a service',
    input: z.strictObject(query),
    output: z.object({ serviceId: Id, lines: z.array(LogLine), truncated: z.boolean() }),
    permission: 'logs.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND', 'TARGET_UNREACHABLE', 'CAPABILITY_MISSING'],
  }),
  download: stream({
    method: 'GET',
    path: '/api/v1/services/:id/logs/download',
    summary: 'Download the log of a service as text or NDJSON',
    input: z.strictObject({ ...query, format: z.enum(['txt', 'ndjson']).optional() }),
    output: z.string(),
    permission: 'logs.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND', 'TARGET_UNREACHABLE'],
  }),
  follow: stream({
    method: 'GET',
    path: '/api/v1/services/:id/logs/stream',
    aliases: ['/api/logs/services/:id/stream'],
    summary: 'Follow the log of a service as NDJSON, one line each',
    input: z.strictObject(query),
    output: z.string(),
    permission: 'logs.read',
    scope: { on: 'service', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND', 'TARGET_UNREACHABLE'],
  }),
})
