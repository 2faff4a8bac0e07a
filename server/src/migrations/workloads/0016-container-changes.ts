import type { Migration } from '@wheelhouse/platform/db'

/** What a change of a container is to make of it, sealed, until it is made: jobs keep no secrets. */
export const containerChanges: Migration = {
  async up(db) {
    await db.schema
      .createTable('containerChanges')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealedSpec', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
  },
}
