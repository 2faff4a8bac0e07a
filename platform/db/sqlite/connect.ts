import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const BUSY_MS = 5000

/** The one connection that writes. Makes the file, for its owner only, where there is none. */
export function connectWriter(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
  // Takes effect only in a new file, before its first table: pages of deleted rows can then be given back.
  database.exec('pragma auto_vacuum = incremental')
  database.exec('pragma journal_mode = wal')
  // FULL: a commit is on the disk before it is acknowledged. NORMAL would lose the last ones at a power cut; writes that
  // arrive together share a commit, so the fsync is paid once for all of them.
  database.exec('pragma synchronous = full')
  database.exec('pragma journal_size_limit = 67108864')
  database.exec('pragma cache_size = -8000')
  database.exec('pragma temp_store = memory')
  return database
}

/** A connection that can only read. */
export function connectReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS, readOnly: true })
  database.exec('pragma cache_size = -8000')
  database.exec('pragma temp_store = memory')
  return database
}
