import type { AuditEntry } from '@wheelhouse/contract'
import type { AuditFilter, AuditRecord } from './store.ts'

const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown))

export const entryView = (record: AuditRecord): AuditEntry => ({
  ...record,
  at: new Date(record.at).toISOString(),
  input: parsed(record.input) as AuditEntry['input'],
  before: parsed(record.before),
  after: parsed(record.after),
})

/** What a list or an export was asked for, as the store takes it. */
export function filterOf(
  input: Omit<AuditFilter, 'since' | 'until'> & { since?: string; until?: string },
): AuditFilter {
  const { q, actor, operation, resource, outcome, since, until } = input
  return {
    q,
    actor,
    operation,
    resource,
    outcome,
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  }
}
