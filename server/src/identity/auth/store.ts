import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn } from '@wheelhouse/platform/secrets'

/** A sign-in that lasts. Times are epoch ms. */
export interface SessionRecord {
  readonly id: string
  readonly userId: string
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}
/** One refresh token of a session's family; `replacedAt` says that it was changed for the next one. */
export interface RefreshRecord {
  readonly hash: string
  readonly sessionId: string
  readonly expiresAt: number
  readonly replacedAt: number | null
}
export interface SigningKeyRecord {
  readonly id: string
  readonly sealed: string
  readonly createdAt: number
  readonly retiredAt: number | null
}
export const signingKeyContext = (id: string): string => `signing-key/${id}`
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'signingKeys', column: 'sealed', key: ['id'], context: ({ id }) => signingKeyContext(String(id)) },
]

type Tables = {
  sessions: SessionRecord
  refreshTokens: RefreshRecord
  signingKeys: SigningKeyRecord
  users: { id: string; username: string }
}

/** Ids are made here; anything of another form names nothing, and PostgreSQL refuses NUL outright. */
const askable = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id)

export type AuthStore = ReturnType<typeof openAuthStore>

export function openAuthStore(database: Database) {
  const db = database.db.withTables<Tables>()

  return {
    async openSession(session: SessionRecord, refresh: RefreshRecord): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx.insertInto('sessions').values(session).execute()
        await trx.insertInto('refreshTokens').values(refresh).execute()
      })
    },

    async session(id: string): Promise<SessionRecord | null> {
      if (!askable(id)) return null
      return (await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
    },

    async refreshToken(hash: string): Promise<RefreshRecord | null> {
      return (await db.selectFrom('refreshTokens').selectAll().where('hash', '=', hash).executeTakeFirst()) ?? null
    },

    /** Changes one refresh token for the next; false when another call has done it first, and then nothing is changed. */
    async rotate(hash: string, next: RefreshRecord, at: number): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('refreshTokens')
          .set({ replacedAt: at })
          .where('hash', '=', hash)
          .where('replacedAt', 'is', null)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await trx.insertInto('refreshTokens').values(next).execute()
        await trx
          .updateTable('sessions')
          .set({ lastSeenAt: at, expiresAt: next.expiresAt })
          .where('id', '=', next.sessionId)
          .execute()
        return true
      })
    },

    async seen(sessionId: string, at: number): Promise<void> {
      await db.updateTable('sessions').set({ lastSeenAt: at }).where('id', '=', sessionId).execute()
    },

    /** Sessions not expired at `at`, last seen first; of all users where none is told. */
    async sessions(userId: string | null, at: number): Promise<(SessionRecord & { username: string })[]> {
      let rows = db.selectFrom('sessions').innerJoin('users', 'users.id', 'sessions.userId')
      if (userId !== null) rows = rows.where('sessions.userId', '=', userId)
      return rows
        .selectAll('sessions')
        .select('users.username')
        .where('sessions.expiresAt', '>', at)
        .orderBy('sessions.lastSeenAt', 'desc')
        .orderBy('sessions.id')
        .execute()
    },

    /** Ends sessions of a user but one; answers the ids of those that were there. */
    async endSessions(userId: string, but: string | null): Promise<string[]> {
      let rows = db.deleteFrom('sessions').where('userId', '=', userId)
      if (but !== null) rows = rows.where('id', '!=', but)
      return (await rows.returning('id').execute()).map((row) => row.id)
    },

    /** Ends one; answers whose it was, null when there is none. */
    async endSession(id: string): Promise<string | null> {
      if (!askable(id)) return null
      const row = await db.deleteFrom('sessions').where('id', '=', id).returning('userId').executeTakeFirst()
      return row?.userId ?? null
    },

    /** Forgets what has expired: sessions, and the old refresh tokens of sessions that live on. */
    async prune(at: number): Promise<void> {
      await db.deleteFrom('sessions').where('expiresAt', '<=', at).execute()
      await db.deleteFrom('refreshTokens').where('expiresAt', '<=', at).execute()
    },

    /** Newest first. */
    signingKeys: (): Promise<SigningKeyRecord[]> =>
      db.selectFrom('signingKeys').selectAll().orderBy('createdAt', 'desc').orderBy('id').execute(),

    async addSigningKey(key: SigningKeyRecord): Promise<void> {
      await db.insertInto('signingKeys').values(key).execute()
    },

    /** Puts a new key in the place of all others, which keep verifying until `forgetBefore` of a later call. */
    async replaceSigningKeys(key: SigningKeyRecord, forgetBefore: number): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('signingKeys').where('retiredAt', '<', forgetBefore).execute()
        await trx.updateTable('signingKeys').set({ retiredAt: key.createdAt }).where('retiredAt', 'is', null).execute()
        await trx.insertInto('signingKeys').values(key).execute()
      })
    },

    async resealSigningKey(id: string, sealed: string): Promise<void> {
      await db.updateTable('signingKeys').set({ sealed }).where('id', '=', id).execute()
    },
  }
}
