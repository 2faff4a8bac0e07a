/** A place that backups are kept in. */
export type PlaceSpec =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly prefix: string
      readonly region: string
      /** Of an S3-compatible storage; null for that of AWS. */
      readonly endpoint: string | null
      /** Null for what the environment of the control plane offers. */
      readonly accessKey: string | null
      readonly secretKey: string | null
    }

export interface DatabaseSpec {
  readonly name: string
  readonly engine: 'mysql' | 'postgres'
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** The container whose own programs dump and load; null where those of the control plane's machine do. */
  readonly service: { readonly targetId: string; readonly nativeId: string } | null
}

/** All that a backup is to hold, and where. Paths are absolute. It has passwords: it is kept sealed and never shown. */
export interface BackupPlan {
  readonly stack: string
  readonly environment: string
  readonly directory: string
  readonly description: string
  readonly createdBy: string
  readonly deploymentId: string | null
  /** Number of the release that serves. */
  readonly version: string | null
  readonly place: PlaceSpec
  /** `auto` seals all but the files of users. */
  readonly encrypt: 'auto' | 'always' | 'never'
  readonly configs: readonly { readonly path: string; readonly name: string }[]
  readonly apps: readonly { readonly app: string; readonly path: string; readonly name: string }[]
  readonly databases: readonly DatabaseSpec[]
  readonly files: readonly { readonly path: string; readonly name: string }[]
  readonly volumes: readonly { readonly targetId: string; readonly volume: string }[]
}

/** What a run hears and tells. `fraction` is 0 to 1. */
export interface RunContext {
  readonly signal: AbortSignal
  progress(text: string, fraction?: number): void
  log(text: string): void
}
