import type { Migration } from '@wheelhouse/platform/db'

/** Runs with their journal and what they printed, and the releases they made. What may hold secrets is sealed. */
export const deployments: Migration = {
  async up(db) {
    await db.schema
      .createTable('deployments')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('stack', 'text', (c) => c.notNull())
      .addColumn('environment', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('owner', 'text')
      .addColumn('heartbeatAt', 'bigint')
      .addColumn('record', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('deploymentsOfStack')
      .on('deployments')
      .columns(['stack', 'environment', 'number'])
      .unique()
      .execute()
    await db.schema.createIndex('deploymentsByState').on('deployments').columns(['state', 'createdAt']).execute()

    await db.schema
      .createTable('deploymentSteps')
      .addColumn('deploymentId', 'text', (c) => c.notNull().references('deployments.id').onDelete('cascade'))
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('args', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('result', 'text')
      .addColumn('error', 'text')
      .addColumn('begunAt', 'bigint', (c) => c.notNull())
      .addColumn('endedAt', 'bigint')
      .addPrimaryKeyConstraint('deploymentStepsPrimary', ['deploymentId', 'seq'])
      .execute()

    await db.schema
      .createTable('deploymentLines')
      .addColumn('deploymentId', 'text', (c) => c.notNull().references('deployments.id').onDelete('cascade'))
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('task', 'text')
      .addColumn('stream', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('deploymentLinesPrimary', ['deploymentId', 'seq'])
      .execute()

    await db.schema
      .createTable('releases')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('stack', 'text', (c) => c.notNull())
      .addColumn('environment', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('pinned', 'integer', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('record', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('releasesOfStack')
      .on('releases')
      .columns(['stack', 'environment', 'number'])
      .unique()
      .execute()
  },
}
