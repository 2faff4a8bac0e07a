import type { EventType, NewEvent } from '@wheelhouse/contract'
import type { AlertRecord } from './store.ts'

const severities = { critical: 'error', warning: 'warning', info: 'info' } as const

/** What the house is told of an alert. Those that are folded into another come with less weight: that one speaks for them. */
export function announcementOf(
  type: Extract<EventType, `alert.${string}`>,
  alert: AlertRecord,
  message: string,
  more: { readonly actor?: string } = {},
): NewEvent {
  const isNews = type === 'alert.fired' || type === 'alert.escalated'
  return {
    type,
    severity: isNews && alert.parentId === null ? severities[alert.severity] : 'info',
    message,
    targetId: alert.targetId,
    serviceId: alert.serviceId,
    serviceName: alert.serviceId === null ? null : alert.subject,
    stack: alert.stack,
    data: {
      alertId: alert.id,
      number: alert.number,
      ruleId: alert.ruleId,
      rule: alert.rule,
      severity: alert.severity,
      state: alert.state,
      subject: alert.subject,
      parentId: alert.parentId,
    },
    ...more,
  }
}
