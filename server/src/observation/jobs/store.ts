import type { Database } from '@wheelhouse/platform/db'
import type { JobRecord, JobStore } from '@wheelhouse/platform/jobs'

type Tables = {
  jobs: { id: string; kind: string; state: string; targetId: string | null; createdAt: number; record: string }
}
export type JobCursor = readonly [createdAt: number, id: string]
export interface JobFilter {
  readonly state?: string | undefined
  readonly kind?: string | undefined
  readonly targetIds: readonly string[] | null
  readonly after: JobCursor | null
  readonly limit: number
}

const targetOf = (job: JobRecord): string | null => (typeof job.data.targetId === 'string' ? job.data.targetId : null)
const ended = ['succeeded', 'failed', 'cancelled']

/** Jobs as they are kept beyond the process, and the list that people see. */
export function createJobTable(
  database: Database,
): JobStore & { find(filter: JobFilter): Promise<JobRecord[]>; prune(before: number): Promise<void> } {
  const db = database.db.withTables<Tables>()
  return {
    async save(job) {
      const row = { state: job.state, record: JSON.stringify(job) }
      await db
        .insertInto('jobs')
        .values({ id: job.id, kind: job.kind, targetId: targetOf(job), createdAt: Date.parse(job.createdAt), ...row })
        .onConflict((on) => on.column('id').doUpdateSet(row))
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('jobs').select('record').where('id', '=', id).executeTakeFirst()
      return row ? (JSON.parse(row.record) as JobRecord) : null
    },
    async unfinished() {
      const rows = await db
        .selectFrom('jobs')
        .select('record')
        .where('state', 'not in', ended)
        .orderBy('createdAt')
        .execute()
      return rows.map((row) => JSON.parse(row.record) as JobRecord)
    },
    async find({ state, kind, targetIds, after, limit }) {
      let query = db.selectFrom('jobs').select('record')
      if (state !== undefined) query = query.where('state', '=', state)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (targetIds) query = query.where('targetId', 'in', ['', ...targetIds])
      if (after)
        query = query.where((eb) =>
          eb.or([eb('createdAt', '<', after[0]), eb.and([eb('createdAt', '=', after[0]), eb('id', '<', after[1])])]),
        )
      const rows = await query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map((row) => JSON.parse(row.record) as JobRecord)
    },
    async prune(before) {
      await db.deleteFrom('jobs').where('createdAt', '<', before).where('state', 'in', ended).execute()
    },
  }
}
export type JobTable = ReturnType<typeof createJobTable>
