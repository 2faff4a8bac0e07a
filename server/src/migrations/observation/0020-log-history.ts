import type { Migration } from '@wheelhouse/platform/db'

/** Whose lines are kept, under which number, and from when to when each of them ran. The lines themselves lie in files. */
export const logHistory: Migration = {
  async up(db) {
    await db.schema
      .createTable('logSources')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('serviceId', 'text', (c) => c.notNull().unique())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('targetName', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('stack', 'text')
      .addColumn('stackService', 'text')
      .addColumn('seenAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('serviceLives')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sourceId', 'integer', (c) => c.notNull())
      .addColumn('image', 'text')
      .addColumn('startedAt', 'bigint', (c) => c.notNull())
      .addColumn('endedAt', 'bigint')
      .addColumn('exitCode', 'integer')
      .addColumn('outcome', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .execute()
    await db.schema.createIndex('service_lives_source').on('serviceLives').columns(['sourceId', 'startedAt']).execute()
  },
}
