import type { Database } from '@wheelhouse/platform/db'

type RemovalsTable = {
  stackId: string
  name: string
  targetId: string
  volumes: number
  by: string
  jobId: string
  startedAt: number
}
type Tables = { stackRemovals: RemovalsTable }

/** A removal that is under way, or was cut off. `startedAt` is epoch ms. */
export interface BegunRemoval extends Omit<RemovalsTable, 'volumes'> {
  readonly volumes: boolean
}

export type RemovalStore = ReturnType<typeof openRemovalStore>

export function openRemovalStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    async begin(removal: BegunRemoval): Promise<void> {
      const row = { ...removal, volumes: Number(removal.volumes) }
      const { stackId: _key, ...change } = row
      await db
        .insertInto('stackRemovals')
        .values(row)
        .onConflict((conflict) => conflict.column('stackId').doUpdateSet(change))
        .execute()
    },

    async begun(targetId: string): Promise<BegunRemoval[]> {
      const rows = await db.selectFrom('stackRemovals').selectAll().where('targetId', '=', targetId).execute()
      return rows.map((row) => ({ ...row, volumes: row.volumes !== 0 }))
    },

    async end(stackId: string): Promise<void> {
      await db.deleteFrom('stackRemovals').where('stackId', '=', stackId).execute()
    },
  }
}
