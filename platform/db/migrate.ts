import { type Kysely, PostgresAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Log } from '../log/index.ts'
import { DatabaseNewer } from './database-error.ts'

type MigrationTables = {
  schema_migrations: { name: string; applied_at: number }
}

// Any number that no other program locks; two instances that start at once migrate one after the other.
const ADVISORY_LOCK = 7_226_054_171

/** Applies the migrations that are not recorded yet, by name, each in one transaction with its record. */
export async function migrate(
  db: Kysely<unknown>,
  migrations: Readonly<Record<string, Migration>>,
  log: Log,
): Promise<string[]> {
  const tables = db.$extendTables<MigrationTables>()
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  await tables.transaction().execute(async (trx) => {
    if (isPostgres) await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(trx)
    await trx.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute()
  })
  const recorded = new Set(
    (await tables.selectFrom('schema_migrations').select('name').execute()).map((row) => row.name),
  )
  const unknown = [...recorded].filter((name) => !Object.hasOwn(migrations, name)).sort()
  if (unknown.length > 0) {
    throw new DatabaseNewer(
      `The database was written by a newer version: this one does not know its migration ${unknown.at(-1)}. ` +
        'Start the newer version again, or restore the backup made before the update',
    )
  }
  const applied: string[] = []
  for (const name of Object.keys(migrations).sort()) {
    const migration = migrations[name]
    if (recorded.has(name) || !migration) continue
    const done = await tables.transaction().execute(async (trx) => {
      if (isPostgres) await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(trx)
      const there = await trx.selectFrom('schema_migrations').select('name').where('name', '=', name).executeTakeFirst()
      if (there) return false
      await migration.up(trx)
      await trx.insertInto('schema_migrations').values({ name, applied_at: Date.now() }).execute()
      return true
    })
    if (!done) continue
    log.debug({ migration: name }, 'database migrated')
    applied.push(name)
  }
  return applied
}
