import { type Deployment, type DeploymentLine, deploymentEnded } from '@wheelhouse/contract'
import { type Database, isUniqueViolation } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'
import type { JournalStore, StepEntry } from './saga/journal.ts'
import type { DeployRequest } from './request.ts'

type DeploymentTable = {
  id: string
  stack: string
  environment: string
  number: number
  state: Deployment['state']
  createdAt: number
  owner: string | null
  heartbeatAt: number | null
  record: string
  sealed: string
  /** Lower case, to be looked for. */
  requestedBy: string
  cancelledBy: string | null
}
type TargetTable = { deploymentId: string; targetId: string }
type StepTable = Omit<StepEntry, 'args' | 'result'> & { deploymentId: string; args: string; result: string | null }
type LineTable = Omit<DeploymentLine, 'at'> & { deploymentId: string; at: number }
type Tables = {
  deployments: DeploymentTable
  deploymentTargets: TargetTable
  deploymentSteps: StepTable
  deploymentLines: LineTable
}

/** Position in the order newest first. */
export type DeploymentCursor = readonly [createdAt: number, number: number, id: string]
export interface DeploymentFilter {
  readonly stack?: string | undefined
  readonly environment?: string | undefined
  readonly state?: Deployment['state'] | undefined
  /** Text in the stack, the environment or the name of who asked. */
  readonly q?: string | undefined
  /** Only runs that go to one of these; null for all. */
  readonly targetIds: readonly string[] | null
  readonly after: DeploymentCursor | null
  readonly limit: number
}
/** A run that was cut off, with who had it. */
export interface Owned {
  readonly deployment: Deployment
  readonly owner: string | null
  readonly heartbeatAt: number | null
}

const place = (id: string): string => `deployments/${id}`
const stepPlace = (id: string, seq: number): string => `deployments/${id}/steps/${seq}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'deployments', column: 'sealed', key: ['id'], context: ({ id }) => place(String(id)) },
  {
    table: 'deploymentSteps',
    column: 'args',
    key: ['deploymentId', 'seq'],
    context: ({ deploymentId, seq }) => stepPlace(String(deploymentId), Number(seq)),
  },
]
const mostAttempts = 20
const active: Deployment['state'][] = ['running', 'waiting', 'rolling-back']
const read = (row: Pick<DeploymentTable, 'record'>): Deployment => JSON.parse(row.record) as Deployment
const like = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)}%`

export type DeploymentStore = ReturnType<typeof openDeploymentStore>

export function openDeploymentStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()

  const journal: JournalStore = {
    async steps(deploymentId) {
      const rows = await db
        .selectFrom('deploymentSteps')
        .selectAll()
        .where('deploymentId', '=', deploymentId)
        .orderBy('seq')
        .execute()
      return rows.map(({ deploymentId: _, ...row }) => ({
        ...row,
        args: JSON.parse(secrets.open(row.args, stepPlace(deploymentId, row.seq)).reveal()) as Record<string, unknown>,
        result: row.result === null ? null : (JSON.parse(row.result) as unknown),
      }))
    },
    async begin(deploymentId, entry) {
      // Commands of a manifest and options of a volume may have been written with values of the config in them.
      const args = secrets.seal(JSON.stringify(entry.args), stepPlace(deploymentId, entry.seq))
      const row = { ...entry, deploymentId, args, result: null }
      await db.insertInto('deploymentSteps').values(row).execute()
    },
    async change(deploymentId, seq, change) {
      const { result, ...rest } = change
      const set = { ...rest, ...(result === undefined ? {} : { result: JSON.stringify(result) }) }
      await db
        .updateTable('deploymentSteps')
        .set(set)
        .where('deploymentId', '=', deploymentId)
        .where('seq', '=', seq)
        .execute()
    },
  }

  return {
    journal,

    /** Adds a queued run and gives it the next number of its stack and environment. */
    async add(deployment: Omit<Deployment, 'number'>, request: DeployRequest): Promise<Deployment> {
      const sealed = secrets.seal(JSON.stringify(request), place(deployment.id))
      for (let attempt = 1; ; attempt++) {
        const last = await db
          .selectFrom('deployments')
          .select('number')
          .where('stack', '=', deployment.stack)
          .where('environment', '=', deployment.environment)
          .orderBy('number', 'desc')
          .executeTakeFirst()
        const whole: Deployment = { ...deployment, number: (last?.number ?? 0) + 1 }
        const row: DeploymentTable = {
          id: whole.id,
          stack: whole.stack,
          environment: whole.environment,
          number: whole.number,
          state: whole.state,
          createdAt: Date.parse(whole.createdAt),
          owner: null,
          heartbeatAt: null,
          record: JSON.stringify(whole),
          sealed,
          requestedBy: whole.requestedBy.toLowerCase(),
          cancelledBy: null,
        }
        const targets = [...new Set(whole.targets.map(({ id }) => id))]
        const added = await db
          .transaction()
          .execute(async (trx) => {
            await trx.insertInto('deployments').values(row).execute()
            for (const targetId of targets)
              await trx.insertInto('deploymentTargets').values({ deploymentId: whole.id, targetId }).execute()
          })
          .then(
            () => true,
            (error: unknown) => {
              // Another instance took the number in between.
              if (isUniqueViolation(error) && attempt < mostAttempts) return false
              throw error
            },
          )
        if (added) return whole
      }
    },

    async get(id: string): Promise<Deployment | null> {
      const row = await db.selectFrom('deployments').select('record').where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    /** Those of these ids that are runs. */
    async named(ids: readonly string[]): Promise<Deployment[]> {
      const found: Deployment[] = []
      for (let at = 0; at < ids.length; at += 500) {
        const some = ids.slice(at, at + 500)
        found.push(...(await db.selectFrom('deployments').select('record').where('id', 'in', some).execute()).map(read))
      }
      return found
    },

    async request(id: string): Promise<DeployRequest | null> {
      const row = await db.selectFrom('deployments').select('sealed').where('id', '=', id).executeTakeFirst()
      return row ? (JSON.parse(secrets.open(row.sealed, place(id)).reveal()) as DeployRequest) : null
    },

    /** Keeps how a run stands. False when it is not `owner`'s any more: then what the caller knows of it is old. */
    async save(deployment: Deployment, owner: string): Promise<boolean> {
      const ended = deploymentEnded(deployment.state)
      const { numUpdatedRows } = await db
        .updateTable('deployments')
        .set({
          state: deployment.state,
          record: JSON.stringify(deployment),
          ...(ended ? { owner: null, heartbeatAt: null } : {}),
        })
        .where('id', '=', deployment.id)
        .where('owner', '=', owner)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Changes a run that still waits for its turn: its place in the queue, or its end. False when it does so no more. */
    async saveQueued(deployment: Deployment): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('deployments')
        .set({ state: deployment.state, record: JSON.stringify(deployment) })
        .where('id', '=', deployment.id)
        .where('state', '=', 'queued')
        .where('owner', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Changes a run that waits for approval, whoever has it; `null` from `change` leaves it. Answers what was kept. */
    async saveWaiting(id: string, change: (now: Deployment) => Deployment | null): Promise<Deployment | null> {
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        const row = await db
          .selectFrom('deployments')
          .select('record')
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .executeTakeFirst()
        const next = row ? change(read(row)) : null
        if (!row || next === null) return null
        const { numUpdatedRows } = await db
          .updateTable('deployments')
          .set({ record: JSON.stringify(next) })
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .where('record', '=', row.record)
          .executeTakeFirst()
        if (numUpdatedRows > 0n) return next
      }
      return null
    },

    /** Lets go of a run that is not over, for another to go on with. */
    async release(id: string, owner: string): Promise<void> {
      await db
        .updateTable('deployments')
        .set({ owner: null, heartbeatAt: null })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .execute()
    },

    /** One page, newest first, with how many there are in all. Only the rows of the page are read. */
    async list(
      filter: DeploymentFilter,
    ): Promise<{ items: Deployment[]; next: DeploymentCursor | null; total: number }> {
      const { stack, environment, state, q, targetIds, after, limit } = filter
      let query = db.selectFrom('deployments')
      if (stack !== undefined) query = query.where('stack', '=', stack)
      if (environment !== undefined) query = query.where('environment', '=', environment)
      if (state !== undefined) query = query.where('state', '=', state)
      if (targetIds !== null)
        query = query.where((eb) =>
          eb.exists(
            eb
              .selectFrom('deploymentTargets')
              .select('targetId')
              .whereRef('deploymentTargets.deploymentId', '=', 'deployments.id')
              .where('targetId', 'in', ['', ...targetIds]),
          ),
        )
      if (q) {
        const has = (column: 'stack' | 'environment' | 'requestedBy') =>
          sql<boolean>`lower(${sql.ref(column)}) like ${like(q)} escape '\\'`
        query = query.where((eb) => eb.or([has('stack'), has('environment'), has('requestedBy')]))
      }
      const { count } = await query
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .executeTakeFirstOrThrow()
      if (after !== null)
        query = query.where((eb) =>
          eb.or([
            eb('createdAt', '<', after[0]),
            eb.and([eb('createdAt', '=', after[0]), eb('number', '<', after[1])]),
            eb.and([eb('createdAt', '=', after[0]), eb('number', '=', after[1]), eb('id', '<', after[2])]),
          ]),
        )
      const rows = await query
        .select(['record', 'createdAt', 'number', 'id'])
        .orderBy('createdAt', 'desc')
        .orderBy('number', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        items: rows.slice(0, limit).map(read),
        next: last === undefined ? null : [last.createdAt, last.number, last.id],
        total: Number(count),
      }
    },

    /** Keeps that a run is to be cancelled, so that whoever has it next knows. False when it is being undone or has ended. */
    async askCancel(id: string, by: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('deployments')
        .set({ cancelledBy: by })
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'running', 'waiting'])
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Of these runs those that are to be cancelled, with who asked. */
    async cancelAsked(ids: readonly string[]): Promise<Map<string, string>> {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('deployments')
        .select(['id', 'cancelledBy'])
        .where('id', 'in', [...ids])
        .where('cancelledBy', 'is not', null)
        .execute()
      return new Map(rows.map(({ id, cancelledBy }) => [id, cancelledBy!]))
    },

    /** Those that wait for their turn, oldest first. */
    async queued(): Promise<Deployment[]> {
      const rows = await db
        .selectFrom('deployments')
        .select('record')
        .where('state', '=', 'queued')
        .orderBy('createdAt')
        .orderBy('number')
        .execute()
      return rows.map(read)
    },

    async active(): Promise<Owned[]> {
      const rows = await db
        .selectFrom('deployments')
        .select(['record', 'owner', 'heartbeatAt'])
        .where('state', 'in', active)
        .orderBy('createdAt')
        .execute()
      return rows.map((row) => ({
        deployment: read(row),
        owner: row.owner,
        heartbeatAt: row.heartbeatAt,
      }))
    },

    /**
     * Takes a run for one instance, with its record as it is from then on. False when another was faster, it is not as it was seen, or
     * another run of its stack and environment is under way: the index of active runs lets only one in.
     */
    async claim(
      next: Deployment,
      owner: string,
      seen: { readonly state: Deployment['state']; readonly owner: string | null },
    ): Promise<boolean> {
      let query = db
        .updateTable('deployments')
        .set({ owner, heartbeatAt: Date.now(), state: next.state, record: JSON.stringify(next) })
        .where('id', '=', next.id)
        .where('state', '=', seen.state)
      query = seen.owner === null ? query.where('owner', 'is', null) : query.where('owner', '=', seen.owner)
      try {
        return (await query.executeTakeFirst()).numUpdatedRows > 0n
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },

    /** Marks runs as alive. Answers those that still are this owner's. */
    async beat(ids: readonly string[], owner: string): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      await db
        .updateTable('deployments')
        .set({ heartbeatAt: Date.now() })
        .where('id', 'in', [...ids])
        .where('owner', '=', owner)
        .execute()
      const rows = await db
        .selectFrom('deployments')
        .select('id')
        .where('id', 'in', [...ids])
        .where('owner', '=', owner)
        .execute()
      return new Set(rows.map((row) => row.id))
    },

    async addLines(deploymentId: string, lines: readonly DeploymentLine[]): Promise<void> {
      for (let at = 0; at < lines.length; at += 200) {
        const rows = lines.slice(at, at + 200).map((line) => ({ ...line, deploymentId, at: Date.parse(line.at) }))
        await db
          .insertInto('deploymentLines')
          .values(rows)
          .onConflict((conflict) => conflict.columns(['deploymentId', 'seq']).doNothing())
          .execute()
      }
    },

    async lastLine(deploymentId: string): Promise<number> {
      const row = await db
        .selectFrom('deploymentLines')
        .select('seq')
        .where('deploymentId', '=', deploymentId)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.seq ?? 0
    },

    async lines(
      deploymentId: string,
      of: { stage?: string | undefined; task?: string | undefined; after: number; limit: number },
    ): Promise<DeploymentLine[]> {
      let query = db
        .selectFrom('deploymentLines')
        .select(['seq', 'at', 'stage', 'task', 'stream', 'text'])
        .where('deploymentId', '=', deploymentId)
        .where('seq', '>', of.after)
      if (of.stage !== undefined) query = query.where('stage', '=', of.stage)
      if (of.task !== undefined) query = query.where('task', '=', of.task)
      const rows = await query.orderBy('seq').limit(of.limit).execute()
      return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }))
    },
  }
}
