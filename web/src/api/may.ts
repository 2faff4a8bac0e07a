import type { Permission, Service, Target } from '@wheelhouse/contract'
import { may, type Place } from '@wheelhouse/contract/identity/authority'
import { type ServiceAct, serviceAllows } from '@wheelhouse/contract/workloads/states'
import { useCallback } from 'react'
import { useMe } from './session.ts'

/** Asks the one rule of authorisation for the person who is signed in. */
export function useMay(): (permission: Permission, place?: Place) => boolean {
  const me = useMe()
  return useCallback((permission, place) => may(me, permission, place), [me])
}

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

/** What may be done now: its state allows it, its target can, and the person may. Stale things wait. */
export function actsOf(
  service: Pick<Service, 'id' | 'targetId' | 'state' | 'stale'>,
  capabilities: readonly Capability[] | undefined,
  allowed: (permission: Permission, place?: Place) => boolean,
): ReadonlySet<ServiceAct> {
  if (service.stale || !capabilities) return new Set()
  const place = { targetId: service.targetId, serviceId: service.id }
  return new Set(
    serviceAllows[service.state].filter(
      (act) => capabilities.includes(needs[act].capability) && allowed(needs[act].permission, place),
    ),
  )
}
