import type { Database } from '@wheelhouse/platform/db'

/** Times are epoch ms. `service` and `target` are as they were named; their ids tell whose it is to end it. */
export interface SilenceRecord {
  readonly id: string
  readonly reason: string
  readonly ruleId: string | null
  readonly service: string | null
  readonly serviceId: string | null
  readonly stack: string | null
  readonly target: string | null
  readonly targetId: string | null
  readonly from: number
  readonly until: number | null
  readonly cron: string | null
  readonly durationMs: number | null
  readonly timeZone: string | null
  readonly createdBy: string
  readonly createdAt: number
}

export type SilenceStore = ReturnType<typeof openSilenceStore>

export function openSilenceStore(database: Database) {
  const db = database.db.withTables<{ alertSilences: SilenceRecord }>()
  return {
    /** Newest first. */
    all: (): Promise<SilenceRecord[]> =>
      db.selectFrom('alertSilences').selectAll().orderBy('createdAt', 'desc').orderBy('id').execute(),
    async one(id: string): Promise<SilenceRecord | null> {
      return (await db.selectFrom('alertSilences').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
    },
    async insert(record: SilenceRecord): Promise<void> {
      await db.insertInto('alertSilences').values(record).execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('alertSilences').where('id', '=', id).execute()
    },
    async prune(endedBefore: number): Promise<void> {
      await db.deleteFrom('alertSilences').where('until', '<', endedBefore).execute()
    },
  }
}
