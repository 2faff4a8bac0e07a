import type { Files } from './files.ts'

/** A container that has the volume, running or not, by its native id, and where. */
export interface VolumeUse {
  readonly nativeId: string
  readonly path: string
}
export interface ObservedVolume {
  readonly name: string
  readonly driver: string
  readonly scope: 'local' | 'global'
  readonly mountpoint: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly anonymous: boolean
  readonly createdAt: string | null
  readonly users: readonly VolumeUse[]
}
export interface NewVolume {
  readonly name: string
  readonly driver: string | null
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** Volumes of one target (capability `volumes`). Fails as `Connection` does. */
export interface Volumes {
  list(signal?: AbortSignal): Promise<readonly ObservedVolume[]>
  /** Bytes of each, by name, where the engine can tell; slow on a full engine: never on the way of a page. */
  sizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>
  /** CONFLICT where there is one of that name. */
  create(volume: NewVolume): Promise<void>
  /** STATE_CONFLICT while a container holds it. */
  remove(name: string): Promise<void>
  /** What is in it, also while nothing runs. */
  files(name: string): Files
}
