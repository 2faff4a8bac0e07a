import type { Deployment } from '@wheelhouse/contract'
import type { Migration } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

type Row = { id: string; record: string }

/** What runs are looked for by is in columns, so that a page of them is read without the others; and that one is to be cancelled. */
export const deploymentPages: Migration = {
  async up(db) {
    await db.schema
      .alterTable('deployments')
      .addColumn('requestedBy', 'text', (c) => c.notNull().defaultTo(''))
      .execute()
    await db.schema.alterTable('deployments').addColumn('cancelledBy', 'text').execute()
    await db.schema
      .createTable('deploymentTargets')
      .addColumn('deploymentId', 'text', (c) => c.notNull().references('deployments.id').onDelete('cascade'))
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('deploymentTargetsPrimary', ['deploymentId', 'targetId'])
      .execute()
    await db.schema.createIndex('deploymentsNewest').on('deployments').columns(['createdAt', 'number', 'id']).execute()
    const { rows } = await sql<Row>`select id, record from deployments`.execute(db)
    for (const { id, record } of rows) {
      const { requestedBy, targets } = JSON.parse(record) as Deployment
      const by = requestedBy.toLowerCase()
      await sql`update deployments set ${sql.ref('requestedBy')} = ${by} where id = ${id}`.execute(db)
      for (const targetId of new Set(targets.map((target) => target.id)))
        await sql`insert into ${sql.table('deploymentTargets')} values (${id}, ${targetId})`.execute(db)
    }
  },
}
