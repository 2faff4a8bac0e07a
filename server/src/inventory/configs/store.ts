import { Failure } from '@wheelhouse/contract'
import { type Database, isUniqueViolation } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import { randomBytes } from 'node:crypto'
import type { JsonSchema } from './check/secret-keys.ts'

interface SetTable {
  id: string
  name: string
  environment: string | null
  description: string
  path: string | null
  schema: string | null
  version: number
  createdAt: number
}
interface VersionTable {
  setId: string
  version: number
  sealed: string
  at: number
  by: string
  reason: string
  added: number
  changed: number
  removed: number
}
type Tables = { configSets: SetTable; configVersions: VersionTable; configKeys: { id: string; sealed: string } }

/** A set without its values. Times are epoch ms. */
export interface SetRecord extends Omit<Readonly<SetTable>, 'schema'> {
  readonly schema: JsonSchema | null
}
/** What a version holds; sealed as a whole. */
export interface Content {
  readonly values: Readonly<Record<string, string>>
  /** Keys listed as secret, beside those whose names or schema say so. */
  readonly secrets: readonly string[]
  /** Version in which each value last changed. */
  readonly changed: Readonly<Record<string, number>>
}
export type VersionRecord = Readonly<Omit<VersionTable, 'sealed' | 'setId'>>
export type NewVersion = Omit<VersionRecord, 'version'> & { readonly content: Content }

const place = (setId: string, version: number): string => `configs/${setId}/${version}`

export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'configVersions',
    column: 'sealed',
    key: ['setId', 'version'],
    context: ({ setId, version }) => place(String(setId), Number(version)),
  },
  { table: 'configKeys', column: 'sealed', key: ['id'], context: () => 'configs/digest-key' },
]
const read = (row: SetTable): SetRecord => ({
  ...row,
  schema: row.schema === null ? null : (JSON.parse(row.schema) as JsonSchema),
})
const columns = ['version', 'at', 'by', 'reason', 'added', 'changed', 'removed'] as const
const askable = (reference: string): boolean => !reference.includes('\0')

export type ConfigStore = ReturnType<typeof openConfigStore>

export function openConfigStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  const unseal = (setId: string, { version, sealed }: { version: number; sealed: string }): Content =>
    JSON.parse(secrets.open(sealed, place(setId, version)).reveal()) as Content
  const rowOf = (setId: string, version: number, { content, ...plain }: NewVersion): VersionTable => ({
    ...plain,
    setId,
    version,
    sealed: secrets.seal(JSON.stringify(content), place(setId, version)),
  })
  let key: string | null = null

  return {
    async list(): Promise<SetRecord[]> {
      return (await db.selectFrom('configSets').selectAll().orderBy('name').execute()).map(read)
    },

    /** By id, else by name. */
    async find(reference: string): Promise<SetRecord | null> {
      if (!askable(reference)) return null
      const rows = await db
        .selectFrom('configSets')
        .selectAll()
        .where((eb) => eb.or([eb('id', '=', reference), eb('name', '=', reference)]))
        .execute()
      const row = rows.find(({ id }) => id === reference) ?? rows[0]
      return row ? read(row) : null
    },

    /** Throws CONFLICT for a name that is taken. */
    async insert(set: Omit<SetRecord, 'version'>, first: NewVersion): Promise<void> {
      const row = { ...set, schema: set.schema === null ? null : JSON.stringify(set.schema), version: 1 }
      try {
        await db.transaction().execute(async (trx) => {
          await trx.insertInto('configSets').values(row).execute()
          await trx
            .insertInto('configVersions')
            .values(rowOf(set.id, 1, first))
            .execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new Failure('CONFLICT', `There is a config set "${set.name}" already. Choose another name.`, {
          field: 'name',
        })
      }
    },

    /** A newer version on top of `base`; false where another came first. */
    async add(setId: string, base: number, next: NewVersion): Promise<boolean> {
      const version = base + 1
      return db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('configSets')
          .set({ version })
          .where('id', '=', setId)
          .where('version', '=', base)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await trx
          .insertInto('configVersions')
          .values(rowOf(setId, version, next))
          .execute()
        return true
      })
    },

    async update(
      setId: string,
      change: { description?: string; schema?: JsonSchema | null; path?: string },
    ): Promise<void> {
      const { schema, ...rest } = change
      const set = {
        ...rest,
        ...(schema === undefined ? {} : { schema: schema === null ? null : JSON.stringify(schema) }),
      }
      if (Object.keys(set).length > 0) await db.updateTable('configSets').set(set).where('id', '=', setId).execute()
    },

    async content(setId: string, version: number): Promise<Content | null> {
      const row = await db
        .selectFrom('configVersions')
        .select(['version', 'sealed'])
        .where('setId', '=', setId)
        .where('version', '=', version)
        .executeTakeFirst()
      return row ? unseal(setId, row) : null
    },

    /** The newest few contents, newest first. */
    async recent(setId: string, count: number): Promise<Content[]> {
      const rows = await db
        .selectFrom('configVersions')
        .select(['version', 'sealed'])
        .where('setId', '=', setId)
        .orderBy('version', 'desc')
        .limit(count)
        .execute()
      return rows.map((row) => unseal(setId, row))
    },

    async version(setId: string, version: number): Promise<VersionRecord | null> {
      const rows = db
        .selectFrom('configVersions')
        .select(columns)
        .where('setId', '=', setId)
        .where('version', '=', version)
      return (await rows.executeTakeFirst()) ?? null
    },

    /** Newest first, without values. */
    async versions(setId: string): Promise<VersionRecord[]> {
      return db
        .selectFrom('configVersions')
        .select(columns)
        .where('setId', '=', setId)
        .orderBy('version', 'desc')
        .execute()
    },

    async remove(setId: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('configVersions').where('setId', '=', setId).execute()
        await trx.deleteFrom('configSets').where('id', '=', setId).execute()
      })
    },

    /** The key of plan digests, made at first use and the same for good: without it a short password could be found by trying. */
    async digestKey(): Promise<string> {
      if (key !== null) return key
      const sealed = secrets.seal(randomBytes(32).toString('base64url'), 'configs/digest-key')
      await db
        .insertInto('configKeys')
        .values({ id: 'digest', sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const row = await db
        .selectFrom('configKeys')
        .select('sealed')
        .where('id', '=', 'digest')
        .executeTakeFirstOrThrow()
      key = secrets.open(row.sealed, 'configs/digest-key').reveal()
      return key
    },
  }
}
