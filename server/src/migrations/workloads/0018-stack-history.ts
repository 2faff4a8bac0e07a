import type { Migration } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

/** Where each revision of a stack came from, why, and what became of it. Of those of before only the applied ones are known. */
export const stackHistory: Migration = {
  async up(db) {
    const add = (name: string, type: 'text' | 'bigint') =>
      db.schema.alterTable('stackRevisions').addColumn(name, type).execute()
    await db.schema
      .alterTable('stackRevisions')
      .addColumn('origin', 'text', (c) => c.notNull().defaultTo('apply'))
      .execute()
    await db.schema
      .alterTable('stackRevisions')
      .addColumn('state', 'text', (c) => c.notNull().defaultTo('pending'))
      .execute()
    await add('reason', 'text')
    await add('commit', 'text')
    await add('appliedAt', 'bigint')
    await add('error', 'text')
    await sql`
      update "stackRevisions" set "state" = 'applied', "appliedAt" =
        (select "stacks"."appliedAt" from "stacks" where "stacks"."id" = "stackRevisions"."stackId")
      where "revision" =
        (select "stacks"."appliedRevision" from "stacks" where "stacks"."id" = "stackRevisions"."stackId")
    `.execute(db)
  },
}
