import type { Migration } from '@wheelhouse/platform/db'

/** Removals of stacks that are under way, so that one that is cut off can be gone on with. */
export const stackRemovals: Migration = {
  async up(db) {
    await db.schema
      .createTable('stackRemovals')
      .addColumn('stackId', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('volumes', 'integer', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('jobId', 'text', (c) => c.notNull())
      .addColumn('startedAt', 'bigint', (c) => c.notNull())
      .execute()
  },
}
