import type { Migration } from '@wheelhouse/platform/db'

/**
 * Users, sessions, refresh tokens, API tokens, signing keys and the audit log. One form for both databases: times are epoch ms,
 * truth values are 0 or 1, JSON is text, because nothing here is queried inside its JSON.
 */
export const identity: Migration = {
  async up(db) {
    await db.schema
      .createTable('users')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('username', 'text', (c) => c.notNull().unique())
      .addColumn('displayName', 'text', (c) => c.notNull())
      .addColumn('email', 'text')
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('reach', 'text', (c) => c.notNull())
      .addColumn('grants', 'text', (c) => c.notNull())
      .addColumn('preferences', 'text', (c) => c.notNull())
      .addColumn('passwordHash', 'text', (c) => c.notNull())
      .addColumn('disabled', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('lastSeenAt', 'bigint')
      .execute()

    await db.schema
      .createTable('sessions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('userId', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('ip', 'text', (c) => c.notNull())
      .addColumn('userAgent', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('lastSeenAt', 'bigint', (c) => c.notNull())
      .addColumn('expiresAt', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('sessionsByUser').on('sessions').column('userId').execute()
    await db.schema.createIndex('sessionsByExpiry').on('sessions').column('expiresAt').execute()

    await db.schema
      .createTable('refreshTokens')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('sessionId', 'text', (c) => c.notNull().references('sessions.id').onDelete('cascade'))
      .addColumn('expiresAt', 'bigint', (c) => c.notNull())
      .addColumn('replacedAt', 'bigint')
      .execute()
    await db.schema.createIndex('refreshTokensBySession').on('refreshTokens').column('sessionId').execute()
    await db.schema.createIndex('refreshTokensByExpiry').on('refreshTokens').column('expiresAt').execute()

    await db.schema
      .createTable('signingKeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('retiredAt', 'bigint')
      .execute()

    await db.schema
      .createTable('apiTokens')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('userId', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('prefix', 'text', (c) => c.notNull().unique())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('scopes', 'text', (c) => c.notNull())
      .addColumn('createdAt', 'bigint', (c) => c.notNull())
      .addColumn('expiresAt', 'bigint')
      .addColumn('lastUsedAt', 'bigint')
      .execute()
    await db.schema.createIndex('apiTokensByUser').on('apiTokens').columns(['userId', 'name']).unique().execute()

    // No foreign key: what a removed user did stays on record.
    await db.schema
      .createTable('auditEntries')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('actorId', 'text')
      .addColumn('via', 'text', (c) => c.notNull())
      .addColumn('face', 'text', (c) => c.notNull())
      .addColumn('operation', 'text', (c) => c.notNull())
      .addColumn('resource', 'text')
      .addColumn('outcome', 'text', (c) => c.notNull())
      .addColumn('errorCode', 'text')
      .addColumn('input', 'text')
      .addColumn('before', 'text')
      .addColumn('after', 'text')
      .addColumn('ip', 'text', (c) => c.notNull())
      .addColumn('userAgent', 'text', (c) => c.notNull())
      .addColumn('requestId', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('auditEntriesByTime').on('auditEntries').columns(['at', 'id']).execute()
    await db.schema.createIndex('auditEntriesByActor').on('auditEntries').columns(['actor', 'at']).execute()
    await db.schema.createIndex('auditEntriesByOperation').on('auditEntries').columns(['operation', 'at']).execute()
    await db.schema.createIndex('auditEntriesByResource').on('auditEntries').columns(['resource', 'at']).execute()
  },
}
