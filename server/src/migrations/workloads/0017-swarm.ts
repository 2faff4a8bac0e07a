import type { Migration } from '@wheelhouse/platform/db'

/**
 * What Swarm services were before each change (sealed: their environment may be secret), which changes are followed to their end, and
 * values of secrets and configs until they are in the Swarm.
 */
export const swarm: Migration = {
  async up(db) {
    await db.schema
      .createTable('swarmRevisions')
      .addColumn('serviceId', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('sealedSpec', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('swarmRevisionsKey', ['serviceId', 'number'])
      .execute()

    await db.schema
      .createTable('swarmRollouts')
      .addColumn('serviceId', 'text', (c) => c.primaryKey())
      .addColumn('jobId', 'text', (c) => c.notNull())
      .addColumn('verb', 'text', (c) => c.notNull())
      .addColumn('undo', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('requestedBy', 'text', (c) => c.notNull())
      .addColumn('startedAt', 'bigint', (c) => c.notNull())
      .addColumn('deadlineAt', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('swarmValues')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealedValue', 'text', (c) => c.notNull())
      .addColumn('jobId', 'text')
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
  },
}
