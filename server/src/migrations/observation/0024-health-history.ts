import type { Migration } from '@wheelhouse/platform/db'

/**
 * How healthy services were: a row an hour and a row a day for each service and each of its checks, and what went wrong from when to when.
 * Beside it one row that the house writes to see how long a write takes.
 */
export const healthHistory: Migration = {
  async up(db) {
    await db.schema
      .createTable('healthSubjects')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('stack', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('seenAt', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('health_subjects_place', ['targetId', 'stack', 'name'])
      .execute()
    await db.schema
      .createTable('healthBuckets')
      .addColumn('subjectId', 'integer', (c) => c.notNull())
      // The name of a check; empty for the service as a whole.
      .addColumn('checkName', 'text', (c) => c.notNull())
      .addColumn('span', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('upMs', 'integer', (c) => c.notNull())
      .addColumn('downMs', 'integer', (c) => c.notNull())
      .addColumn('results', 'integer', (c) => c.notNull())
      .addColumn('maxMs', 'double precision')
      .addColumn('times', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('health_buckets_key', ['subjectId', 'checkName', 'span', 'at'])
      .execute()
    await db.schema.createIndex('health_buckets_at').on('healthBuckets').columns(['span', 'at']).execute()
    await db.schema
      .createTable('healthIncidents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('subjectId', 'integer', (c) => c.notNull())
      .addColumn('startedAt', 'bigint', (c) => c.notNull())
      .addColumn('endedAt', 'bigint')
      .addColumn('reason', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('ownProbe')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('health_incidents_subject')
      .on('healthIncidents')
      .columns(['subjectId', 'startedAt'])
      .execute()
  },
}
