import type { Log } from '../log/index.ts'
import type { Database } from './database.ts'
import { DatabaseUnreachable } from './database-error.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

export interface DatabaseOptions {
  /** `sqlite:/absolute/path` or `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly log: Log
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log } = options
  if (url.startsWith('sqlite:/')) return await openSqlite(url.slice('sqlite:'.length), log)
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openPostgres } = await import('./postgres/open-postgres.ts') // its client only where it is used
    return await openPostgres(url, log)
  }
  throw new DatabaseUnreachable('The database URL must start with sqlite:/ (and an absolute path) or postgres://')
}
