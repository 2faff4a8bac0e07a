import { nothingToUndo, type StepContext, type StepKind } from '../saga/step-kinds.ts'

export interface BackupArgs extends Record<string, unknown> {
  readonly database: boolean
  readonly files: boolean
  readonly description: string
  readonly by: string
  readonly version: string | null
}

const work = (context: StepContext) => ({
  signal: context.signal,
  progress: (text: string) => context.log(text),
  log: (text: string) => context.log(text),
})

/** The backup that a rollback can go back to. It is kept when the run is undone. */
export const backupCreate: StepKind<BackupArgs, { backupId: string; sizeBytes: number }> = {
  async do(args, context) {
    const project = await context.project()
    const { database, files, description, by, version } = args
    const backup = await context.room.backups.create(
      { project, database, files, description, by, version, deploymentId: context.deploymentId },
      work(context),
    )
    return { backupId: backup.id, sizeBytes: backup.sizeBytes }
  },
  undo: nothingToUndo,
}

export interface RestoreArgs extends Record<string, unknown> {
  readonly backupId: string
  /** Of this very run, to return to; null where none was made. */
  readonly safetyId: string | null
}

/** Puts the databases of a backup in place of those that are there. */
export const databaseRestore: StepKind<RestoreArgs, null> = {
  async do({ backupId }, context) {
    await context.room.backups.restoreDatabases(backupId, work(context))
    return null
  },
  async undo({ safetyId }, _result, context) {
    if (safetyId === null) throw new Error('no backup was made before the database was restored')
    await context.room.backups.restoreDatabases(safetyId, work(context))
    return `The databases are as backup ${safetyId} has them.`
  },
}
