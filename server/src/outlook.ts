import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Delivery } from './delivery.ts'
import type { AllHandlers } from './dispatch/index.ts'
import { createDashboards } from './faces/dashboards/index.ts'
import type { Registry } from './inventory/targets/index.ts'
import { axisHandlers } from './observation/axis/index.ts'
import { type AskAlerts, createCrashes } from './observation/crashes/index.ts'
import type { LogHistory } from './observation/log-history/index.ts'
import type { Timeline } from './observation/timeline/index.ts'

const mostAlerts = 200

export interface OutlookParts {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
  readonly registry: Registry
  readonly delivery: Delivery
  readonly logHistory: LogHistory
  readonly timeline: Timeline
  readonly health: AllHandlers['health']
  readonly readings: AllHandlers['metrics']['query']
  readonly alerts: AllHandlers['alerts']['list']
}
export interface Outlook {
  readonly handlers: Pick<AllHandlers, 'timeline' | 'crashes' | 'dashboards'>
  close(): void
}

/** What looks over all that is seen elsewhere, as whoever asks may see it: crashes, the axis of time, dashboards. */
export function createOutlook(parts: OutlookParts): Outlook {
  const { database, bus, log, registry, delivery, logHistory, timeline, readings, alerts } = parts
  const { search, histogram } = logHistory.handlers
  const runs = delivery.deployments.handlers.list
  // Those that are over count as well: what is asked for is what was so then.
  const ofThen: AskAlerts = async (query, context) =>
    (await alerts({ ...query, state: 'all', children: true, limit: mostAlerts }, context)).items
  const past = {
    registry,
    past: logHistory.past,
    recent: timeline.recent,
    seenRun: delivery.deployments.seen,
    readings,
    alerts: ofThen,
  }
  const crashes = createCrashes({ ...past, search })
  const axis = axisHandlers({
    ...past,
    crashes: crashes.of,
    histogram,
    runs,
    releases: delivery.releases.handlers.list,
  })
  const dashboards = createDashboards({
    database,
    bus,
    log,
    registry,
    readings,
    alerts,
    recent: timeline.recent,
    crashes: crashes.handlers.list,
    runs,
    health: parts.health.overview,
    events: timeline.handlers.list,
    axis: axis.axis,
    search,
    histogram,
  })
  return {
    handlers: {
      timeline: { ...timeline.handlers, ...axis },
      crashes: crashes.handlers,
      dashboards: dashboards.handlers,
    },
    close: dashboards.close,
  }
}
