import type { Trigger } from '@wheelhouse/contract'
import { nextAfter } from '@wheelhouse/platform/schedule'
import { shownAction } from './action.ts'
import type { TriggerRecord } from './store.ts'

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
export const hookPath = (id: string): string => `/api/v1/hooks/${id}`

/** A trigger as every face sees one: without secrets. */
export function shownTrigger(record: TriggerRecord, now: number): Trigger {
  const { id, name, kind, cron, timezone, enabled, origin, stack, lastResult, missed } = record
  const next =
    enabled && cron !== null ? nextAfter(cron, timezone ?? 'UTC', new Date(Math.max(now, record.accountedAt))) : null
  return {
    id,
    name,
    kind,
    cron,
    timezone,
    path: kind === 'webhook' ? hookPath(id) : null,
    action: shownAction(record.action),
    enabled,
    origin,
    stack,
    lastAt: iso(record.lastAt),
    lastResult,
    nextAt: next?.toISOString() ?? null,
    missed,
    createdBy: record.owner,
    createdAt: new Date(record.createdAt).toISOString(),
  }
}
