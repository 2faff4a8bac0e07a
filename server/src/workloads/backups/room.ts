import type { NewEvent } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Caller } from '../../dispatch/index.ts'
import type { BackupPlan } from './backup-plan.ts'
import type { BackupStore } from './store.ts'

/** What a manifest is asked for; `database` and `files` as it says unless told. */
export interface PlanInput {
  readonly directory: string
  readonly manifest?: string | undefined
  readonly environment?: string | undefined
  readonly database?: boolean | undefined
  readonly files?: boolean | undefined
  readonly description?: string | undefined
}

export interface BackupParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'sealStream' | 'openStream'>
  readonly jobs: Jobs
  readonly log: Log
  readonly announce: (event: NewEvent) => unknown
  /** Names this instance and its data folder: what it left unfinished is its to clear at the next start. */
  readonly instance: string
  /** The folder of backups on this machine; whole ones in it that are not known are taken in at the start. */
  readonly folder: string
  /** Private folder for what is put aside during a restore. */
  readonly workFolder: string
  readonly connection: (targetId: string) => Connection
  /** Reads the manifest. Throws where the caller may not, or it has errors. */
  readonly planFor: (input: PlanInput, caller: Caller) => Promise<BackupPlan>
  /** What runs on that stack now, as a clause such as "deployment 12 runs"; null where nothing does. */
  readonly busy: (stack: string, environment: string) => Promise<string | null> | string | null
  /** Ids of backups that must stay: those that a kept release would be rolled back with. */
  readonly inUse: () => Promise<ReadonlySet<string>>
}

/** What every part of the domain works with. */
export interface BackupRoom extends BackupParts {
  readonly store: BackupStore
}
