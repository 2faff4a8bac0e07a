import type { Migration } from '@wheelhouse/platform/db'

/** Lines that people marked for themselves, and times of which lines are missing. */
export const logMarks: Migration = {
  async up(db) {
    await db.schema
      .createTable('logBookmarks')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('userId', 'text', (c) => c.notNull())
      .addColumn('position', 'text', (c) => c.notNull())
      .addColumn('line', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('serviceId', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('log_bookmarks_place', ['userId', 'position'])
      .execute()
    await db.schema
      .createTable('logGaps')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sourceId', 'integer', (c) => c.notNull())
      .addColumn('fromAt', 'bigint', (c) => c.notNull())
      .addColumn('toAt', 'bigint', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('log_gaps_source').on('logGaps').columns(['sourceId', 'fromAt']).execute()
  },
}
