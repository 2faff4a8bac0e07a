import type { StepKind } from '../saga/step-kinds.ts'
import { type CommandArgs, commandRun } from './commands.ts'

export interface MigrateArgs extends CommandArgs {
  /** Backup whose databases an undo restores; null where that was not asked for. */
  readonly restoreFrom: string | null
}

/** A command that changes a database. */
export const appMigrate: StepKind<MigrateArgs, { changed: boolean }> = {
  async do(args, context) {
    const { changed } = await commandRun.do(args, context)
    // The first try may have changed it all before it was cut off, and the second then finds nothing to do.
    return { changed: changed || context.again }
  },
  async undo(args, result, context) {
    if (result?.changed === false || args.restoreFrom === null) return null
    await context.room.backups.restoreDatabases(args.restoreFrom, {
      signal: context.signal,
      progress: (text) => context.log(text),
      log: (text) => context.log(text),
    })
    return `The databases are as backup ${args.restoreFrom} has them.`
  },
}
