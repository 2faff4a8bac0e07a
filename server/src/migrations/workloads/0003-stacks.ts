import type { Migration } from '@wheelhouse/platform/db'

/** Applied stacks, the revisions they were applied from (sealed: environments hold secrets), and the key of spec digests. */
export const stacks: Migration = {
  async up(db) {
    await db.schema
      .createTable('stacks')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('format', 'text', (c) => c.notNull())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('appliedRevision', 'integer')
      .addColumn('appliedAt', 'bigint')
      .addColumn('appliedBy', 'text')
      .addColumn('services', 'text', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('stackRevisions')
      .addColumn('stackId', 'text', (c) => c.notNull().references('stacks.id').onDelete('cascade'))
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('createdBy', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('stackRevisionsPrimary', ['stackId', 'revision'])
      .execute()

    await db.schema
      .createTable('stackKeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .execute()
  },
}
