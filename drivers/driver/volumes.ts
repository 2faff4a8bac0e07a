import type { Files } from './files.ts'

export interface ObservedVolume {
  readonly name: string
  readonly driver: string
  readonly scope: 'local' | 'global'
  readonly mountpoint: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly anonymous: boolean
  readonly createdAt: string | null
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
  create(volume: NewVolume): Promise<void>
  /** STATE_CONFLICT while a container holds it. */
  remove(name: string): Promise<void>
  /** What is in it, also while nothing runs. */
  files(name: string): Files
}
