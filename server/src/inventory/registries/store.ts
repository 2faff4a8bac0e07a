import type { Registry } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

interface RegistriesTable {
  id: string
  name: string
  address: string
  username: string | null
  sealedPassword: string | null
  insecure: number
  state: string
  reason: string | null
  checkedAt: number | null
  createdAt: number
}

/** A registry as it is kept, its password aside. Times are epoch ms. */
export interface RegistryRecord {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly username: string | null
  readonly hasPassword: boolean
  readonly insecure: boolean
  readonly state: Registry['state']
  readonly reason: string | null
  readonly checkedAt: number | null
  readonly createdAt: number
}
export type Verdict = Pick<RegistryRecord, 'state' | 'reason'> & { readonly checkedAt: number }

const context = (id: string): string => `registry:${id}:password`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'registries', column: 'sealedPassword', key: ['id'], context: ({ id }) => context(String(id)) },
]

const read = ({ sealedPassword, ...row }: RegistriesTable): RegistryRecord => ({
  ...row,
  hasPassword: sealedPassword !== null,
  insecure: row.insecure === 1,
  state: row.state as Registry['state'],
})

/** Registries. Their passwords are sealed. */
export function openRegistryStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ registries: RegistriesTable }>()
  const sealed = (id: string, password: string | null): string | null =>
    password === null ? null : secrets.seal(password, context(id))
  return {
    async all(): Promise<RegistryRecord[]> {
      return (await db.selectFrom('registries').selectAll().orderBy('name').execute()).map(read)
    },
    /** By id, else by name or address. */
    async find(reference: string): Promise<RegistryRecord | null> {
      // PostgreSQL refuses NUL outright; nothing is named with it.
      if (reference.includes('\0')) return null
      const rows = await db
        .selectFrom('registries')
        .selectAll()
        .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference), eb('address', '=', reference)]))
        .execute()
      const row = rows.find(({ id }) => id === reference) ?? rows.find(({ name }) => name === reference) ?? rows[0]
      return row ? read(row) : null
    },
    /** Of no other, whatever its name is: a sign-in goes to its own registry alone. */
    async at(address: string): Promise<RegistryRecord | null> {
      const row = await db.selectFrom('registries').selectAll().where('address', '=', address).executeTakeFirst()
      return row ? read(row) : null
    },
    async password(id: string): Promise<string | null> {
      const row = await db.selectFrom('registries').select('sealedPassword').where('id', '=', id).executeTakeFirst()
      return row?.sealedPassword == null ? null : secrets.open(row.sealedPassword, context(id)).reveal()
    },
    /** Fails with a unique violation where the name or the address is taken. */
    async insert({ hasPassword: _, ...record }: RegistryRecord, password: string | null): Promise<void> {
      await db
        .insertInto('registries')
        .values({ ...record, insecure: record.insecure ? 1 : 0, sealedPassword: sealed(record.id, password) })
        .execute()
    },
    /** `password`: undefined leaves it. */
    async update(record: RegistryRecord, password: string | null | undefined): Promise<void> {
      const { name, username, insecure, state, reason, checkedAt } = record
      await db
        .updateTable('registries')
        .set({ name, username, insecure: insecure ? 1 : 0, state, reason, checkedAt })
        .$if(password !== undefined, (query) => query.set({ sealedPassword: sealed(record.id, password ?? null) }))
        .where('id', '=', record.id)
        .execute()
    },
    async judge(id: string, { state, reason, checkedAt }: Verdict): Promise<void> {
      await db.updateTable('registries').set({ state, reason, checkedAt }).where('id', '=', id).execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('registries').where('id', '=', id).execute()
    },
  }
}
export type RegistryStore = ReturnType<typeof openRegistryStore>
