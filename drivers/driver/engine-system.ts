import type { EngineEvent } from '@wheelhouse/contract'

export interface UsedSpace {
  readonly count: number
  readonly active: number
  readonly sizeBytes: number
  readonly reclaimableBytes: number
}
export interface SpaceReport {
  readonly images: UsedSpace
  readonly containers: UsedSpace
  readonly volumes: UsedSpace
  readonly buildCache: UsedSpace
  /** Of each volume, by name. */
  readonly volumeBytes: ReadonlyMap<string, number>
}

/** The engine itself. */
export interface EngineSystem {
  info(): Promise<{
    readonly version: Record<string, unknown>
    readonly info: Record<string, unknown>
    readonly warnings: readonly string[]
    readonly lacks: readonly { readonly feature: string; readonly reason: string }[]
  }>
  /** Minutes on a full engine: for the background. */
  space(signal: AbortSignal): Promise<SpaceReport>
  pruneBuildCache(signal: AbortSignal): Promise<number>
  /** Events between two times, or live when `until` is null, until the signal aborts. */
  events(
    range: { readonly since: string; readonly until: string | null },
    filter: { readonly types: readonly string[]; readonly actions: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<Omit<EngineEvent, 'targetId'>>
}

/** An engine's part in a Swarm: whether it is in one, and how it gets in and out (capability `swarm` of Docker engines). */
export interface SwarmMembership {
  readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked'
  readonly nodeId: string | null
  readonly nodeAddress: string | null
  readonly clusterId: string | null
  readonly manager: boolean
  readonly error: string | null
}
export interface SwarmDoor {
  membership(signal?: AbortSignal): Promise<SwarmMembership>
  /** Answers the node's id. */
  init(options: {
    readonly advertise: string | null
    readonly listen: string | null
    readonly dataPathPort: number | null
    readonly addressPools: readonly string[]
    readonly autolock: boolean
    readonly forceNewCluster: boolean
  }): Promise<string>
  join(options: {
    readonly remotes: readonly string[]
    readonly token: string
    readonly advertise: string | null
    readonly listen: string | null
    readonly availability: 'active' | 'pause' | 'drain'
  }): Promise<void>
  leave(options: { readonly force: boolean }): Promise<void>
  unlock(key: string): Promise<void>
}
