import type { Migration } from '@wheelhouse/platform/db'

/** Config sets, every version of their values (sealed: most hold secrets), and the key of plan digests. */
export const configs: Migration = {
  async up(db) {
    await db.schema
      .createTable('configSets')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('environment', 'text')
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('path', 'text')
      .addColumn('schema', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('configVersions')
      .addColumn('setId', 'text', (c) => c.notNull().references('configSets.id').onDelete('cascade'))
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('added', 'integer', (c) => c.notNull())
      .addColumn('changed', 'integer', (c) => c.notNull())
      .addColumn('removed', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('configVersionsPrimary', ['setId', 'version'])
      .execute()

    await db.schema
      .createTable('configKeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .execute()
  },
}
