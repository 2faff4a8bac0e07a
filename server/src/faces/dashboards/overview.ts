import type { dashboards, Service } from '@wheelhouse/contract'
import { callerMay, type Handlers, visiblePlaces } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Timeline } from '../../observation/timeline/index.ts'
import { eachOnce } from '../../workloads/services/index.ts'

const shownNeeds = 20
const shownMarks = 200
const shownEvents = 20

const worst: Readonly<Record<string, number>> = {
  failed: 0,
  degraded: 1,
  starting: 2,
  unknown: 3,
  running: 4,
  paused: 5,
  stopped: 6,
}

/** One answer for the first page: it reads the mirror and the newest events, so it costs the same for ten services and a thousand. */
export const overview =
  (registry: Registry, timeline: Pick<Timeline, 'recent'>): Handlers<typeof dashboards>['overview'] =>
  async ({ target: reference }, { caller }) => {
    const only = reference === undefined ? null : (registry.findTarget(reference)?.id ?? reference)
    const states: Record<string, number> = {}
    const byTarget = new Map<string, Service[]>()
    const needsYou: Service[] = []
    const seen = [...registry.services()].filter(
      ({ id, targetId }) =>
        (only === null || targetId === only) && callerMay(caller, 'services.read', { targetId, serviceId: id }),
    )
    for (const service of eachOnce(seen)) {
      states[service.state] = (states[service.state] ?? 0) + 1
      const row = byTarget.get(service.targetId)
      if (row) row.push(service)
      else byTarget.set(service.targetId, [service])
      if (service.state === 'failed' || service.state === 'degraded') needsYou.push(service)
    }
    const order = (a: Service, b: Service): number =>
      (worst[a.state] ?? 9) - (worst[b.state] ?? 9) || (a.name < b.name ? -1 : 1)
    const targets = registry
      .targets()
      .filter(
        (target) => (only === null || target.id === only) && callerMay(caller, 'targets.read', { targetId: target.id }),
      )
    const total = Object.values(states).reduce((sum, n) => sum + n, 0)
    return {
      needsYou: needsYou.sort(order).slice(0, shownNeeds),
      states,
      total,
      targets,
      fleet: [...byTarget].map(([targetId, services]) => ({
        targetId,
        marks: services
          .sort(order)
          .slice(0, shownMarks)
          .map(({ id, name, state }) => ({ id, name, state })),
        more: Math.max(0, services.length - shownMarks),
      })),
      events: await timeline.recent({
        limit: shownEvents,
        places: visiblePlaces(caller, 'timeline.read'),
        ...(only === null ? {} : { targetId: only }),
      }),
      firstSteps: total === 0,
    }
  }
