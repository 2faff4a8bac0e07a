import type { Migration } from '@wheelhouse/platform/db'
import { sql, type Kysely } from 'kysely'

/** Events, jobs, registered targets and checks that people set: all that is observed or registered. */
export const observation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('events')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('severity', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('actor', 'text')
      .addColumn('targetId', 'text')
      .addColumn('serviceId', 'text')
      .addColumn('serviceName', 'text')
      .addColumn('stack', 'text')
      .addColumn('data', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('events_at').on('events').columns(['at', 'id']).execute()
    await db.schema.createIndex('events_service').on('events').columns(['serviceId', 'at']).execute()
    await db.schema.createIndex('events_target').on('events').columns(['targetId', 'at']).execute()

    await db.schema
      .createTable('jobs')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('record', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('jobs_created').on('jobs').columns(['createdAt', 'id']).execute()
    await db.schema.createIndex('jobs_state').on('jobs').column('state').execute()

    await db.schema
      .createTable('targets')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('tags', 'text', (c) => c.notNull().defaultTo(sql`'[]'`))
      .addColumn('tls', 'text')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('checks')
      .addColumn('serviceId', 'text', (c) => c.primaryKey())
      .addColumn('specs', 'text', (c) => c.notNull())
      .addColumn('updatedAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('checkResults')
      .addColumn('serviceId', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('results', 'text', (c) => c.notNull())
      .addColumn('updatedAt', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('checkResults_key', ['serviceId', 'name'])
      .execute()
  },
}
