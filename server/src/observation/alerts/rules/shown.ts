import type { AlertRule } from '@wheelhouse/contract'
import type { RuleRecord } from './store.ts'

/** A rule as every face sees it. */
export const shownRule = (record: RuleRecord, open: number): AlertRule => ({
  ...record.spec,
  enabled: record.enabled,
  id: record.id,
  given: record.given,
  open,
  firedAt: record.firedAt === null ? null : new Date(record.firedAt).toISOString(),
  problem: record.enabled ? record.problem : null,
  createdBy: record.createdBy,
  createdAt: new Date(record.createdAt).toISOString(),
  changedAt: new Date(record.changedAt).toISOString(),
})
