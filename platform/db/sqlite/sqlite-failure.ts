import {
  DatabaseBusy,
  DatabaseCorrupt,
  DatabaseFull,
  DatabaseUnreachable,
  NotStorable,
  SqliteError,
} from '../database-error.ts'
import type { Failure } from './writer-message.ts'

/** The named error for a result code of SQLite (its low byte, https://sqlite.org/rescode.html). */
export function sqliteError(failure: Failure, path: string): Error {
  if (failure.code === 'ERR_OUT_OF_RANGE') {
    return new NotStorable('The database holds an integer beyond 2^53, which cannot be read exactly. Store it as text')
  }
  if (failure.code === 'ENOSPC' || failure.code === 'EDQUOT') return full(path)
  if (failure.errcode === null) {
    const why = failure.code ?? failure.message
    return new DatabaseUnreachable(
      `The database file ${path} cannot be opened (${why}). Check that its folder is there and may be written`,
    )
  }
  switch (failure.errcode & 0xff) {
    case 5:
      return new DatabaseBusy(`The database file ${path} is held by another process. Stop that one, then try again`)
    case 8:
      return new DatabaseUnreachable(
        `The database file ${path} may not be written by this user. Change its owner or mode`,
      )
    case 11:
    case 26:
      return new DatabaseCorrupt(
        `The database file ${path} is damaged (${failure.message}). Stop, put it aside, and restore the latest backup`,
      )
    case 13:
      return full(path)
    case 14:
      return new DatabaseUnreachable(
        `The database file ${path} cannot be opened. Check that its folder is there and may be written`,
      )
    default:
      return new SqliteError(failure.message, failure.errcode)
  }
}

function full(path: string): DatabaseFull {
  return new DatabaseFull(`The disk of ${path} is full. The last change was not kept. Make room, then try again`)
}
