import type { AlertRuleSpec } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

interface RulesTable {
  id: string
  name: string
  spec: string
  enabled: number
  given: number
  problem: string | null
  firedAt: number | null
  createdBy: string
  createdAt: number
  changedAt: number
}
type Tables = {
  alertRules: RulesTable
  alertRulesGiven: { key: string; at: number }
}

/** A rule as it is kept. Times are epoch ms. */
export interface RuleRecord extends Omit<Readonly<RulesTable>, 'spec' | 'enabled' | 'given'> {
  readonly spec: Omit<AlertRuleSpec, 'enabled'>
  readonly enabled: boolean
  readonly given: boolean
}
export type RulePatch = Partial<Pick<RuleRecord, 'name' | 'spec' | 'enabled' | 'problem' | 'firedAt' | 'changedAt'>>

export type RuleStore = ReturnType<typeof openRuleStore>

export function openRuleStore(database: Database) {
  const db = database.db.withTables<Tables>()
  const read = ({ spec, enabled, given, ...row }: RulesTable): RuleRecord => ({
    ...row,
    spec: JSON.parse(spec) as RuleRecord['spec'],
    enabled: enabled === 1,
    given: given === 1,
  })
  const written = ({ spec, enabled, given, ...row }: RuleRecord): RulesTable => ({
    ...row,
    spec: JSON.stringify(spec),
    enabled: enabled ? 1 : 0,
    given: given ? 1 : 0,
  })
  return {
    /** By name. */
    async all(): Promise<RuleRecord[]> {
      return (await db.selectFrom('alertRules').selectAll().orderBy('name').execute()).map(read)
    },
    /** By id, else by name. */
    async one(reference: string): Promise<RuleRecord | null> {
      const rows = await db
        .selectFrom('alertRules')
        .selectAll()
        .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference)]))
        .execute()
      const row = rows.find(({ id }) => id === reference) ?? rows[0]
      return row ? read(row) : null
    },
    async insert(record: RuleRecord): Promise<void> {
      await db.insertInto('alertRules').values(written(record)).execute()
    },
    /** Null when there is none. */
    async update(id: string, { spec, enabled, ...rest }: RulePatch): Promise<RuleRecord | null> {
      const row = await db
        .updateTable('alertRules')
        .set({
          ...rest,
          ...(spec && { spec: JSON.stringify(spec) }),
          ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('alertRules').where('id', '=', id).execute()
    },
    /** Makes each of these once in the life of this database: one whose key was here before, or whose name is taken, is left out. */
    async seed(rules: readonly { readonly key: string; readonly record: RuleRecord }[]): Promise<void> {
      await db.transaction().execute(async (trx) => {
        for (const { key, record } of rules) {
          const { numInsertedOrUpdatedRows } = await trx
            .insertInto('alertRulesGiven')
            .values({ key, at: record.createdAt })
            .onConflict((on) => on.column('key').doNothing())
            .executeTakeFirst()
          if (!numInsertedOrUpdatedRows) continue
          await trx
            .insertInto('alertRules')
            .values(written(record))
            .onConflict((on) => on.column('name').doNothing())
            .execute()
        }
      })
    },
  }
}
