import type { Migration } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

/**
 * Of one stack and environment one run is under way, whichever instance takes it. Releases tell in the open where they are and which
 * folders they use, so that neither who may see one nor what may go needs every release unsealed.
 */
export const deliveryGuards: Migration = {
  async up(db) {
    await db.schema
      .createIndex('deploymentsUnderWay')
      .on('deployments')
      .columns(['stack', 'environment'])
      .unique()
      .where(sql<boolean>`"state" in ('running', 'waiting', 'rolling-back')`)
      .execute()
    await db.schema.alterTable('releases').addColumn('uses', 'text').execute()
  },
}
