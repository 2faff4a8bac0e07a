import type { Migration } from '@wheelhouse/platform/db'

/**
 * Backups: what each holds (`parts` is JSON), the sealed plan it was made by (it has passwords), and the journal of a restore or
 * drill that is under way, so that one cut short is undone at the next start.
 */
export const backups: Migration = {
  async up(db) {
    await db.schema
      .createTable('backups')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('stack', 'text', (c) => c.notNull())
      .addColumn('environment', 'text', (c) => c.notNull())
      .addColumn('directory', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('place', 'text', (c) => c.notNull())
      .addColumn('version', 'text')
      .addColumn('parts', 'text', (c) => c.notNull())
      .addColumn('sizeBytes', 'bigint', (c) => c.notNull())
      .addColumn('error', 'text')
      .addColumn('verifiedAt', 'bigint')
      .addColumn('drilledAt', 'bigint')
      .addColumn('drill', 'text')
      .addColumn('deploymentId', 'text')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('createdBy', 'text', (c) => c.notNull())
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('heartbeatAt', 'bigint', (c) => c.notNull())
      .addColumn('sealedPlan', 'text', (c) => c.notNull())
      .addColumn('journal', 'text')
      .execute()
    await db.schema.createIndex('backupsByTime').on('backups').columns(['createdAt', 'id']).execute()
    await db.schema.createIndex('backupsByStack').on('backups').columns(['stack', 'environment', 'createdAt']).execute()
  },
}
