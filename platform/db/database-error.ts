/** The disk, or the quota, of the database is full. Nothing of the statement was kept. */
export class DatabaseFull extends Error {
  override readonly name = 'DatabaseFull'
}

/** The file is no database, or pages of it are broken. */
export class DatabaseCorrupt extends Error {
  override readonly name = 'DatabaseCorrupt'
}

/** It was written by a newer version: it holds migrations that this one does not know. */
export class DatabaseNewer extends Error {
  override readonly name = 'DatabaseNewer'
}

/** Someone else held it for longer than we wait. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** It cannot be opened or connected to. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
}

/** A value that no column can hold without loss: a Date, an object, an integer above 2^53. */
export class NotStorable extends Error {
  override readonly name = 'NotStorable'
}

/** `db` was used inside `db.transaction()`, where only the transaction's own `trx` may be. */
export class TransactionMisused extends Error {
  override readonly name = 'TransactionMisused'
}

/** The thread that writes ended; what it had not acknowledged may be lost. The next write starts a new one. */
export class WriterStopped extends Error {
  override readonly name = 'WriterStopped'
}

/** Any other error of SQLite, with its extended result code (https://sqlite.org/rescode.html). */
export class SqliteError extends Error {
  override readonly name: string = 'SqliteError'
  readonly errcode: number

  constructor(message: string, errcode: number) {
    super(message)
    this.errcode = errcode
  }
}

function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  return 'errcode' in error ? error.errcode : 'code' in error ? error.code : undefined
}

/** A row with the same unique or primary key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  const code = codeOf(error)
  return code === 2067 || code === 1555 || code === '23505'
}

/** A row that is referred to is missing, or a row that others refer to would go. */
export function isForeignKeyViolation(error: unknown): boolean {
  const code = codeOf(error)
  return code === 787 || code === '23503'
}
