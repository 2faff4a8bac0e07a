import type { Certificate, NotificationChannel, Registry as ImageRegistry } from '@wheelhouse/contract'
import type { LogLine, OutputOf, diagnostics } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { JobStore, Jobs } from '@wheelhouse/platform/jobs'
import type { State } from '@wheelhouse/platform/state'
import type { Registry } from '../../inventory/targets/index.ts'

export type Status = OutputOf<typeof diagnostics.status>
export type Settings = OutputOf<typeof diagnostics.settings>

/** What diagnostics sees of the house. It reads; it changes nothing but the one row it measures a write with. */
export interface DiagnosticsParts {
  readonly version: string
  status(): Promise<Status>
  settings(): Settings
  readonly database: Database
  readonly bus: Bus
  readonly state: State
  readonly jobs: Pick<Jobs, 'kind'>
  readonly jobTable: Pick<JobStore, 'unfinished'>
  readonly registry: Registry
  readonly folder: string
  /** Null where the key comes from the environment. */
  readonly keyFile: string | null
  /** The least room that should be left on the disk of the folder. */
  readonly budgets: Readonly<Record<string, number>>
  /** Names of the migrations that this version knows. */
  readonly migrations: readonly string[]
  certificates(): Promise<readonly Certificate[]>
  registries(): Promise<readonly ImageRegistry[]>
  channels(): Promise<readonly NotificationChannel[]>
  lastLines(serviceId: string, count: number): Promise<readonly LogLine[]>
}
