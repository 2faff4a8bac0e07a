import type { Database } from '@wheelhouse/platform/db'

type Tables = { deployments: { id: string; stack: string; heartbeatAt: number | null; owner: string | null } }
const aliveMs = 120_000

export function openMaintenanceStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    /** The stack of a deployment that is under way; null where there is none. */
    async deploying(now: number): Promise<string | null> {
      const row = await db
        .selectFrom('deployments')
        .select('stack')
        .where('owner', 'is not', null)
        .where('heartbeatAt', '>', now - aliveMs)
        .limit(1)
        .executeTakeFirst()
      return row?.stack ?? null
    },
  }
}
