import type { Migration } from '@wheelhouse/platform/db'

/** Stacks that follow a file of a git repository. Credentials, the secret of the webhook and values of variables are sealed. */
export const stackSources: Migration = {
  async up(db) {
    await db.schema
      .createTable('stackSources')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('stack', 'text', (c) => c.notNull())
      .addColumn('targetId', 'text', (c) => c.notNull())
      .addColumn('url', 'text', (c) => c.notNull())
      .addColumn('branch', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('directory', 'text')
      .addColumn('hostKeys', 'text')
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('hookId', 'text', (c) => c.unique())
      .addColumn('pollSeconds', 'integer')
      .addColumn('nextPollAt', 'bigint')
      .addColumn('commit', 'text')
      .addColumn('triedCommit', 'text')
      .addColumn('appliedCommit', 'text')
      .addColumn('lastSyncAt', 'bigint')
      .addColumn('lastResult', 'text')
      .addColumn('lastError', 'text')
      .addColumn('ownerId', 'text', (c) => c.notNull())
      .addColumn('ownerToken', 'text')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .execute()
  },
}
