import type { StackFormat, StackRevision } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'
import { randomBytes } from 'node:crypto'
import type { Allowance } from '../../inventory/policies/index.ts'
import type { Rendered } from './rendered.ts'

interface StackTable {
  id: string
  name: string
  targetId: string
  format: StackFormat
  revision: number
  appliedRevision: number | null
  appliedAt: number | null
  appliedBy: string | null
  services: string
}
interface RevisionTable {
  stackId: string
  revision: number
  sealed: string
  createdAt: number
  createdBy: string
  origin: StackRevision['origin']
  reason: string | null
  commit: string | null
  state: StackRevision['state']
  appliedAt: number | null
  error: string | null
}
type Tables = {
  stacks: StackTable
  stackRevisions: RevisionTable
  stackKeys: { id: string; sealed: string }
}

/** A container or process of a stack, as far as a list needs it. */
export interface StackMember {
  readonly name: string
  readonly service: string
  readonly image: string | null
}
/** Times are epoch ms; `appliedRevision` is null until a revision has been applied whole. */
export interface StackRecord extends Omit<StackTable, 'services'> {
  readonly services: readonly StackMember[]
}
/** What a revision was made from. It may hold secrets and is stored sealed. */
export interface Revision {
  readonly source: string
  readonly directory: string | null
  /** As whom it was let through, so that running it later asks for no more. */
  readonly allowance: Allowance
  /** Where `only` is told, the others are as they were applied before. */
  readonly rendered: Rendered
  /** Services that are brought, by their names in the file; all unless told. */
  readonly only?: readonly string[]
}

/** Of what a revision came. */
export interface Origin {
  readonly origin: StackRevision['origin']
  readonly reason?: string | undefined
  readonly commit?: string | undefined
}
/** A revision without what is sealed. Times are epoch ms. */
export type RevisionRow = Omit<RevisionTable, 'sealed' | 'stackId'>

/** What was rendered before: the newest of it first newest first, and the one that was last applied whole. */
export interface Past {
  readonly all: readonly Rendered[]
  readonly applied: Rendered | null
}
export const nothingPast: Past = { all: [], applied: null }

/** What was last applied whole; of a stack that never was, what was asked for last. */
export const lastAsked = ({ applied, all }: Past): Rendered | null => applied ?? all[0] ?? null

const keptRevisions = 50
/** So many of the newest are looked through for what a running service was made from. */
const lookedThrough = 10
const longestError = 500
const place = (stackId: string, revision: number): string => `stacks/${stackId}/${revision}`

export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'stackRevisions',
    column: 'sealed',
    key: ['stackId', 'revision'],
    context: ({ stackId, revision }) => place(String(stackId), Number(revision)),
  },
  { table: 'stackKeys', column: 'sealed', key: ['id'], context: () => 'stacks/digest-key' },
]
const read = (row: StackTable): StackRecord => ({ ...row, services: JSON.parse(row.services) as StackMember[] })

export const membersOf = (rendered: Rendered): StackMember[] =>
  rendered.workloads.map(({ spec }) => ({
    name: spec.name,
    service: spec.service,
    image: spec.kind === 'process' ? null : spec.image,
  }))

export type StackStore = ReturnType<typeof openStackStore>

export function openStackStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  const unseal = (stackId: string, row: { revision: number; sealed: string }): Revision =>
    JSON.parse(secrets.open(row.sealed, place(stackId, row.revision)).reveal()) as Revision
  let digestKey: string | null = null

  return {
    async list(): Promise<StackRecord[]> {
      return (await db.selectFrom('stacks').selectAll().orderBy('name').orderBy('id').execute()).map(read)
    },

    async get(id: string): Promise<StackRecord | null> {
      const row = await db.selectFrom('stacks').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    /** Keeps a revision, forgets all but the newest few and the applied one, and answers its number. The stack counts as applied only with `applied`. */
    async add(
      stack: { id: string; name: string; targetId: string },
      revision: Revision,
      by: string,
      at: number,
      { origin, reason, commit }: Origin = { origin: 'apply' },
    ): Promise<number> {
      const { format } = revision.rendered
      const services = JSON.stringify(membersOf(revision.rendered))
      return db.transaction().execute(async (trx) => {
        const row = await trx
          .insertInto('stacks')
          .values({ ...stack, format, services, revision: 1, appliedRevision: null, appliedAt: null, appliedBy: null })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({ format, services, revision: sql`stacks.revision + 1` }),
          )
          .returning(['revision', 'appliedRevision'])
          .executeTakeFirstOrThrow()
        const sealed = secrets.seal(JSON.stringify(revision), place(stack.id, row.revision))
        await trx
          .insertInto('stackRevisions')
          .values({
            stackId: stack.id,
            revision: row.revision,
            sealed,
            createdAt: at,
            createdBy: by,
            origin,
            reason: reason ?? null,
            commit: commit ?? null,
            state: 'pending',
            appliedAt: null,
            error: null,
          })
          .execute()
        await trx
          .deleteFrom('stackRevisions')
          .where('stackId', '=', stack.id)
          .where('revision', '<=', row.revision - keptRevisions)
          .where('revision', '!=', row.appliedRevision ?? 0)
          .execute()
        return row.revision
      })
    },

    async revision(stackId: string, revision: number): Promise<Revision | null> {
      const row = await db
        .selectFrom('stackRevisions')
        .select(['revision', 'sealed'])
        .where('stackId', '=', stackId)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return row ? unseal(stackId, row) : null
    },

    /** Every revision kept, newest first. */
    async revisions(stackId: string): Promise<RevisionRow[]> {
      return db
        .selectFrom('stackRevisions')
        .select(['revision', 'createdAt', 'createdBy', 'origin', 'reason', 'commit', 'state', 'appliedAt', 'error'])
        .where('stackId', '=', stackId)
        .orderBy('revision', 'desc')
        .execute()
    },

    /** The newest few revisions and the applied one, newest first. */
    async past(stack: StackRecord): Promise<Past> {
      const rows = await db
        .selectFrom('stackRevisions')
        .select(['revision', 'sealed'])
        .where('stackId', '=', stack.id)
        .where((where) =>
          where.or([
            where('revision', '>', stack.revision - lookedThrough),
            where('revision', '=', stack.appliedRevision ?? 0),
          ]),
        )
        .orderBy('revision', 'desc')
        .execute()
      const all = rows.map((row) => unseal(stack.id, row).rendered)
      return { all, applied: all[rows.findIndex((row) => row.revision === stack.appliedRevision)] ?? null }
    },

    /** Marks a revision as applied. */
    async applied(stackId: string, revision: number, by: string, at: number): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('stacks')
          .set({ appliedRevision: revision, appliedAt: at, appliedBy: by })
          .where('id', '=', stackId)
          .execute()
        await trx
          .updateTable('stackRevisions')
          .set({ state: 'applied', appliedAt: at, error: null })
          .where('stackId', '=', stackId)
          .where('revision', '=', revision)
          .execute()
      })
    },

    /** Writes down why a revision was not applied whole. */
    async failed(stackId: string, revision: number, why: string): Promise<void> {
      await db
        .updateTable('stackRevisions')
        .set({ state: 'failed', error: why.slice(0, longestError) })
        .where('stackId', '=', stackId)
        .where('revision', '=', revision)
        .execute()
    },

    async remove(id: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('stackRevisions').where('stackId', '=', id).execute()
        await trx.deleteFrom('stacks').where('id', '=', id).execute()
      })
    },

    /** The key of spec digests, made at first use and the same for good. */
    async digestKey(): Promise<string> {
      if (digestKey !== null) return digestKey
      const sealed = secrets.seal(randomBytes(32).toString('base64url'), 'stacks/digest-key')
      await db
        .insertInto('stackKeys')
        .values({ id: 'digest', sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const row = await db.selectFrom('stackKeys').select('sealed').where('id', '=', 'digest').executeTakeFirstOrThrow()
      digestKey = secrets.open(row.sealed, 'stacks/digest-key').reveal()
      return digestKey
    },
  }
}
