import type { Release } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { ReleaseContent } from './content.ts'

type ReleaseTable = {
  id: string
  stack: string
  environment: string
  number: number
  state: Release['state']
  pinned: number
  createdAt: number
  record: string
  sealed: string
}

export interface Of {
  readonly stack: string
  readonly environment: string
}

const place = (id: string): string => `releases/${id}`
const read = (row: Pick<ReleaseTable, 'record' | 'state' | 'pinned'>): Release => ({
  ...(JSON.parse(row.record) as Release),
  state: row.state,
  pinned: row.pinned === 1,
})

export type ReleaseStore = ReturnType<typeof openReleaseStore>

export function openReleaseStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ releases: ReleaseTable }>()
  const columns = ['record', 'state', 'pinned'] as const

  return {
    async list(of: {
      readonly stack?: string | undefined
      readonly environment?: string | undefined
    }): Promise<Release[]> {
      let query = db.selectFrom('releases').select(columns)
      if (of.stack !== undefined) query = query.where('stack', '=', of.stack)
      if (of.environment !== undefined) query = query.where('environment', '=', of.environment)
      return (await query.orderBy('createdAt', 'desc').orderBy('number', 'desc').execute()).map(read)
    },

    async get(id: string): Promise<Release | null> {
      const row = await db.selectFrom('releases').select(columns).where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    async byNumber(of: Of, number: number): Promise<Release | null> {
      const row = await db
        .selectFrom('releases')
        .select(columns)
        .where('stack', '=', of.stack)
        .where('environment', '=', of.environment)
        .where('number', '=', number)
        .executeTakeFirst()
      return row ? read(row) : null
    },

    async content(id: string): Promise<ReleaseContent | null> {
      const row = await db.selectFrom('releases').select('sealed').where('id', '=', id).executeTakeFirst()
      return row ? (JSON.parse(secrets.open(row.sealed, place(id)).reveal()) as ReleaseContent) : null
    },

    async serving(of: Of): Promise<Release | null> {
      const row = await db
        .selectFrom('releases')
        .select(columns)
        .where('stack', '=', of.stack)
        .where('environment', '=', of.environment)
        .where('state', '=', 'serving')
        .executeTakeFirst()
      return row ? read(row) : null
    },

    async nextNumber(of: Of): Promise<number> {
      const row = await db
        .selectFrom('releases')
        .select('number')
        .where('stack', '=', of.stack)
        .where('environment', '=', of.environment)
        .orderBy('number', 'desc')
        .executeTakeFirst()
      return (row?.number ?? 0) + 1
    },

    /** Harmless when it is there already: a step that was cut off is done again. */
    async add(release: Release, content: ReleaseContent): Promise<void> {
      await db
        .insertInto('releases')
        .values({
          id: release.id,
          stack: release.stack,
          environment: release.environment,
          number: release.number,
          state: release.state,
          pinned: release.pinned ? 1 : 0,
          createdAt: Date.parse(release.createdAt),
          record: JSON.stringify(release),
          sealed: secrets.seal(JSON.stringify(content), place(release.id)),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    async save(release: Release): Promise<void> {
      await db
        .updateTable('releases')
        .set({ state: release.state, pinned: release.pinned ? 1 : 0, record: JSON.stringify(release) })
        .where('id', '=', release.id)
        .execute()
    },

    /** One serves, and the one before it is good from then on. */
    async serve(release: Release): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('releases')
          .set({ state: 'good' })
          .where('stack', '=', release.stack)
          .where('environment', '=', release.environment)
          .where('state', '=', 'serving')
          .where('id', '!=', release.id)
          .execute()
        await trx.updateTable('releases').set({ state: 'serving' }).where('id', '=', release.id).execute()
      })
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('releases').where('id', '=', id).execute()
    },
  }
}
