import type { ServiceSpec } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { Origin } from '../store.ts'

type AppliesTable = {
  stackId: string
  revision: number
  targetId: string
  jobId: string
  by: string
  origin: string
  why: string | null
  startedAt: number
}
type StepsTable = { stackId: string; number: number; sealed: string }
type Tables = { stackApplies: AppliesTable; stackApplySteps: StepsTable }

/** An apply that is under way, or was cut off. `startedAt` is epoch ms. */
export interface BegunApply extends Omit<AppliesTable, 'origin' | 'why'> {
  readonly origin: Origin['origin']
  /** Why all goes back; null while it goes forward. */
  readonly why: string | null
}

/** What was begun, with all that it takes to undo it. `label` is that of the job's step. */
export type BegunStep =
  | { readonly kind: 'network'; readonly label: string; readonly name: string }
  | { readonly kind: 'secret' | 'config'; readonly label: string; readonly name: string }
  | {
      readonly kind: 'service'
      readonly label: string
      /** On the Swarm. */
      readonly name: string
      /** Whole, with its environment; null where it was not there. */
      readonly before: ServiceSpec | null
    }
export interface NumberedStep {
  readonly number: number
  readonly step: BegunStep
}

const place = (stackId: string, number: number): string => `stacks/${stackId}/begun/${number}`

export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'stackApplySteps',
    column: 'sealed',
    key: ['stackId', 'number'],
    context: ({ stackId, number }) => place(String(stackId), Number(number)),
  },
]

export type JournalStore = ReturnType<typeof openJournalStore>

export function openJournalStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  const read = (row: AppliesTable): BegunApply => ({ ...row, origin: row.origin as BegunApply['origin'] })
  return {
    /** Those of a target, of all targets unless told. */
    async begun(targetId?: string): Promise<BegunApply[]> {
      const all = db.selectFrom('stackApplies').selectAll()
      const rows = await (targetId === undefined ? all : all.where('targetId', '=', targetId)).execute()
      return rows.map(read)
    },

    async find(stackId: string): Promise<BegunApply | null> {
      const row = await db.selectFrom('stackApplies').selectAll().where('stackId', '=', stackId).executeTakeFirst()
      return row ? read(row) : null
    },

    /** In the order they were begun. */
    async steps(stackId: string): Promise<NumberedStep[]> {
      const rows = await db
        .selectFrom('stackApplySteps')
        .selectAll()
        .where('stackId', '=', stackId)
        .orderBy('number')
        .execute()
      return rows.map(({ number, sealed }) => ({
        number,
        step: JSON.parse(secrets.open(sealed, place(stackId, number)).reveal()) as BegunStep,
      }))
    },

    /** Another apply of the same stack takes over what the one before has begun. */
    async begin(apply: BegunApply): Promise<void> {
      const { stackId: _key, ...change } = apply
      await db
        .insertInto('stackApplies')
        .values(apply)
        .onConflict((conflict) => conflict.column('stackId').doUpdateSet(change))
        .execute()
    },

    async addStep(stackId: string, { number, step }: NumberedStep): Promise<void> {
      const sealed = secrets.seal(JSON.stringify(step), place(stackId, number))
      await db.insertInto('stackApplySteps').values({ stackId, number, sealed }).execute()
    },

    async dropStep(stackId: string, number: number): Promise<void> {
      await db.deleteFrom('stackApplySteps').where('stackId', '=', stackId).where('number', '=', number).execute()
    },

    /** From here on there is nothing to undo. */
    async dropSteps(stackId: string): Promise<void> {
      await db.deleteFrom('stackApplySteps').where('stackId', '=', stackId).execute()
    },

    async goesBack(stackId: string, why: string): Promise<void> {
      await db.updateTable('stackApplies').set({ why }).where('stackId', '=', stackId).execute()
    },

    async end(stackId: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('stackApplySteps').where('stackId', '=', stackId).execute()
        await trx.deleteFrom('stackApplies').where('stackId', '=', stackId).execute()
      })
    },
  }
}
