import type { KeptLine } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

/** A marked line. `serviceId` is empty where the service was gone. `createdAt` is epoch ms. */
export interface BookmarkRow {
  readonly id: string
  readonly userId: string
  readonly position: string
  /** JSON of the line as it read when it was marked. */
  readonly line: string
  readonly targetId: string
  readonly serviceId: string
  readonly note: string
  readonly createdAt: number
}
type Tables = { logBookmarks: BookmarkRow }

export const lineOf = ({ line }: BookmarkRow): KeptLine => JSON.parse(line) as KeptLine

export type BookmarkStore = ReturnType<typeof openBookmarkStore>

export function openBookmarkStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    of: (userId: string): Promise<BookmarkRow[]> =>
      db.selectFrom('logBookmarks').selectAll().where('userId', '=', userId).orderBy('createdAt', 'desc').execute(),
    /** Marked twice, the first mark stays and takes the new note. */
    async put(row: BookmarkRow): Promise<BookmarkRow> {
      return db
        .insertInto('logBookmarks')
        .values(row)
        .onConflict((conflict) => conflict.columns(['userId', 'position']).doUpdateSet({ note: row.note }))
        .returningAll()
        .executeTakeFirstOrThrow()
    },
    async note(userId: string, id: string, note: string): Promise<BookmarkRow | null> {
      const row = await db
        .updateTable('logBookmarks')
        .set({ note })
        .where('userId', '=', userId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ?? null
    },
    async drop(userId: string, id: string): Promise<BookmarkRow | null> {
      const row = await db
        .deleteFrom('logBookmarks')
        .where('userId', '=', userId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ?? null
    },
  }
}
