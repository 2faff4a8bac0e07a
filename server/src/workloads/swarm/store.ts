import { randomUUID } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import type { ServiceSpec } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

type RevisionsTable = { serviceId: string; number: number; sealedSpec: string; createdAt: number }
type RolloutsTable = {
  serviceId: string
  jobId: string
  verb: string
  undo: number
  state: string
  reason: string | null
  requestedBy: string
  startedAt: number
  deadlineAt: number
}
type ValuesTable = { id: string; sealedValue: string; jobId: string | null; createdAt: number }
type Tables = { swarmRevisions: RevisionsTable; swarmRollouts: RolloutsTable; swarmValues: ValuesTable }

export type RolloutVerb = 'create' | 'update' | 'rollback' | 'force' | 'resume'

/** A change of a service that is followed to its end, or was. Times are epoch ms. */
export interface Followed {
  /** With its target. */
  readonly serviceId: string
  /** Empty until the job is known. */
  readonly jobId: string
  readonly verb: RolloutVerb
  /** Whether the service goes back to what it was when the deadline passes. */
  readonly undo: boolean
  readonly state: 'following' | 'finished' | 'stalled'
  /** What was waited for when the deadline passed. */
  readonly reason: string | null
  readonly requestedBy: string
  readonly startedAt: number
  readonly deadlineAt: number
}

const keptRevisions = 10
/** A job that failed can be retried for so long. */
const keptValuesMs = 7 * 86_400_000

const specContext = (serviceId: string, number: number): string => `swarm-revision:${serviceId}:${number}`
const valueContext = (id: string): string => `swarm-value:${id}`

/** What is sealed here, to be sealed anew under another key. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'swarmRevisions',
    column: 'sealedSpec',
    key: ['serviceId', 'number'],
    context: ({ serviceId, number }) => specContext(String(serviceId), Number(number)),
  },
  { table: 'swarmValues', column: 'sealedValue', key: ['id'], context: ({ id }) => valueContext(String(id)) },
]

export function openSwarmStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  const followed = (row: RolloutsTable): Followed => ({
    ...row,
    verb: row.verb as RolloutVerb,
    state: row.state as Followed['state'],
    undo: row.undo === 1,
  })
  return {
    /** Keeps what a service is before a change, and the last ten of it. */
    async keepRevision(serviceId: string, spec: ServiceSpec): Promise<void> {
      const last = await db
        .selectFrom('swarmRevisions')
        .select('number')
        .where('serviceId', '=', serviceId)
        .orderBy('number', 'desc')
        .executeTakeFirst()
      const number = (last?.number ?? 0) + 1
      const sealedSpec = secrets.seal(JSON.stringify(spec), specContext(serviceId, number))
      await db
        .insertInto('swarmRevisions')
        .values({ serviceId, number, sealedSpec, createdAt: Date.now() })
        .onConflict((conflict) => conflict.columns(['serviceId', 'number']).doNothing())
        .execute()
      await db
        .deleteFrom('swarmRevisions')
        .where('serviceId', '=', serviceId)
        .where('number', '<=', number - keptRevisions)
        .execute()
    },
    /** Newest first. */
    async revisions(serviceId: string): Promise<ServiceSpec[]> {
      const rows = await db
        .selectFrom('swarmRevisions')
        .selectAll()
        .where('serviceId', '=', serviceId)
        .orderBy('number', 'desc')
        .execute()
      return rows.map(
        ({ number, sealedSpec }) =>
          JSON.parse(secrets.open(sealedSpec, specContext(serviceId, number)).reveal()) as ServiceSpec,
      )
    },

    async follow(rollout: Followed): Promise<void> {
      const row = { ...rollout, undo: rollout.undo ? 1 : 0 }
      const { serviceId: _key, ...change } = row
      await db
        .insertInto('swarmRollouts')
        .values(row)
        .onConflict((conflict) => conflict.column('serviceId').doUpdateSet(change))
        .execute()
    },
    /** Only where it is still this change. */
    async followedBy(serviceId: string, startedAt: number, jobId: string): Promise<void> {
      await db
        .updateTable('swarmRollouts')
        .set({ jobId })
        .where('serviceId', '=', serviceId)
        .where('startedAt', '=', startedAt)
        .execute()
    },
    async endFollow(
      serviceId: string,
      startedAt: number,
      end: { readonly state: 'finished' | 'stalled'; readonly reason: string | null },
    ): Promise<void> {
      await db
        .updateTable('swarmRollouts')
        .set(end)
        .where('serviceId', '=', serviceId)
        .where('startedAt', '=', startedAt)
        .execute()
    },
    async followed(serviceId: string): Promise<Followed | null> {
      const row = await db.selectFrom('swarmRollouts').selectAll().where('serviceId', '=', serviceId).executeTakeFirst()
      return row ? followed(row) : null
    },
    async allFollowed(): Promise<Followed[]> {
      return (await db.selectFrom('swarmRollouts').selectAll().where('state', '=', 'following').execute()).map(followed)
    },
    /** A service that was removed comes never again. */
    async forgetService(serviceId: string): Promise<void> {
      await db.deleteFrom('swarmRevisions').where('serviceId', '=', serviceId).execute()
      await db.deleteFrom('swarmRollouts').where('serviceId', '=', serviceId).execute()
    },

    /** Answers its id. */
    async keepValue(value: Uint8Array): Promise<string> {
      const id = randomUUID()
      const createdAt = Date.now()
      await db
        .deleteFrom('swarmValues')
        .where('createdAt', '<', createdAt - keptValuesMs)
        .execute()
      const sealedValue = secrets.seal(Buffer.from(value).toString('base64'), valueContext(id))
      await db.insertInto('swarmValues').values({ id, sealedValue, jobId: null, createdAt }).execute()
      return id
    },
    async value(id: string): Promise<Uint8Array> {
      const row = await db.selectFrom('swarmValues').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new Failure('NOT_FOUND', 'The new value is not kept any more. Ask for the change again.')
      return Buffer.from(secrets.open(row.sealedValue, valueContext(id)).reveal(), 'base64')
    },
    async valueUsedBy(id: string, jobId: string): Promise<void> {
      await db.updateTable('swarmValues').set({ jobId }).where('id', '=', id).execute()
    },
    /** Jobs that have begun with a value and are not through with it. */
    async valueUsers(): Promise<string[]> {
      const rows = await db.selectFrom('swarmValues').select('jobId').execute()
      return rows.flatMap(({ jobId }) => jobId ?? [])
    },
    async forgetValue(id: string): Promise<void> {
      await db.deleteFrom('swarmValues').where('id', '=', id).execute()
    },
  }
}
export type SwarmStore = ReturnType<typeof openSwarmStore>
