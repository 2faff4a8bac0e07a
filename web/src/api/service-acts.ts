import type { Permission, Service, Target } from '@wheelhouse/contract'
import type { Place } from '@wheelhouse/contract/identity/authority'
import { type ServiceAct, serviceAllows } from '@wheelhouse/contract/workloads/states'

type Capability = Target['capabilities'][number]

const needs: Record<ServiceAct, { permission: Permission; capability: Capability }> = {
  start: { permission: 'services.operate', capability: 'start' },
  stop: { permission: 'services.operate', capability: 'stop' },
  restart: { permission: 'services.operate', capability: 'restart' },
  pause: { permission: 'services.operate', capability: 'pause' },
  resume: { permission: 'services.operate', capability: 'pause' },
  kill: { permission: 'services.operate', capability: 'kill' },
  rename: { permission: 'services.operate', capability: 'rename' },
  remove: { permission: 'services.remove', capability: 'remove' },
  exec: { permission: 'services.exec', capability: 'exec' },
}

// A container that failed for good is not running: there is nothing to stop. One that is tried again and again is.
const ended = new Set(['exited', 'dead', 'created'])
const endless = new Set<ServiceAct>(['stop', 'pause', 'kill'])

/** What may be done now: its state allows it, its target can, and the person may. Stale things wait. */
export function actsOf(
  service: Pick<Service, 'id' | 'targetId' | 'kind' | 'nativeState' | 'state' | 'stale'>,
  capabilities: readonly Capability[] | undefined,
  allowed: (permission: Permission, place?: Place) => boolean,
): ReadonlySet<ServiceAct> {
  if (service.stale || !capabilities) return new Set()
  const place = { targetId: service.targetId, serviceId: service.id }
  const over = service.kind === 'container' && ended.has(service.nativeState)
  return new Set(
    serviceAllows[service.state].filter(
      (act) =>
        !(over && endless.has(act)) &&
        capabilities.includes(needs[act].capability) &&
        allowed(needs[act].permission, place),
    ),
  )
}
