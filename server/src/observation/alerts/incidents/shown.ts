import type { Alert } from '@wheelhouse/contract'
import type { AlertRecord } from './store.ts'

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** An alert as every face sees it. */
export const shownAlert = (record: AlertRecord, children: number): Alert => ({
  id: record.id,
  number: record.number,
  ruleId: record.ruleId,
  rule: record.rule,
  severity: record.severity,
  state: record.state,
  subject: record.subject,
  serviceId: record.serviceId,
  targetId: record.targetId,
  stack: record.stack,
  message: record.message,
  value: record.value,
  furthest: record.furthest,
  parentId: record.parentId,
  children,
  silencedBy: record.silencedBy,
  firedAt: new Date(record.firedAt).toISOString(),
  clearedAt: iso(record.clearedAt),
  acknowledgedBy: record.acknowledgedBy,
  reason: record.reason,
  snoozedUntil: iso(record.snoozedUntil),
  told: record.told,
})
