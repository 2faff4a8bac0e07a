import type { MetricSubject } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { z } from 'zod'

/**
 * Whose values are kept under a number: a service by its name on its target, whichever container it runs in, or a target. With `labels`
 * it is one of the series of a scraped endpoint, as the endpoint spells them.
 */
export interface EntityRow {
  readonly id: number
  readonly subject: z.infer<typeof MetricSubject>
  readonly targetId: string
  readonly targetName: string
  readonly name: string
  readonly stack: string | null
  readonly stackService: string | null
  /** Of the newest service of that name. */
  readonly serviceId: string | null
  readonly labels: string | null
  /** Epoch ms; when it was last there. */
  readonly seenAt: number
}

/** A metric of a scraped endpoint. */
export interface NameRow {
  readonly id: number
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly unit: string
  readonly summary: string
  readonly seenAt: number
}

type Tables = { metricEntities: EntityRow; metricNames: NameRow }
/** What databases take in one list, and of rows in one statement. */
const mostInList = 500

export type MetricStore = ReturnType<typeof openMetricStore>

export function openMetricStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    entities: (): Promise<EntityRow[]> => db.selectFrom('metricEntities').selectAll().execute(),
    names: (): Promise<NameRow[]> => db.selectFrom('metricNames').selectAll().execute(),
    async putEntities(rows: readonly EntityRow[]): Promise<void> {
      for (let from = 0; from < rows.length; from += mostInList)
        await db
          .insertInto('metricEntities')
          .values(rows.slice(from, from + mostInList))
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet((row) => ({
              targetName: row.ref('excluded.targetName'),
              stackService: row.ref('excluded.stackService'),
              serviceId: row.ref('excluded.serviceId'),
              seenAt: row.ref('excluded.seenAt'),
            })),
          )
          .execute()
    },
    async putNames(rows: readonly NameRow[]): Promise<void> {
      for (let from = 0; from < rows.length; from += mostInList)
        await db
          .insertInto('metricNames')
          .values(rows.slice(from, from + mostInList))
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet((row) => ({
              unit: row.ref('excluded.unit'),
              summary: row.ref('excluded.summary'),
              seenAt: row.ref('excluded.seenAt'),
            })),
          )
          .execute()
    },
    async dropEntities(ids: readonly number[]): Promise<void> {
      for (let from = 0; from < ids.length; from += mostInList)
        await db
          .deleteFrom('metricEntities')
          .where('id', 'in', ids.slice(from, from + mostInList))
          .execute()
    },
  }
}
