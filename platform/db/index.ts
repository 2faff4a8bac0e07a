export type { Database } from './database.ts'
export type { Upkeep } from './upkeep.ts'
export { besideSqlite } from './sqlite/upkeep.ts'
export { openDatabase } from './open-database.ts'
export { type JsonColumn, type BoolColumn, bool, epochMs, id, json } from './column.ts'
export {
  DatabaseBusy,
  DatabaseCorrupt,
  DatabaseFull,
  DatabaseNewer,
  DatabaseUnreachable,
  NotStorable,
  TransactionMisused,
  WriterStopped,
  isForeignKeyViolation,
  isUniqueViolation,
} from './database-error.ts'
export { FolderLocked, type FolderLock, lockFolder } from './folder-lock.ts'
export type { Migration } from 'kysely/migration'
