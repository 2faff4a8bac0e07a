import type { Migration } from '@wheelhouse/platform/db'

/** Under which numbers readings are kept: of whom, and of what; and which endpoints are scraped. The readings themselves lie in files. */
export const metricHistory: Migration = {
  async up(db) {
    await db.schema
      .createTable('metricEntities')
      .addColumn('id', 'bigint', (c) => c.primaryKey())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('targetName', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('stack', 'text')
      .addColumn('stackService', 'text')
      .addColumn('serviceId', 'text')
      .addColumn('labels', 'text')
      .addColumn('seenAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('metricNames')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('unit', 'text', (c) => c.notNull())
      .addColumn('summary', 'text', (c) => c.notNull())
      .addColumn('seenAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('scrapes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('stack', 'text')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('scheme', 'text', (c) => c.notNull())
      .addColumn('port', 'integer', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('intervalMs', 'integer', (c) => c.notNull())
      .addColumn('sealed', 'text')
      .execute()
  },
}
