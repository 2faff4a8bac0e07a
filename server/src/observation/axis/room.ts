import type { Deployment, deployments, logHistory, releases } from '@wheelhouse/contract'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { AskAlerts, AskReadings, CrashesOfServices } from '../crashes/index.ts'
import type { Past } from '../log-history/index.ts'
import type { Timeline } from '../timeline/index.ts'

/** What an axis is drawn from. Everything is asked for as the caller, by what answers him elsewhere. */
export interface AxisRoom {
  readonly registry: Registry
  readonly past: Past
  readonly recent: Timeline['recent']
  readonly histogram: Handlers<typeof logHistory>['histogram']
  readonly runs: Handlers<typeof deployments>['list']
  readonly releases: Handlers<typeof releases>['list']
  readonly crashes: CrashesOfServices
  /** Throws NOT_FOUND. */
  seenRun(id: string, caller: Caller): Promise<Deployment>
  readonly readings: AskReadings | null
  readonly alerts: AskAlerts | null
}
