import type { Database } from '@wheelhouse/platform/db'
import type { Subject } from '../sensing/subject.ts'
import type { Hold } from './hold.ts'

type Tables = { alertHolds: { ruleId: string; subjectKey: string; subject: string; hold: string } }

export interface HoldRow {
  readonly ruleId: string
  readonly subject: Subject
  readonly hold: Hold
}
/** What databases take in one list. */
const mostInList = 200

export type HoldStore = ReturnType<typeof openHoldStore>

export function openHoldStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    async all(): Promise<HoldRow[]> {
      const rows = await db.selectFrom('alertHolds').selectAll().execute()
      return rows.map(({ ruleId, subject, hold }) => ({
        ruleId,
        subject: JSON.parse(subject) as Subject,
        hold: JSON.parse(hold) as Hold,
      }))
    },
    async put(rows: readonly HoldRow[]): Promise<void> {
      for (let from = 0; from < rows.length; from += mostInList) {
        const values = rows.slice(from, from + mostInList).map(({ ruleId, subject, hold }) => ({
          ruleId,
          subjectKey: subject.key,
          subject: JSON.stringify(subject),
          hold: JSON.stringify(hold),
        }))
        await db
          .insertInto('alertHolds')
          .values(values)
          .onConflict((on) =>
            on.columns(['ruleId', 'subjectKey']).doUpdateSet((eb) => ({
              subject: eb.ref('excluded.subject'),
              hold: eb.ref('excluded.hold'),
            })),
          )
          .execute()
      }
    },
    async drop(ruleId: string, keys: readonly string[]): Promise<void> {
      for (let from = 0; from < keys.length; from += mostInList)
        await db
          .deleteFrom('alertHolds')
          .where('ruleId', '=', ruleId)
          .where('subjectKey', 'in', keys.slice(from, from + mostInList))
          .execute()
    },
  }
}
