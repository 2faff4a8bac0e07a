import type { AlertEvidence } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../../dispatch/index.ts'
import type { AlertRecord } from '../incidents/store.ts'

/** Evidence is of logs, readings and events: each is shown to those alone who may read it where it is. */
export function evidenceFor(caller: Caller, alert: AlertRecord): AlertEvidence | null {
  if (alert.evidence === null) return null
  const evidence = JSON.parse(alert.evidence) as AlertEvidence
  const place = {
    ...(alert.targetId === null ? {} : { targetId: alert.targetId }),
    ...(alert.serviceId === null ? {} : { serviceId: alert.serviceId }),
  }
  return {
    ...evidence,
    lines: callerMay(caller, 'logs.read', place) ? evidence.lines : [],
    chart: callerMay(caller, 'metrics.read', place) ? evidence.chart : null,
    consumers: evidence.consumers.filter(({ serviceId }) =>
      callerMay(caller, 'metrics.read', {
        ...(alert.targetId === null ? {} : { targetId: alert.targetId }),
        ...(serviceId === null ? {} : { serviceId }),
      }),
    ),
    deployment: callerMay(caller, 'deployments.read') ? evidence.deployment : null,
    events: callerMay(caller, 'timeline.read', place) ? evidence.events : [],
  }
}
