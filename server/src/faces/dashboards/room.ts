import type { alerts, crashes, deployments, health, logHistory, timeline } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { AskReadings } from '../../observation/crashes/index.ts'
import type { Log } from '@wheelhouse/platform/log'

/** What widgets are filled from. All of it answers to the viewer: with his permissions, not with those of who made the board. */
export interface WidgetRoom {
  readonly registry: Registry
  readonly log: Log
  readonly readings: AskReadings | null
  readonly alerts: Handlers<typeof alerts>['list'] | null
  readonly crashes: Handlers<typeof crashes>['list']
  readonly runs: Handlers<typeof deployments>['list']
  readonly health: Handlers<typeof health>['overview']
  readonly events: Handlers<typeof timeline>['list']
  readonly axis: Handlers<typeof timeline>['axis']
  readonly search: Handlers<typeof logHistory>['search']
  readonly histogram: Handlers<typeof logHistory>['histogram']
}

/** The time a widget shows, in epoch ms. */
export interface Shown {
  readonly fromMs: number
  readonly toMs: number
}
