import { Failure, notFound, type Service, type TargetKind } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { type Registry, serviceIdOf, type Sight } from '../../inventory/targets/index.ts'

export interface StackTarget {
  readonly id: string
  readonly name: string
  readonly kind: TargetKind
  /** `local`, `unix:///path`, `tcp://host:port`. */
  readonly address: string
  /** Connected once its services are known. */
  readonly state: 'connecting' | 'connected' | 'unreachable'
}

/** What stacks need of the inventory. */
export interface StackTargets {
  list(): readonly StackTarget[]
  /** Called when a target's state or what is known of it may have changed, until the answered function is called. */
  onChange(listener: (targetId: string) => void): () => void
  /** Throws Failure NOT_FOUND. */
  resolve(idOrName: string): StackTarget
  connection(targetId: string): Connection
  /** A Swarm as it was told last; null for what is none, and until it was told for the first time. */
  sight(targetId: string): Sight | null
  /** From the mirror. */
  services(targetId: string): readonly Service[]
  /** The id that the target itself knows a service by. */
  nativeId(service: Service): string
  serviceId(targetId: string, nativeId: string): string
  /**
   * Resolves as soon as the predicate holds of the service in the mirror (null while it is not there). Rejects with Failure TIMED_OUT,
   * or with the reason of the signal.
   */
  whenService(
    serviceId: string,
    predicate: (service: Service | null) => boolean,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Service | null>
}

export function stackTargets(registry: Registry): StackTargets {
  return {
    list: () => registry.targets(),
    onChange: (listener) =>
      registry.onChange((change) => {
        if (change.kind === 'target') listener(change.target.id)
        else if (change.kind === 'resources') listener(change.targetId)
      }),
    resolve: (idOrName) => {
      const record = registry.findTarget(idOrName)
      if (!record) throw notFound('target', idOrName)
      return registry.mirror(record.id).target()
    },
    connection: (targetId) => registry.mirror(targetId).connection,
    sight: (targetId) => registry.mirror(targetId).cluster?.sight ?? null,
    services: (targetId) => [...registry.mirror(targetId).services.values()],
    nativeId: (service) => {
      const nativeId = registry.mirror(service.targetId).nativeId(service.id)
      if (nativeId === undefined) throw notFound('service', service.id)
      return nativeId
    },
    serviceId: serviceIdOf,
    whenService: async (serviceId, predicate, timeoutMs, signal) => {
      signal.throwIfAborted()
      const service = await registry.whenService(serviceId, predicate, timeoutMs, signal)
      if (predicate(service)) return service
      signal.throwIfAborted()
      throw new Failure('TIMED_OUT')
    },
  }
}
