import { type ColumnDefinitionBuilder, type ColumnType, type Kysely, PostgresAdapter, sql } from 'kysely'

/** Read as 0 or 1 on every kind of database. */
export type BoolColumn = ColumnType<0 | 1, boolean | 0 | 1, boolean | 0 | 1>
/** Read as JSON text on every kind of database; PostgreSQL may order and space it anew. */
export type JsonColumn = ColumnType<string, string>

// A migration's db carries no tables; `never` lets any Kysely through.
type AnyKysely = Pick<Kysely<never>, 'getExecutor'>

function isPostgres(db: AnyKysely): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

/** An integer primary key that numbers itself and never gives a number twice: `.addColumn('id', ...id(db))`. */
export function id(
  db: AnyKysely,
): ['integer' | 'bigint', (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder] {
  if (isPostgres(db)) return ['bigint', (column) => column.generatedByDefaultAsIdentity().primaryKey()]
  return ['integer', (column) => column.primaryKey().autoIncrement()]
}

/** 0 or 1. */
export function bool(db: AnyKysely): 'integer' | ReturnType<typeof sql> {
  return isPostgres(db) ? sql`smallint` : 'integer'
}

/** JSON text; jsonb in PostgreSQL, so that `->>` and indexes work there. */
export function json(db: AnyKysely): 'text' | 'jsonb' {
  return isPostgres(db) ? 'jsonb' : 'text'
}

/** Milliseconds since 1970, UTC; also right for sizes in bytes. */
export function epochMs(_db: AnyKysely): 'bigint' {
  return 'bigint'
}
