import type { Migration } from '@wheelhouse/platform/db'

/** Dashboards of people with their widgets, and the one that each begins with. */
export const dashboards: Migration = {
  async up(db) {
    await db.schema
      .createTable('dashboards')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('ownerId', 'text', (c) => c.notNull())
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('shared', 'integer', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('rangeMs', 'bigint', (c) => c.notNull())
      .addColumn('widgets', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('changedAt', 'bigint', (c) => c.notNull())
      .addColumn('changedBy', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('dashboards_name').on('dashboards').columns(['ownerId', 'name']).unique().execute()
    await db.schema
      .createTable('dashboardDefaults')
      .addColumn('userId', 'text', (c) => c.primaryKey())
      .addColumn('dashboardId', 'text', (c) => c.notNull())
      .execute()
  },
}
