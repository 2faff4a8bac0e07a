import type { Migration } from '@wheelhouse/platform/db'

/** Registries with their passwords (sealed), and what they last said of the images that engines have. */
export const images: Migration = {
  async up(db) {
    await db.schema
      .createTable('registries')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('address', 'text', (c) => c.notNull().unique())
      .addColumn('username', 'text')
      .addColumn('sealedPassword', 'text')
      .addColumn('insecure', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('checkedAt', 'bigint')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('imageChecks')
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('reference', 'text', (c) => c.notNull())
      .addColumn('imageId', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('digest', 'text')
      .addColumn('reason', 'text')
      .addColumn('checkedAt', 'bigint', (c) => c.notNull())
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('dueAt', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('imageChecksKey', ['targetId', 'reference'])
      .execute()
  },
}
