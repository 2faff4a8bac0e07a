import { randomUUID } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import type { ContainerSpec } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

interface ChangesTable {
  id: string
  sealedSpec: string
  createdAt: number
}
type Tables = { containerChanges: ChangesTable }

const context = (id: string): string => `container-change:${id}`
const keptMs = 7 * 86_400_000

/** What is sealed here, to be sealed anew under another key. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'containerChanges', column: 'sealedSpec', key: ['id'], context: ({ id }) => context(String(id)) },
]

/** Specs that jobs are to make: sealed, for their environment may be secret. Kept a week, so that a job that failed can be retried. */
export function openChangeStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  return {
    /** Answers its id. */
    async keep(spec: ContainerSpec): Promise<string> {
      const id = randomUUID()
      const createdAt = Date.now()
      await db
        .deleteFrom('containerChanges')
        .where('createdAt', '<', createdAt - keptMs)
        .execute()
      const sealedSpec = secrets.seal(JSON.stringify(spec), context(id))
      await db.insertInto('containerChanges').values({ id, sealedSpec, createdAt }).execute()
      return id
    },
    async get(id: string): Promise<ContainerSpec> {
      const row = await db.selectFrom('containerChanges').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new Failure('NOT_FOUND', 'What was to be made is not kept any more. Ask for the change again.')
      return JSON.parse(secrets.open(row.sealedSpec, context(id)).reveal()) as ContainerSpec
    },
    async forget(id: string): Promise<void> {
      await db.deleteFrom('containerChanges').where('id', '=', id).execute()
    },
  }
}
export type ChangeStore = ReturnType<typeof openChangeStore>
