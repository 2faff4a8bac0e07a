import type { Migration } from '@wheelhouse/platform/db'

/** Applies that are under way, and what each has begun: what a service was before holds its environment, so it is sealed. */
export const stackApplies: Migration = {
  async up(db) {
    await db.schema
      .createTable('stackApplies')
      .addColumn('stackId', 'text', (c) => c.primaryKey())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('jobId', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('why', 'text')
      .addColumn('startedAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('stackApplySteps')
      .addColumn('stackId', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('stackApplyStepsKey', ['stackId', 'number'])
      .execute()
  },
}
