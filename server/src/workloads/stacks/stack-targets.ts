import type { Service, TargetKind } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'

export interface StackTarget {
  readonly id: string
  readonly name: string
  readonly kind: TargetKind
  readonly state: 'connecting' | 'connected' | 'unreachable'
}

/** What stacks need of the inventory. */
export interface StackTargets {
  list(): readonly StackTarget[]
  /** Throws Failure NOT_FOUND. */
  resolve(idOrName: string): StackTarget
  connection(targetId: string): Connection
  /** From the mirror. */
  services(targetId: string): readonly Service[]
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

/** The id on the target inside `<target id>:<id on the target>`. */
export const nativeIdOf = (service: Pick<Service, 'id' | 'targetId'>): string =>
  service.id.slice(service.targetId.length + 1)
