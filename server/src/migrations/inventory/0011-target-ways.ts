import type { Migration } from '@wheelhouse/platform/db'

/** Targets are reached over SSH too, and stand in groups. */
export const targetWays: Migration = {
  async up(db) {
    await db.schema.alterTable('targets').addColumn('ssh', 'text').execute()
    await db.schema.alterTable('targets').addColumn('groupName', 'text').execute()
  },
}
