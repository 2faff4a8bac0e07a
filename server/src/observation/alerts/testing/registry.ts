import type { Place, Service, Target } from '@wheelhouse/contract'
import type { MirrorChange, Registry } from '../../../inventory/targets/index.ts'

const base = '2026-06-10T00:00:00.000Z'

export function target(name: string, more: Partial<Target> = {}): Target {
  return {
    id: name,
    name,
    kind: 'docker',
    address: 'tcp://127.0.0.1:1',
    tls: false,
    group: null,
    tags: [],
    origin: 'registered',
    state: 'connected',
    reason: null,
    engine: null,
    capabilities: ['restart', 'start', 'stop'],
    services: {},
    usage: null,
    observedAt: base,
    stale: false,
    createdAt: base,
    ...more,
  }
}

export function service(targetId: string, name: string, more: Partial<Service> = {}): Service {
  return {
    id: `${targetId}:${name}`,
    name,
    kind: 'container',
    targetId,
    targetName: targetId,
    targetKind: 'docker',
    stack: null,
    stackService: null,
    state: 'running',
    nativeState: 'running',
    reason: null,
    health: 'none',
    image: null,
    command: null,
    ports: [],
    labels: {},
    template: null,
    restarts: 0,
    exitCode: null,
    pid: 1,
    tty: false,
    checks: [],
    usage: null,
    createdAt: base,
    startedAt: base,
    changedAt: base,
    observedAt: base,
    stale: false,
    ...more,
  }
}

/** Targets and services that tests put where they want them, told as the mirror tells them. */
export function handRegistry() {
  const targets = new Map<string, Target>()
  const services = new Map<string, Service>()
  const listeners = new Set<(change: MirrorChange) => void>()
  const tell = (change: MirrorChange): void => {
    for (const listener of listeners) listener(change)
  }
  const find = (reference: string): Target | null =>
    targets.get(reference) ?? [...targets.values()].find(({ name }) => name === reference) ?? null
  const registry = {
    targets: () => [...targets.values()],
    records: () => [...targets.values()],
    services: () => services.values(),
    service: (id: string) => services.get(id) ?? null,
    findTarget: find,
    findService: (reference: string, visible: (place: Place) => boolean) =>
      [...services.values()].find(
        ({ id, name, targetId }) => (id === reference || name === reference) && visible({ targetId, serviceId: id }),
      ) ?? null,
    mirror: (id: string) => ({ target: () => targets.get(id) ?? target(id, { state: 'unreachable' }) }),
    onChange: (listener: (change: MirrorChange) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    registry: registry as unknown as Registry,
    putTarget(next: Target) {
      targets.set(next.id, next)
      tell({ kind: 'target', target: next })
    },
    putService(next: Service) {
      services.set(next.id, next)
      tell({ kind: 'service', service: next })
    },
    removeService(id: string) {
      const gone = services.get(id)
      if (!gone) return
      services.delete(id)
      tell({ kind: 'service-removed', id, targetId: gone.targetId, name: gone.name })
    },
    /** As the mirror does it: its services are known as they were, and not heard. */
    lose(id: string) {
      const lost = targets.get(id)
      if (!lost) return
      for (const one of [...services.values()].filter(({ targetId }) => targetId === id))
        this.putService({ ...one, stale: true, state: 'unknown' })
      this.putTarget({ ...lost, state: 'unreachable', reason: 'connection refused', stale: true })
    },
  }
}
