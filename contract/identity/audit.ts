import { z } from 'zod'
import { call, domain, stream } from '../operation.ts'
import { Id, JsonObject, listQuery, page, Timestamp } from '../page.ts'

export const AuditEntry = z.object({
  id: Id,
  at: Timestamp,
  actor: z.string().describe('user name, or system'),
  actorId: z.string().nullable(),
  via: z.string().describe('session, token:<name> or system'),
  face: z.string().describe('rest, ws, cli, web or system'),
  operation: z.string(),
  resource: z.string().nullable().describe('kind:id of what was changed'),
  outcome: z.enum(['done', 'refused', 'failed']),
  errorCode: z.string().nullable(),
  input: JsonObject.nullable(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
  ip: z.string(),
  userAgent: z.string(),
  requestId: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

const filter = {
  actor: z.string().max(100).optional(),
  operation: z.string().max(100).optional().describe('an operation id, or a domain such as services'),
  resource: z.string().max(200).optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
}

export const audit = domain('audit', {
  list: call({
    method: 'GET',
    path: '/api/v1/audit',
    aliases: ['/api/audit'],
    summary: 'Search the audit log, newest first',
    input: z.strictObject({ ...listQuery, ...filter }),
    output: page(AuditEntry),
    permission: 'audit.read',
    danger: 'none',
  }),
  export: stream({
    method: 'GET',
    path: '/api/v1/audit/export',
    summary: 'Download the audit log as CSV or NDJSON',
    input: z.strictObject({ q: listQuery.q, ...filter, format: z.enum(['csv', 'ndjson']).optional() }),
    output: z.string(),
    permission: 'audit.read',
    danger: 'none',
  }),
})
