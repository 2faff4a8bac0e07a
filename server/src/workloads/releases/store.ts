import type { Release } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
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
  uses: string | null
}

export interface Of {
  readonly stack: string
  readonly environment: string
}

const place = (id: string): string => `releases/${id}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'releases', column: 'sealed', key: ['id'], context: ({ id }) => place(String(id)) },
]
/** What of a release is told in the open: where it is, and which folders of apps it runs in (absolute). */
export interface Uses {
  readonly targetIds: readonly string[]
  readonly folders: readonly string[]
}
export interface KeptRelease extends Release {
  readonly uses: Uses
}

const noUses: Uses = { targetIds: [], folders: [] }
const usesOf = (content: ReleaseContent): Uses => ({
  targetIds: [...new Set(content.placements.map(({ targetId }) => targetId))],
  folders: Object.values(content.folders).map(({ path }) => path),
})
const read = (row: Pick<ReleaseTable, 'record' | 'state' | 'pinned' | 'uses'>): KeptRelease => ({
  ...(JSON.parse(row.record) as Release),
  uses: row.uses === null ? noUses : (JSON.parse(row.uses) as Uses),
  state: row.state,
  pinned: row.pinned === 1,
})

export type ReleaseStore = ReturnType<typeof openReleaseStore>

export function openReleaseStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ releases: ReleaseTable }>()
  const columns = ['record', 'state', 'pinned', 'uses'] as const

  return {
    async list(of: {
      readonly stack?: string | undefined
      readonly environment?: string | undefined
    }): Promise<KeptRelease[]> {
      let query = db.selectFrom('releases').select(columns)
      if (of.stack !== undefined) query = query.where('stack', '=', of.stack)
      if (of.environment !== undefined) query = query.where('environment', '=', of.environment)
      return (await query.orderBy('createdAt', 'desc').orderBy('number', 'desc').execute()).map(read)
    },

    async get(id: string): Promise<KeptRelease | null> {
      const row = await db.selectFrom('releases').select(columns).where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    async byNumber(of: Of, number: number): Promise<KeptRelease | null> {
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

    async serving(of: Of): Promise<KeptRelease | null> {
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
          uses: JSON.stringify(usesOf(content)),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    /** Of one that is being brought; that it was taken over in between is left as it is. */
    async reject(id: string): Promise<void> {
      await db
        .updateTable('releases')
        .set({ state: 'bad' })
        .where('id', '=', id)
        .where('state', '=', 'candidate')
        .execute()
    },

    async pin(id: string, pinned: boolean): Promise<void> {
      await db
        .updateTable('releases')
        .set({ pinned: pinned ? 1 : 0 })
        .where('id', '=', id)
        .execute()
    },

    async noteMigrated(id: string): Promise<void> {
      const row = await db.selectFrom('releases').select('record').where('id', '=', id).executeTakeFirst()
      if (!row) return
      const record = JSON.stringify({ ...(JSON.parse(row.record) as Release), migrated: true })
      await db.updateTable('releases').set({ record }).where('id', '=', id).execute()
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
