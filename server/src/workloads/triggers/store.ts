import type { Trigger, TriggerAction } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'

interface Table {
  id: string
  name: string
  kind: Trigger['kind']
  cron: string | null
  timezone: string | null
  action: string
  secret: string | null
  enabled: number
  origin: Trigger['origin']
  stack: string | null
  environment: string | null
  accountedAt: number
  lastAt: number | null
  lastResult: string | null
  missed: number
  ownerId: string
  ownerToken: string | null
  owner: string
  createdAt: number
}

/** A trigger as it is kept. Times are epoch ms; `secret` is the open one of a webhook. */
export interface TriggerRecord extends Omit<Readonly<Table>, 'action' | 'enabled'> {
  readonly action: TriggerAction
  readonly enabled: boolean
}
export type TriggerPatch = Partial<
  Pick<TriggerRecord, 'name' | 'cron' | 'timezone' | 'action' | 'enabled' | 'accountedAt'> &
    Pick<TriggerRecord, 'ownerId' | 'ownerToken' | 'owner'>
>

/** Ids are made here; anything of another form names nothing, and PostgreSQL refuses NUL outright. */
const askable = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id)
const place = (id: string, what: 'action' | 'secret'): string => `trigger/${id}/${what}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'triggers', column: 'action', key: ['id'], context: ({ id }) => place(String(id), 'action') },
  { table: 'triggers', column: 'secret', key: ['id'], context: ({ id }) => place(String(id), 'secret') },
]

export type TriggerStore = ReturnType<typeof openTriggerStore>

export function openTriggerStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ triggers: Table }>()

  const read = (row: Table): TriggerRecord => ({
    ...row,
    enabled: row.enabled === 1,
    action: JSON.parse(secrets.open(row.action, place(row.id, 'action')).reveal()) as TriggerAction,
    secret: row.secret === null ? null : secrets.open(row.secret, place(row.id, 'secret')).reveal(),
  })
  const write = (record: TriggerRecord): Table => ({
    ...record,
    enabled: record.enabled ? 1 : 0,
    action: secrets.seal(JSON.stringify(record.action), place(record.id, 'action')),
    secret: record.secret === null ? null : secrets.seal(record.secret, place(record.id, 'secret')),
  })
  const change = (id: string, { action, enabled, ...rest }: TriggerPatch): Partial<Table> => ({
    ...rest,
    ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
    ...(action === undefined ? {} : { action: secrets.seal(JSON.stringify(action), place(id, 'action')) }),
  })

  return {
    /** By name. */
    async list(): Promise<TriggerRecord[]> {
      return (await db.selectFrom('triggers').selectAll().orderBy('name').execute()).map(read)
    },

    async find(id: string): Promise<TriggerRecord | null> {
      if (!askable(id)) return null
      const row = await db.selectFrom('triggers').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    async insert(record: TriggerRecord): Promise<void> {
      await db.insertInto('triggers').values(write(record)).execute()
    },

    /** Null when there is none. */
    async update(id: string, patch: TriggerPatch): Promise<TriggerRecord | null> {
      const row = await db
        .updateTable('triggers')
        .set(change(id, patch))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ? read(row) : null
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('triggers').where('id', '=', id).execute()
    },

    /**
     * Takes the due times up to `at` upon this instance; false when another has done so, or when the schedule is off or gone. So
     * a time is met once however many instances there are.
     */
    async account(id: string, at: number, missed: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('triggers')
        .set({ accountedAt: at, missed: sql<number>`missed + ${missed}` })
        .where('id', '=', id)
        .where('enabled', '=', 1)
        .where('accountedAt', '<', at)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async finished(id: string, at: number, result: string): Promise<void> {
      await db.updateTable('triggers').set({ lastAt: at, lastResult: result }).where('id', '=', id).execute()
    },

    /** Those of the manifest of a stack in an environment. */
    async ofManifest(stack: string, environment: string): Promise<TriggerRecord[]> {
      const rows = await db
        .selectFrom('triggers')
        .selectAll()
        .where('origin', '=', 'manifest')
        .where('stack', '=', stack)
        .where('environment', '=', environment)
        .execute()
      return rows.map(read)
    },

    /** All or nothing. Throws the database's unique violation for a name that is taken. */
    async replace(
      removed: readonly string[],
      changed: readonly { readonly id: string; readonly patch: TriggerPatch }[],
      added: readonly TriggerRecord[],
    ): Promise<void> {
      await db.transaction().execute(async (trx) => {
        if (removed.length > 0) await trx.deleteFrom('triggers').where('id', 'in', removed).execute()
        for (const { id, patch } of changed)
          await trx.updateTable('triggers').set(change(id, patch)).where('id', '=', id).execute()
        for (const record of added) await trx.insertInto('triggers').values(write(record)).execute()
      })
    },
  }
}
