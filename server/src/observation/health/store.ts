import type { CheckResult, HealthCheckSpec } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

type Tables = {
  checks: { serviceId: string; specs: string; updatedAt: number }
  checkResults: { serviceId: string; name: string; results: string; updatedAt: number }
}

/** Checks that people set, and the recent results of all, one row a check. */
export function createHealthStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    async specs(): Promise<Map<string, HealthCheckSpec[]>> {
      const rows = await db.selectFrom('checks').selectAll().execute()
      return new Map(rows.map((row) => [row.serviceId, JSON.parse(row.specs) as HealthCheckSpec[]]))
    },
    async saveSpecs(serviceId: string, specs: readonly HealthCheckSpec[]): Promise<void> {
      const row = { specs: JSON.stringify(specs), updatedAt: Date.now() }
      await db
        .insertInto('checks')
        .values({ serviceId, ...row })
        .onConflict((on) => on.column('serviceId').doUpdateSet(row))
        .execute()
    },
    async results(serviceId: string): Promise<Map<string, CheckResult[]>> {
      const rows = await db.selectFrom('checkResults').selectAll().where('serviceId', '=', serviceId).execute()
      return new Map(rows.map((row) => [row.name, JSON.parse(row.results) as CheckResult[]]))
    },
    async saveResults(serviceId: string, name: string, results: readonly CheckResult[]): Promise<void> {
      const row = { results: JSON.stringify(results), updatedAt: Date.now() }
      await db
        .insertInto('checkResults')
        .values({ serviceId, name, ...row })
        .onConflict((on) => on.columns(['serviceId', 'name']).doUpdateSet(row))
        .execute()
    },
    async forget(serviceId: string): Promise<void> {
      await db.deleteFrom('checkResults').where('serviceId', '=', serviceId).execute()
      await db.deleteFrom('checks').where('serviceId', '=', serviceId).execute()
    },
  }
}
export type HealthStore = ReturnType<typeof createHealthStore>
