import type { Silence } from '@wheelhouse/contract'
import { nextAfter, occurrences } from '@wheelhouse/platform/schedule'
import type { SilenceRecord } from './store.ts'

export interface Silenceable {
  readonly ruleId: string | null
  readonly subject: string
  readonly serviceId: string | null
  readonly targetId: string | null
  readonly stack: string | null
}

/** Whether it keeps alerts silent at a moment. */
export function isActive({ from, until, cron, durationMs, timeZone }: SilenceRecord, at: number): boolean {
  if (at < from || (until !== null && at >= until)) return false
  if (cron === null || durationMs === null) return true
  // A window that was open already when it was made does not begin before it.
  return occurrences(cron, timeZone ?? 'UTC', new Date(Math.max(from - 1, at - durationMs)), new Date(at), 1).length > 0
}

/** When it begins next; null where it does not begin again. */
export function nextAt({ from, until, cron, timeZone }: SilenceRecord, at: number): number | null {
  if (cron === null) return at < from ? from : null
  const next = nextAfter(cron, timeZone ?? 'UTC', new Date(Math.max(at, from - 1)))?.getTime() ?? null
  return next === null || (until !== null && next >= until) ? null : next
}

export const isOver = (record: SilenceRecord, at: number): boolean => record.until !== null && record.until <= at

/** Whether it is about an alert. All that it names must fit. */
export function covers(silence: SilenceRecord, alert: Silenceable, targetName: (id: string) => string | null): boolean {
  const { ruleId, service, stack, target } = silence
  if (ruleId !== null && alert.ruleId !== ruleId) return false
  if (stack !== null && alert.stack !== stack) return false
  if (target !== null) {
    if (alert.targetId === null) return false
    if (alert.targetId !== target && alert.targetId !== silence.targetId && targetName(alert.targetId) !== target)
      return false
  }
  if (service === null) return true
  if (alert.serviceId === null) return false
  const { serviceId } = silence
  // Of a service that was there: itself, and what is made anew under its name on its target.
  if (serviceId !== null)
    return (
      alert.serviceId === serviceId ||
      (alert.targetId === serviceId.slice(0, serviceId.indexOf(':')) && alert.subject === service)
    )
  return [alert.serviceId, alert.subject, `${alert.stack}/${alert.subject}`].includes(service)
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

export const shownSilence = (record: SilenceRecord, now: number): Silence => ({
  id: record.id,
  reason: record.reason,
  ruleId: record.ruleId,
  service: record.service,
  stack: record.stack,
  target: record.target,
  from: new Date(record.from).toISOString(),
  until: iso(record.until),
  repeat:
    record.cron === null
      ? null
      : { cron: record.cron, durationMs: record.durationMs ?? 0, timeZone: record.timeZone ?? 'UTC' },
  active: isActive(record, now),
  nextAt: iso(nextAt(record, now)),
  createdBy: record.createdBy,
  createdAt: new Date(record.createdAt).toISOString(),
})
