import type { Backup, backups } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import type { BackupPlan, RunContext } from './backup-plan.ts'
import { cleanUp, type Removed, type Retention } from './cleanup.ts'
import { performBackup } from './create.ts'
import { performDrill } from './drill.ts'
import { backupHandlers } from './operations.ts'
import { recover } from './recover.ts'
import { performRestore, type RestoreOptions } from './restore/restore.ts'
import type { BackupParts, BackupRoom } from './room.ts'
import { defineJobs } from './run.ts'
import { openBackupStore } from './store.ts'
import { type Verdict, verifyBackup } from './verify.ts'

export { postgresAt } from './database/own-postgres.ts'
export { sealedColumns } from './store.ts'
export type { BackupPlan, DatabaseSpec, PlaceSpec, RunContext } from './backup-plan.ts'
export type { BackupParts, PlanInput } from './room.ts'

/** Those who call have asked whether the caller may: operations by the gate, a deployment by its own permission. */
export interface Backups {
  readonly handlers: Handlers<typeof backups>
  /** Clears what a crash left. Call once, when targets are being heard and before jobs run. `settled` when all of it is done. */
  start(): Promise<{ readonly settled: Promise<void> }>
  /** Resolves when the backup is whole, with its checksums; throws when it failed, and then nothing of it is left. */
  create(plan: BackupPlan, context: RunContext): Promise<Backup>
  /** Throws BACKUP_DAMAGED, STATE_CONFLICT, or what a step failed with; then everything is as it was, or the message says what is not. */
  restore(id: string, options: RestoreOptions & { readonly by: string }, context: RunContext): Promise<Backup>
  verify(id: string): Promise<Verdict>
  drill(id: string, by: string, context: RunContext): Promise<Backup>
  cleanup(retention: Retention, by: string): Promise<Removed>
  /** Ids of those that may be sealed under a key that was in use before `at` (epoch ms), and of those a restore of which is under way. */
  sealedBefore(at: number): Promise<string[]>
  /** Tells that a backup that was due has not been made. `dueAt` is ISO 8601 UTC. */
  missed(told: {
    readonly stack: string
    readonly environment: string
    readonly dueAt: string
    readonly why: string
  }): void
}

/** Backups: make, keep, prove, restore. Call before `jobs.start()`. */
export function createBackups(parts: BackupParts): Backups {
  const room: BackupRoom = { ...parts, store: openBackupStore(parts.database, parts.secrets) }
  defineJobs(room, parts.jobs)
  return {
    handlers: backupHandlers(room),
    start: () => recover(room),
    create: async (plan, context) => {
      const { id } = await room.store.reserve(plan, room.instance)
      return await performBackup(room, id, context)
    },
    restore: (id, options, context) => performRestore(room, id, options, context),
    verify: async (id) => await verifyBackup(room, await room.store.get(id)),
    drill: (id, by, context) => performDrill(room, id, by, context),
    cleanup: (retention, by) => cleanUp(room, retention, by),
    sealedBefore: async (at) =>
      (await room.store.list({}))
        .filter(
          ({ parts, createdAt, journal }) =>
            journal !== null || (createdAt <= at && parts.some((part) => part.encrypted)),
        )
        .map(({ id }) => id),
    missed({ stack, environment, dueAt, why }) {
      room.announce({
        type: 'backup.missed',
        severity: 'error',
        message: `The backup of ${stack} (${environment}) that was due at ${dueAt} was not made: ${why}.`,
        stack,
        data: { environment, dueAt },
      })
    },
  }
}
