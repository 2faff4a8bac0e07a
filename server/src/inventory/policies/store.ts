import type { PolicyRules } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

interface PoliciesTable {
  targetId: string
  rules: string
  changedAt: number
  changedBy: string
}
type Tables = { policies: PoliciesTable }

/** Key of the row that holds for every target without one of its own. */
export const house = ''

export interface StoredPolicy {
  readonly rules: PolicyRules
  readonly changedAt: number
  readonly changedBy: string
}

/** Rules of a row; by one that came later than the row nothing is allowed. */
export const rulesOfRow = (text: string): PolicyRules => {
  const rules = JSON.parse(text) as Omit<PolicyRules, 'logDrivers'> & Partial<PolicyRules>
  return { ...rules, logDrivers: rules.logDrivers ?? [] }
}

/** Rules that people set, by target. */
export function createPolicyStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    async all(): Promise<Map<string, StoredPolicy>> {
      const rows = await db.selectFrom('policies').selectAll().execute()
      return new Map(
        rows.map(({ targetId, rules, changedAt, changedBy }) => [
          targetId,
          { rules: rulesOfRow(rules), changedAt, changedBy },
        ]),
      )
    },
    async set(targetId: string, { rules, changedAt, changedBy }: StoredPolicy): Promise<void> {
      const row = { rules: JSON.stringify(rules), changedAt, changedBy }
      await db
        .insertInto('policies')
        .values({ targetId, ...row })
        .onConflict((conflict) => conflict.column('targetId').doUpdateSet(row))
        .execute()
    },
    async clear(targetId: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('policies').where('targetId', '=', targetId).executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}
export type PolicyStore = ReturnType<typeof createPolicyStore>
