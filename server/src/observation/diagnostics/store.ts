import type { Database } from '@wheelhouse/platform/db'

type Tables = {
  ownProbe: { id: number; at: number }
  jobs: { kind: string; state: string; createdAt: number }
  deployments: { stack: string; state: string; createdAt: number }
  users: { id: string; disabled: 0 | 1; lastSeenAt: number | null }
  auditEntries: { at: number; actor: string; actorId: string | null; outcome: string }
}
export interface Counted {
  readonly name: string
  readonly state: string
  readonly count: number
}

export type DiagnosticsStore = ReturnType<typeof openDiagnosticsStore>

/** What the house asks of its own tables to tell how it is doing: counts alone, never what stands in a row. */
export function openDiagnosticsStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    /** One small row, written and read again. */
    async probe(now: number): Promise<{ readonly writeMs: number; readonly readMs: number }> {
      const begun = performance.now()
      await db
        .insertInto('ownProbe')
        .values({ id: 1, at: now })
        .onConflict((on) => on.column('id').doUpdateSet({ at: now }))
        .execute()
      const written = performance.now()
      await db.selectFrom('ownProbe').select('at').where('id', '=', 1).execute()
      return { writeMs: written - begun, readMs: performance.now() - written }
    },
    jobs: (since: number): Promise<Counted[]> =>
      db
        .selectFrom('jobs')
        .select(({ fn }) => ['kind as name', 'state', fn.countAll<number>().as('count')])
        .where('createdAt', '>=', since)
        .groupBy(['kind', 'state'])
        .execute(),
    deployments: (since: number): Promise<Counted[]> =>
      db
        .selectFrom('deployments')
        .select(({ fn }) => ['stack as name', 'state', fn.countAll<number>().as('count')])
        .where('createdAt', '>=', since)
        .groupBy(['stack', 'state'])
        .execute(),
    async users(since: number): Promise<{ readonly total: number; readonly active: number }> {
      const rows = await db.selectFrom('users').select(['id', 'lastSeenAt']).where('disabled', '=', 0).execute()
      const acted = await db
        .selectFrom('auditEntries')
        .select('actorId')
        .distinct()
        .where('at', '>=', since)
        .where('actorId', 'is not', null)
        .execute()
      const who = new Set(acted.map(({ actorId }) => actorId))
      const active = rows.filter(({ id, lastSeenAt }) => who.has(id) || (lastSeenAt ?? 0) >= since)
      return { total: rows.length, active: active.length }
    },
    changes: (since: number, most: number): Promise<{ username: string; count: number }[]> =>
      db
        .selectFrom('auditEntries')
        .select(({ fn }) => ['actor as username', fn.countAll<number>().as('count')])
        .where('at', '>=', since)
        .where('outcome', '=', 'done')
        .groupBy('actor')
        .orderBy('count', 'desc')
        .limit(most)
        .execute(),
  }
}
