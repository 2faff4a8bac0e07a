import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Log } from '../log/index.ts'
import { DatabaseUnreachable } from './database-error.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

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
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** `sqlite:/absolute/path` or `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly log: Log
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log } = options
  if (url.startsWith('sqlite:/')) return await openSqlite(url.slice('sqlite:'.length), log)
  if (/^postgres(ql)?:\/\//.test(url)) return await openPostgres(url, log)
  throw new DatabaseUnreachable('The database URL must start with sqlite:/ (and an absolute path) or postgres://')
}
