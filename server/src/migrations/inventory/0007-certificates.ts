import type { Migration } from '@wheelhouse/platform/db'

/** Certificates with their keys (sealed), when their end was last told, and the authority of our own. */
export const certificates: Migration = {
  async up(db) {
    await db.schema
      .createTable('certificates')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('issuedBy', 'text', (c) => c.notNull())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('sealedKey', 'text')
      .addColumn('certificateFile', 'text')
      .addColumn('keyFile', 'text')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('createdBy', 'text', (c) => c.notNull())
      .addColumn('toldAt', 'bigint')
      .addColumn('toldLevel', 'text')
      .execute()

    await db.schema
      .createTable('certificateAuthorities')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('sealedKey', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
  },
}
