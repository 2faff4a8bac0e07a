import type { Widget } from '@wheelhouse/contract'
import { type Database, isUniqueViolation } from '@wheelhouse/platform/db'

/** Times are epoch ms. */
export interface Board {
  readonly id: string
  readonly ownerId: string
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly shared: boolean
  readonly version: number
  readonly rangeMs: number
  readonly widgets: readonly Widget[]
  readonly createdAt: number
  readonly changedAt: number
  readonly changedBy: string
}
type BoardTable = Omit<Board, 'shared' | 'widgets'> & { shared: number; widgets: string }
type Tables = { dashboards: BoardTable; dashboardDefaults: { userId: string; dashboardId: string } }

export type BoardChange = Partial<Pick<Board, 'name' | 'description' | 'shared' | 'rangeMs' | 'widgets'>> &
  Pick<Board, 'changedAt' | 'changedBy'>

const read = ({ shared, widgets, ...row }: BoardTable): Board => ({
  ...row,
  shared: shared === 1,
  widgets: JSON.parse(widgets) as Widget[],
})
const written = ({ shared, widgets, ...rest }: Partial<Board>): Partial<BoardTable> => ({
  ...rest,
  ...(shared === undefined ? {} : { shared: shared ? 1 : 0 }),
  ...(widgets === undefined ? {} : { widgets: JSON.stringify(widgets) }),
})

export type BoardStore = ReturnType<typeof openBoardStore>

export function openBoardStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    /** Own and shared ones, by name. */
    async seenBy(userId: string): Promise<Board[]> {
      const rows = await db
        .selectFrom('dashboards')
        .selectAll()
        .where((eb) => eb.or([eb('ownerId', '=', userId), eb('shared', '=', 1)]))
        .orderBy('name')
        .orderBy('id')
        .execute()
      return rows.map(read)
    },
    async get(id: string): Promise<Board | null> {
      const row = await db.selectFrom('dashboards').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },
    async countOf(ownerId: string): Promise<number> {
      const row = await db
        .selectFrom('dashboards')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where('ownerId', '=', ownerId)
        .executeTakeFirstOrThrow()
      return Number(row.count)
    },
    /** False when the owner has one of that name. */
    async add(board: Board): Promise<boolean> {
      try {
        await db
          .insertInto('dashboards')
          .values(written(board) as BoardTable)
          .execute()
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },
    /** `stale`: it is at another version, or gone. `taken`: the owner has another of that name. */
    async change(id: string, version: number, change: BoardChange): Promise<'done' | 'stale' | 'taken'> {
      try {
        const { numUpdatedRows } = await db
          .updateTable('dashboards')
          .set({ ...written(change), version: version + 1 })
          .where('id', '=', id)
          .where('version', '=', version)
          .executeTakeFirst()
        return numUpdatedRows === 1n ? 'done' : 'stale'
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken'
        throw error
      }
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('dashboardDefaults').where('dashboardId', '=', id).execute()
      await db.deleteFrom('dashboards').where('id', '=', id).execute()
    },
    /** Of somebody who is gone: what he shared stays, for those who look at it. */
    async forget(userId: string): Promise<void> {
      await db.deleteFrom('dashboardDefaults').where('userId', '=', userId).execute()
      await db.deleteFrom('dashboards').where('ownerId', '=', userId).where('shared', '=', 0).execute()
    },
    async defaultOf(userId: string): Promise<string | null> {
      const row = await db.selectFrom('dashboardDefaults').selectAll().where('userId', '=', userId).executeTakeFirst()
      return row?.dashboardId ?? null
    },
    async setDefault(userId: string, dashboardId: string | null): Promise<void> {
      if (dashboardId === null) {
        await db.deleteFrom('dashboardDefaults').where('userId', '=', userId).execute()
        return
      }
      await db
        .insertInto('dashboardDefaults')
        .values({ userId, dashboardId })
        .onConflict((conflict) => conflict.column('userId').doUpdateSet({ dashboardId }))
        .execute()
    },
  }
}
