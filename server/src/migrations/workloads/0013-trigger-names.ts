import type { Migration } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

const columns = [
  'id',
  'name',
  'kind',
  'cron',
  'timezone',
  'action',
  'secret',
  'enabled',
  'origin',
  'stack',
  'environment',
  'accountedAt',
  'lastAt',
  'lastResult',
  'missed',
  'ownerId',
  'ownerToken',
  'owner',
  'createdAt',
]

/** A schedule of a manifest is one of each environment: names are unique within theirs. SQLite cannot take a constraint away. */
export const triggerNames: Migration = {
  async up(db) {
    await db.schema
      .createTable('triggersOfEnvironments')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('cron', 'text')
      .addColumn('timezone', 'text')
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('secret', 'text')
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('stack', 'text')
      .addColumn('environment', 'text')
      .addColumn('accountedAt', 'bigint', (c) => c.notNull())
      .addColumn('lastAt', 'bigint')
      .addColumn('lastResult', 'text')
      .addColumn('missed', 'integer', (c) => c.notNull())
      .addColumn('ownerId', 'text', (c) => c.notNull())
      .addColumn('ownerToken', 'text')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
    const all = sql.join(columns.map((column) => sql.ref(column)))
    await sql`insert into ${sql.table('triggersOfEnvironments')} (${all}) select ${all} from triggers`.execute(db)
    await db.schema.dropTable('triggers').execute()
    await db.schema.alterTable('triggersOfEnvironments').renameTo('triggers').execute()
    await db.schema.createIndex('triggersByStack').on('triggers').columns(['stack', 'environment']).execute()
    await sql`create unique index ${sql.ref('triggersByName')} on triggers (name, coalesce(environment, ''))`.execute(
      db,
    )
  },
}
