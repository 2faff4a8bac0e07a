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
  const { database, bus, log, registry, delivery, logHistory, timeline, readings } = parts
  const { search, histogram } = logHistory.handlers
  const runs = delivery.deployments.handlers.list
  const alerts: AskAlerts = async ({ service, stack, target, since, until }, context) => {
    const of = { ...(service === undefined ? {} : { service }), ...(stack === undefined ? {} : { stack }) }
    const where = { ...of, ...(target === undefined ? {} : { target }), since, until }
    return (await parts.alerts({ ...where, state: 'all', children: true, limit: 200 }, context)).items
  }
  const past = {
    registry,
    past: logHistory.past,
    recent: timeline.recent,
    seenRun: delivery.deployments.seen,
    readings,
    alerts,
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
    alerts: parts.alerts,
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
