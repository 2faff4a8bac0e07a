import type { AlertCondition, Service, Target } from '@wheelhouse/contract'
import type { World } from './ports.ts'
import type { Selection } from './selection.ts'
import { serviceSubject, targetSubject } from './subject.ts'
import type { Trace } from './trace.ts'

/** What the mirror can tell at any moment, without asking anybody. */
export type NowCondition = Extract<AlertCondition, { kind: 'health' | 'state' | 'target' }>
export const isNow = (condition: AlertCondition): condition is NowCondition =>
  condition.kind === 'health' || condition.kind === 'state' || condition.kind === 'target'

/** Services that ended by themselves although they are called stopped, as one does that has nothing more to do. */
export type EndedAlone = ReadonlySet<string>

/** How one service stands. */
export function serviceTrace(condition: NowCondition, service: Service, endedAlone: EndedAlone): Trace {
  return {
    subject: serviceSubject(service),
    valueAt: () => (isSo(condition, service, endedAlone) ? 1 : 0),
    detailAt: () => service.reason,
    isFrozen: () => service.stale || service.state === 'unknown',
  }
}

export function targetTrace(target: Target): Trace {
  return {
    subject: targetSubject(target),
    // One that was never heard since we began is being connected: nothing is known of it yet.
    valueAt: () => (target.state === 'unreachable' ? 1 : target.state === 'connected' ? 0 : null),
    detailAt: () => target.reason,
  }
}

function isSo(condition: NowCondition, service: Service, endedAlone: EndedAlone): boolean {
  if (condition.kind === 'health') return service.health === 'unhealthy'
  if (condition.kind !== 'state' || !condition.states.includes(service.state)) return false
  // Who stops or freezes a service knows of it.
  if (service.state === 'stopped') return endedAlone.has(service.id)
  return service.state !== 'paused'
}

/** Everything that a rule looks at. A Swarm service stands for the containers of its tasks. */
export function nowTraces(
  condition: NowCondition,
  selection: Selection,
  { registry }: World,
  endedAlone: EndedAlone,
): Trace[] {
  if (condition.kind === 'target')
    return registry
      .targets()
      .filter((target) => selection.target(target))
      .map(targetTrace)
  return [...registry.services()]
    .filter((service) => service.taskOf === undefined && selection.service(service))
    .map((service) => serviceTrace(condition, service, endedAlone))
}
