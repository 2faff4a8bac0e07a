import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Bus, createMemoryBus, openRedisBus } from '@wheelhouse/platform/bus'
import { type Database, type FolderLock, lockFolder, openDatabase } from '@wheelhouse/platform/db'
import { createMemoryJobs, type Jobs, openBullJobs } from '@wheelhouse/platform/jobs'
import type { ProcessLog } from '@wheelhouse/platform/log'
import { openSecrets, type Secrets } from '@wheelhouse/platform/secrets'
import { createMemoryState, openRedisState, type State } from '@wheelhouse/platform/state'
import { requireKey } from './identity/index.ts'
import { migrations } from './migrations/index.ts'
import { createJobTable, type JobTable } from './observation/jobs/index.ts'
import { restoreAtStart } from './observation/maintenance/index.ts'
import type { Settings } from './settings.ts'

/** The plumbing of one instance: embedded unless a setting names a server. */
export interface Foundation {
  readonly log: ProcessLog
  readonly database: Database
  readonly secrets: Secrets
  readonly bus: Bus
  readonly state: State
  readonly jobs: Jobs
  readonly jobTable: JobTable
  /** The copy that took the place of the database with this start; null where none did. */
  readonly restored: string | null
  close(): Promise<void>
}

/** A stop waits this long for jobs; those that need longer are failed with INTERRUPTED and can be run again. */
const jobGraceMs = 2_000
const redisPrefix = 'wheelhouse'

/** Opens everything, in the order that fails earliest: the lock of the data folder first. */
export async function openFoundation(settings: Settings, log: ProcessLog): Promise<Foundation> {
  mkdirSync(settings.data, { recursive: true, mode: 0o700 })
  accessSync(settings.data, constants.R_OK | constants.W_OK | constants.X_OK)
  const lock: FolderLock = await lockFolder(settings.data)
  const opened: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part.close()
    await lock.release()
  }
  try {
    const { redis, masterKey } = settings
    const secrets = openSecrets(
      masterKey === null ? { keyFile: join(settings.data, 'master.key') } : { key: masterKey },
    )
    const restored = await restoreAtStart(settings.data, settings.database, log)
    const database = await openDatabase({
      url: settings.database ?? `sqlite:${join(settings.data, 'wheelhouse.db')}`,
      log,
    })
    opened.push(database)
    const applied = await database.migrate(migrations)
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
    await requireKey(database, secrets)
    const bus = redis === null ? createMemoryBus({ log }) : await openRedisBus({ url: redis, log, prefix: redisPrefix })
    opened.push(bus)
    const state = redis === null ? createMemoryState() : await openRedisState({ url: redis, log, prefix: redisPrefix })
    opened.push(state)
    const jobTable = createJobTable(database)
    const jobs =
      redis === null
        ? createMemoryJobs({ log, store: jobTable })
        : await openBullJobs({ url: redis, log, prefix: redisPrefix, store: jobTable })
    opened.push({ close: () => jobs.close(jobGraceMs) })
    return { log, database, secrets, bus, state, jobs, jobTable, restored, close }
  } catch (error) {
    await close()
    throw error
  }
}
