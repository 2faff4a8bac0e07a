import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Upkeep } from './upkeep.ts'

/**
 * One database, the same to its users whichever kind it is: booleans are stored and read as 0 and 1, JSON as text, times
 * as epoch milliseconds. Inside `db.transaction()` only `trx` may be used; `db` there throws TransactionMisused.
 */
export interface Database {
  readonly kind: 'sqlite' | 'postgres'
  readonly db: Kysely<unknown>
  /** Applies what is new, by name, each in its own transaction; answers the names. Throws DatabaseNewer. */
  migrate(migrations: Readonly<Record<string, Migration>>): Promise<string[]>
  /** Null where it cannot be told. */
  sizeBytes(): Promise<number | null>
  /** Throws where the database does not answer. */
  ping(): Promise<void>
  readonly upkeep: Upkeep
  close(): Promise<void>
}
