import type { Permission } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

interface TokenTable {
  id: string
  userId: string
  name: string
  prefix: string
  hash: string
  scopes: string
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
}

/** An API token as it is kept: the SHA-256 of it, never itself. Times are epoch ms. */
export interface TokenRecord {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly prefix: string
  readonly hash: string
  readonly scopes: readonly Permission[]
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}
export type OwnedToken = TokenRecord & { readonly username: string }

const read = <R extends TokenTable>(row: R) => ({ ...row, scopes: JSON.parse(row.scopes) as Permission[] })

/** Ids and prefixes are made here; anything of another form names nothing, and PostgreSQL refuses NUL outright. */
const askable = (key: string): boolean => /^[0-9a-f-]{1,40}$/.test(key)

export type TokenStore = ReturnType<typeof openTokenStore>

export function openTokenStore(database: Database) {
  const db = database.db.withTables<{ apiTokens: TokenTable; users: { id: string; username: string } }>()

  return {
    async find(column: 'id' | 'prefix', key: string): Promise<TokenRecord | null> {
      if (!askable(key)) return null
      const row = await db.selectFrom('apiTokens').selectAll().where(column, '=', key).executeTakeFirst()
      return row ? read(row) : null
    },

    async insert(token: TokenRecord): Promise<void> {
      await db
        .insertInto('apiTokens')
        .values({ ...token, scopes: JSON.stringify(token.scopes) })
        .execute()
    },

    /** Newest first; of all users where none is told. */
    async list(userId: string | null): Promise<OwnedToken[]> {
      let rows = db.selectFrom('apiTokens').innerJoin('users', 'users.id', 'apiTokens.userId')
      if (userId !== null) rows = rows.where('apiTokens.userId', '=', userId)
      const found = await rows
        .selectAll('apiTokens')
        .select('users.username')
        .orderBy('apiTokens.createdAt', 'desc')
        .orderBy('apiTokens.id')
        .execute()
      return found.map(read)
    },

    async used(id: string, at: number): Promise<void> {
      await db.updateTable('apiTokens').set({ lastUsedAt: at }).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('apiTokens').where('id', '=', id).executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}
