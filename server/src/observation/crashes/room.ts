import type { Alert, Deployment, logHistory, MetricAnswer, MetricQuery } from '@wheelhouse/contract'
import type { CallContext, Caller, Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Past } from '../log-history/index.ts'
import type { Timeline } from '../timeline/index.ts'

/** Readings over time, as the caller may see them. Null where none are kept. */
export type AskReadings = (query: MetricQuery, context: CallContext) => Promise<MetricAnswer>
/** Alerts, as the caller may see them. */
export type AskAlerts = (
  query: { service?: string; stack?: string; target?: string; since: string; until: string },
  context: CallContext,
) => Promise<Alert[]>

export interface CrashRoom {
  readonly registry: Registry
  readonly past: Past
  readonly search: Handlers<typeof logHistory>['search']
  readonly recent: Timeline['recent']
  /** A run that this caller may see. Throws NOT_FOUND. */
  seenRun(id: string, caller: Caller): Promise<Deployment>
  readonly readings: AskReadings | null
  readonly alerts: AskAlerts | null
}
