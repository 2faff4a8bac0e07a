import type { LogGap, ServiceKind, ServiceLife } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

/** One service as its target names it: a container, a process, a Swarm service. `id` is the number its lines are kept under. */
export interface SourceRow {
  readonly id: number
  readonly serviceId: string
  readonly targetId: string
  readonly targetName: string
  readonly kind: ServiceKind
  readonly name: string
  readonly stack: string | null
  readonly stackService: string | null
  /** Epoch ms; when it was last there. */
  readonly seenAt: number
}

/** Times are epoch ms. */
export interface LifeRow {
  readonly id: string
  readonly sourceId: number
  readonly image: string | null
  readonly startedAt: number
  readonly endedAt: number | null
  readonly exitCode: number | null
  readonly outcome: ServiceLife['outcome']
  readonly reason: string | null
}

export type GapReason = LogGap['reason']

/** A time of which lines are missing. Times are epoch ms. */
export interface GapRow {
  readonly id: string
  readonly sourceId: number
  readonly fromAt: number
  readonly toAt: number
  readonly reason: GapReason
}

export interface LifeFilter {
  readonly sources: readonly number[]
  readonly outcomes: readonly string[] | null
  /** Only those that had not ended by then, in epoch ms. */
  readonly endedFrom?: number
  /** Only those that began then or later, in epoch ms. */
  readonly startedFrom?: number
  /** Only those that had begun by then, in epoch ms. */
  readonly startedTo?: number
  readonly limit: number
}

type Tables = { logSources: SourceRow; serviceLives: LifeRow; logGaps: GapRow }
/** What databases take in one list. */
const mostInList = 500

export type HistoryStore = ReturnType<typeof openHistoryStore>

export function openHistoryStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    sources: (): Promise<SourceRow[]> => db.selectFrom('logSources').selectAll().execute(),
    async putSource(row: SourceRow): Promise<void> {
      const { id: _, ...rest } = row
      await db
        .insertInto('logSources')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute()
    },
    async dropSources(ids: readonly number[]): Promise<void> {
      for (let from = 0; from < ids.length; from += mostInList) {
        const some = ids.slice(from, from + mostInList)
        await db.deleteFrom('serviceLives').where('sourceId', 'in', some).execute()
        await db.deleteFrom('logGaps').where('sourceId', 'in', some).execute()
        await db.deleteFrom('logSources').where('id', 'in', some).execute()
      }
    },
    /** Those that have not ended, as far as it is known. */
    openLives: (): Promise<LifeRow[]> =>
      db.selectFrom('serviceLives').selectAll().where('endedAt', 'is', null).execute(),
    async putLife(row: LifeRow): Promise<void> {
      const { id: _, sourceId: __, ...rest } = row
      await db
        .insertInto('serviceLives')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute()
    },
    /** Newest first. */
    async lives({ sources, outcomes, endedFrom, startedFrom, startedTo, limit }: LifeFilter): Promise<LifeRow[]> {
      const found: LifeRow[] = []
      for (let from = 0; from < sources.length; from += mostInList) {
        let query = db
          .selectFrom('serviceLives')
          .selectAll()
          .where('sourceId', 'in', sources.slice(from, from + mostInList))
        if (outcomes) query = query.where('outcome', 'in', outcomes as LifeRow['outcome'][])
        if (startedFrom !== undefined) query = query.where('startedAt', '>=', startedFrom)
        if (startedTo !== undefined) query = query.where('startedAt', '<=', startedTo)
        if (endedFrom !== undefined)
          query = query.where((eb) => eb.or([eb('endedAt', 'is', null), eb('endedAt', '>=', endedFrom)]))
        found.push(...(await query.orderBy('startedAt', 'desc').limit(limit).execute()))
      }
      return found.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, limit)
    },
    async life(id: string): Promise<LifeRow | null> {
      return (await db.selectFrom('serviceLives').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
    },
    async putGap(row: GapRow): Promise<void> {
      await db.insertInto('logGaps').values(row).execute()
    },
    /** Those that reach into a time, oldest first. */
    async gaps(sources: readonly number[], fromMs: number, toMs: number, limit: number): Promise<GapRow[]> {
      const found: GapRow[] = []
      for (let from = 0; from < sources.length; from += mostInList) {
        found.push(
          ...(await db
            .selectFrom('logGaps')
            .selectAll()
            .where('sourceId', 'in', sources.slice(from, from + mostInList))
            .where('fromAt', '<=', toMs)
            .where('toAt', '>=', fromMs)
            .orderBy('fromAt', 'desc')
            .limit(limit)
            .execute()),
        )
      }
      return found.toSorted((a, b) => a.fromAt - b.fromAt).slice(-limit)
    },
    async pruneGaps(beforeMs: number): Promise<void> {
      await db.deleteFrom('logGaps').where('toAt', '<', beforeMs).execute()
    },
    /** Keeps the newest lives of a source: one that starts and fails all day must not fill the database. */
    async pruneLives(sourceId: number, keep: number): Promise<void> {
      const edge = await db
        .selectFrom('serviceLives')
        .select('startedAt')
        .where('sourceId', '=', sourceId)
        .orderBy('startedAt', 'desc')
        .offset(keep)
        .limit(1)
        .executeTakeFirst()
      if (!edge) return
      await db
        .deleteFrom('serviceLives')
        .where('sourceId', '=', sourceId)
        .where('startedAt', '<=', edge.startedAt)
        .execute()
    },
  }
}
