import type { Database } from '@wheelhouse/platform/db'
import { ResponseTimes } from './response-times.ts'
import { Bucket, dayMs, type Span, startOf } from './series.ts'

/** A service by its name on its target, whichever container bears it. `stack` is empty where it has none. Times are epoch ms. */
export interface SubjectRow {
  readonly id: number
  readonly targetId: string
  readonly stack: string
  readonly name: string
  readonly since: number
  readonly seenAt: number
}

export interface IncidentRow {
  readonly id: string
  readonly subjectId: number
  readonly startedAt: number
  readonly endedAt: number | null
  readonly reason: string
}

interface BucketTable {
  subjectId: number
  checkName: string
  span: Span
  at: number
  upMs: number
  downMs: number
  results: number
  maxMs: number | null
  times: string
}
export interface KeptBucket {
  readonly subjectId: number
  readonly checkName: string
  readonly bucket: Bucket
}

type Tables = { healthSubjects: SubjectRow; healthIncidents: IncidentRow; healthBuckets: BucketTable }

/** Nine columns a row: below what databases take in one statement. */
const rowsAtOnce = 100
const mostInList = 500

function kept(row: BucketTable): KeptBucket {
  const bucket = new Bucket(row.span, row.at)
  const { upMs, downMs, results, maxMs } = row
  Object.assign(bucket, { upMs, downMs, results, maxMs, times: ResponseTimes.read(row.times) })
  return { subjectId: row.subjectId, checkName: row.checkName, bucket }
}

export type HistoryStore = ReturnType<typeof openHistoryStore>

export function openHistoryStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    subjects: (): Promise<SubjectRow[]> => db.selectFrom('healthSubjects').selectAll().execute(),
    openIncidents: (): Promise<IncidentRow[]> =>
      db.selectFrom('healthIncidents').selectAll().where('endedAt', 'is', null).execute(),
    async buckets(span: Span, since: number, subjectId?: number): Promise<KeptBucket[]> {
      let query = db.selectFrom('healthBuckets').selectAll().where('span', '=', span).where('at', '>=', since)
      if (subjectId !== undefined) query = query.where('subjectId', '=', subjectId)
      return (await query.execute()).map(kept)
    },
    /** Of services as a whole, without response times. */
    days: (since: number): Promise<{ subjectId: number; at: number; upMs: number; downMs: number }[]> =>
      db
        .selectFrom('healthBuckets')
        .select(['subjectId', 'at', 'upMs', 'downMs'])
        .where('span', '=', 'day')
        .where('checkName', '=', '')
        .where('at', '>=', since)
        .execute(),
    /** The same hours of services as a whole. */
    hours: (since: number): Promise<{ subjectId: number; at: number; upMs: number; downMs: number }[]> =>
      db
        .selectFrom('healthBuckets')
        .select(['subjectId', 'at', 'upMs', 'downMs'])
        .where('span', '=', 'hour')
        .where('checkName', '=', '')
        .where('at', '>=', since)
        .execute(),
    async lastDay(): Promise<number | null> {
      const row = await db
        .selectFrom('healthBuckets')
        .select(({ fn }) => fn.max('at').as('at'))
        .where('span', '=', 'day')
        .executeTakeFirst()
      return row?.at ?? null
    },
    async put(
      subjects: readonly SubjectRow[],
      buckets: readonly KeptBucket[],
      incidents: readonly IncidentRow[],
    ): Promise<void> {
      await db.transaction().execute(async (trx) => {
        for (const { id, ...rest } of subjects)
          await trx
            .insertInto('healthSubjects')
            .values({ id, ...rest })
            .onConflict((on) => on.column('id').doUpdateSet(rest))
            .execute()
        for (let from = 0; from < buckets.length; from += rowsAtOnce) {
          const rows = buckets.slice(from, from + rowsAtOnce).map(({ subjectId, checkName, bucket }) => {
            const { span, at, upMs, downMs, results, maxMs, times } = bucket
            return { subjectId, checkName, span, at, upMs, downMs, results, maxMs, times: times.text() }
          })
          await trx
            .insertInto('healthBuckets')
            .values(rows)
            .onConflict((on) =>
              on.columns(['subjectId', 'checkName', 'span', 'at']).doUpdateSet(({ ref }) => ({
                upMs: ref('excluded.upMs'),
                downMs: ref('excluded.downMs'),
                results: ref('excluded.results'),
                maxMs: ref('excluded.maxMs'),
                times: ref('excluded.times'),
              })),
            )
            .execute()
        }
        for (const { id, ...rest } of incidents)
          await trx
            .insertInto('healthIncidents')
            .values({ id, ...rest })
            .onConflict((on) => on.column('id').doUpdateSet(rest))
            .execute()
      })
    },
    /** Newest first; those that touched the time since then. */
    incidents: (subjectId: number, since: number, limit: number): Promise<IncidentRow[]> =>
      db
        .selectFrom('healthIncidents')
        .selectAll()
        .where('subjectId', '=', subjectId)
        .where(({ or, eb }) => or([eb('endedAt', 'is', null), eb('endedAt', '>=', since)]))
        .orderBy('startedAt', 'desc')
        .limit(limit)
        .execute(),
    async prune(now: number, keptHoursMs: number, keptDaysMs: number): Promise<void> {
      await db
        .deleteFrom('healthBuckets')
        .where('span', '=', 'hour')
        .where('at', '<', now - keptHoursMs)
        .execute()
      await db
        .deleteFrom('healthBuckets')
        .where('span', '=', 'day')
        .where('at', '<', startOf('day', now) - keptDaysMs)
        .execute()
      await db
        .deleteFrom('healthIncidents')
        .where('endedAt', '<', now - keptDaysMs - dayMs)
        .execute()
    },
    async drop(ids: readonly number[]): Promise<void> {
      for (let from = 0; from < ids.length; from += mostInList) {
        const some = ids.slice(from, from + mostInList)
        await db.deleteFrom('healthBuckets').where('subjectId', 'in', some).execute()
        await db.deleteFrom('healthIncidents').where('subjectId', 'in', some).execute()
        await db.deleteFrom('healthSubjects').where('id', 'in', some).execute()
      }
    },
  }
}
