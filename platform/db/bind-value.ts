import { PostgresQueryCompiler, SqliteQueryCompiler } from 'kysely'
import { NotStorable } from './database-error.ts'

/** What is handed to the database for a value, the same for every kind. Throws NotStorable. */
export function bindValue(value: unknown): string | number | bigint | Uint8Array | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw tooLarge(value)
    if (Number.isNaN(value)) throw new NotStorable('NaN cannot be stored. Store null, or leave the row out')
    return value
  }
  if (typeof value === 'bigint') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) throw tooLarge(value)
    return value
  }
  if (value instanceof Uint8Array) return value
  // node:sqlite binds a Date as NULL without a word, which is how timestamps get lost.
  if (value instanceof Date) throw new NotStorable('A Date cannot be stored. Store epoch milliseconds or ISO 8601 text')
  throw new NotStorable(`A value of type ${typeof value} cannot be stored. Store JSON.stringify of it`)
}

function tooLarge(value: number | bigint): NotStorable {
  return new NotStorable(`${value} is beyond 2^53 and would not be read back exactly. Store it as text`)
}

export class BindingSqliteCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(bindValue(value))
  }
}

export class BindingPostgresCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(bindValue(value))
  }
}
