import type { Migration } from '@wheelhouse/platform/db'

/** Where messages go (sealed: addresses of hooks are secrets), and the messages on their way. */
export const notifications: Migration = {
  async up(db) {
    await db.schema
      .createTable('notificationChannels')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('occasions', 'text', (c) => c.notNull())
      .addColumn('stacks', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('lastAt', 'bigint')
      .addColumn('lastError', 'text')
      .addColumn('createdBy', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('notificationOutbox')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('channelId', 'text', (c) => c.notNull().references('notificationChannels.id').onDelete('cascade'))
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('dueAt', 'bigint', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('notificationOutboxByDue')
      .on('notificationOutbox')
      .columns(['state', 'dueAt'])
      .execute()
  },
}
