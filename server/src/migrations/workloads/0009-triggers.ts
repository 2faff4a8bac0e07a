import type { Migration } from '@wheelhouse/platform/db'

/**
 * Schedules and webhooks. The action is sealed (variables are secrets), and so is the secret of a webhook. `accountedAt`: up to here
 * every due time of a schedule was either met or counted as missed.
 */
export const triggers: Migration = {
  async up(db) {
    await db.schema
      .createTable('triggers')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
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
    await db.schema.createIndex('triggersByStack').on('triggers').columns(['stack', 'environment']).execute()
  },
}
