import type { Grant, Me, Reach, Role } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

interface UserTable {
  id: string
  username: string
  displayName: string
  email: string | null
  role: Role
  reach: Reach
  grants: string
  preferences: string
  passwordHash: string
  disabled: number
  version: number
  createdAt: number
  lastSeenAt: number | null
}

export type Preferences = Me['preferences']

/** A user as it is kept. Times are epoch ms. `version` grows with every change that touches what the user may do. */
export interface UserRecord {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly email: string | null
  readonly role: Role
  readonly reach: Reach
  readonly grants: readonly Grant[]
  readonly preferences: Preferences
  readonly passwordHash: string
  readonly disabled: boolean
  readonly version: number
  readonly createdAt: number
  readonly lastSeenAt: number | null
}
export type UserPatch = Partial<Omit<UserRecord, 'id' | 'username' | 'version' | 'createdAt'>>

export interface UserQuery {
  readonly q?: string
  readonly role?: Role
  readonly after?: string
  readonly limit: number
}

const read = (row: UserTable): UserRecord => ({
  ...row,
  grants: JSON.parse(row.grants) as Grant[],
  preferences: JSON.parse(row.preferences) as Preferences,
  disabled: row.disabled === 1,
})

function write(patch: UserPatch): Partial<UserTable> {
  const { grants, preferences, disabled, ...plain } = patch
  return {
    ...plain,
    ...(grants && { grants: JSON.stringify(grants) }),
    ...(preferences && { preferences: JSON.stringify(preferences) }),
    ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
  }
}

/** What may be asked of the database as a name or id; anything else names no one, and PostgreSQL refuses NUL outright. */
const askable = (key: string): boolean => /^[a-z0-9][a-z0-9._-]{0,99}$/.test(key)

export type UserStore = ReturnType<typeof openUserStore>

export function openUserStore(database: Database) {
  const db = database.db.withTables<{ users: UserTable }>()

  const one = async (column: 'id' | 'username', key: string): Promise<UserRecord | null> => {
    if (!askable(key)) return null
    const row = await db.selectFrom('users').selectAll().where(column, '=', key).executeTakeFirst()
    return row ? read(row) : null
  }

  return {
    byId: (id: string) => one('id', id),
    byName: (username: string) => one('username', username),

    async insert(user: UserRecord): Promise<void> {
      const { id, username, version, createdAt, ...rest } = user
      const columns = write(rest) as Omit<UserTable, 'id' | 'username' | 'version' | 'createdAt'>
      await db
        .insertInto('users')
        .values({ ...columns, id, username, version, createdAt })
        .execute()
    },

    async hasAdmin(): Promise<boolean> {
      const row = await db.selectFrom('users').select('id').where('role', '=', 'admin').limit(1).executeTakeFirst()
      return row !== undefined
    },

    /** Changes a user; answers what is now, or null when there is none. */
    async update(id: string, patch: UserPatch): Promise<UserRecord | null> {
      const row = await db
        .updateTable('users')
        .set((eb) => ({ ...write(patch), version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ? read(row) : null
    },

    async seen(id: string, at: number): Promise<void> {
      await db.updateTable('users').set({ lastSeenAt: at }).where('id', '=', id).execute()
    },

    /**
     * Changes (or with null removes) a user who may be an administrator, unless no other able administrator would be left: then
     * false. The administrators are locked first, so that two who demote each other at once cannot both succeed.
     */
    async withdrawAdmin(id: string, patch: UserPatch | null): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        const others = await trx
          .selectFrom('users')
          .select('id')
          .where('role', '=', 'admin')
          .where('reach', '=', 'all')
          .where('disabled', '=', 0)
          .orderBy('id')
          .$if(database.kind === 'postgres', (query) => query.forUpdate())
          .execute()
        if (!others.some((other) => other.id !== id)) return false
        if (patch === null) await trx.deleteFrom('users').where('id', '=', id).execute()
        else {
          await trx
            .updateTable('users')
            .set((eb) => ({ ...write(patch), version: eb('version', '+', 1) }))
            .where('id', '=', id)
            .execute()
        }
        return true
      })
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('users').where('id', '=', id).execute()
    },

    async list(query: UserQuery): Promise<{ items: UserRecord[]; total: number }> {
      let rows = db.selectFrom('users')
      if (query.role) rows = rows.where('role', '=', query.role)
      if (query.q) {
        const pattern = `%${query.q
          .toLowerCase()
          .replaceAll('\0', '')
          .replace(/[\\%_]/g, '\\$&')}%`
        rows = rows.where((eb) =>
          eb.or(
            (['username', 'displayName', 'email'] as const).map(
              (column) => sql<boolean>`lower(${eb.ref(column)}) like ${pattern} escape '\\'`,
            ),
          ),
        )
      }
      const { total } = await rows.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const page = query.after === undefined ? rows : rows.where('username', '>', query.after)
      const items = await page.selectAll().orderBy('username').limit(query.limit).execute()
      return { items: items.map(read), total: Number(total) }
    },
  }
}
