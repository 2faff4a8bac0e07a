import type { Database } from '@wheelhouse/platform/db'

interface ChecksTable {
  targetId: string
  reference: string
  imageId: string
  state: string
  digest: string | null
  reason: string | null
  checkedAt: number
  failures: number
  dueAt: number
}

/** What a registry last said of one name on one target. Times are epoch ms. */
export interface Check {
  readonly targetId: string
  readonly reference: string
  /** The image that stood under the name then; of another one nothing is known. */
  readonly imageId: string
  readonly state: 'current' | 'newer' | 'unknown'
  readonly digest: string | null
  readonly reason: string | null
  readonly checkedAt: number
  /** In a row; the time between two grows with them. */
  readonly failures: number
  readonly dueAt: number
}

export function openCheckStore(database: Database) {
  const db = database.db.withTables<{ imageChecks: ChecksTable }>()
  return {
    async all(): Promise<Check[]> {
      const rows = await db.selectFrom('imageChecks').selectAll().execute()
      return rows.map((row) => ({ ...row, state: row.state as Check['state'] }))
    },
    async save(check: Check): Promise<void> {
      const { targetId: _target, reference: _reference, ...rest } = check
      await db
        .insertInto('imageChecks')
        .values({ ...check })
        .onConflict((conflict) => conflict.columns(['targetId', 'reference']).doUpdateSet(rest))
        .execute()
    },
    async remove(targetId: string, reference: string): Promise<void> {
      await db.deleteFrom('imageChecks').where('targetId', '=', targetId).where('reference', '=', reference).execute()
    },
  }
}
export type CheckStore = ReturnType<typeof openCheckStore>
