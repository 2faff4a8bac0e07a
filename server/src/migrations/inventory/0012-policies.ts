import type { Migration } from '@wheelhouse/platform/db'

/** What workloads may ask of their hosts: a row of the house (its target is empty) and one of each target that has its own. */
export const policies: Migration = {
  async up(db) {
    await db.schema
      .createTable('policies')
      .addColumn('targetId', 'text', (c) => c.primaryKey())
      .addColumn('rules', 'text', (c) => c.notNull())
      .addColumn('changedAt', 'bigint', (c) => c.notNull())
      .addColumn('changedBy', 'text', (c) => c.notNull())
      .execute()
  },
}
