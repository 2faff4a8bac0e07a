import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'

/** A sealed value with the key of its row. */
export interface SealedValue {
  readonly key: Readonly<Record<string, string | number>>
  readonly sealed: string
}

const ofKey = (keyId: string): string => `v1.${keyId}.%`
const isText = (type: string): boolean => /text|char/i.test(type)

export type SealedStore = ReturnType<typeof openSealedStore>

/** Reads and writes columns of any domain, as these tell them. */
export function openSealedStore(database: Database) {
  const { db } = database

  async function count(table: string, column: string, keyId: string): Promise<{ all: number; older: number }> {
    const at = sql.ref(column)
    const sealed = sql`${at} like 'v1.________________.%'`
    const { rows } = await sql<{ all: number | string; older: number | string | null }>`
      select count(*) as "all", sum(case when ${at} not like ${ofKey(keyId)} then 1 else 0 end) as "older"
      from ${sql.table(table)} where ${sealed}`.execute(db)
    return { all: Number(rows[0]?.all ?? 0), older: Number(rows[0]?.older ?? 0) }
  }

  return {
    /** How many values the columns hold, and how many of them under another key than this. */
    async counts(columns: readonly SealedColumn[], keyId: string): Promise<{ all: number; older: number }> {
      let [all, older] = [0, 0]
      for (const { table, column } of columns) {
        const found = await count(table, column, keyId)
        all += found.all
        older += found.older
      }
      return { all, older }
    },

    /** Columns of the whole database that hold something under another key than this, also such as nobody told of. */
    async anywhere(keyId: string): Promise<string[]> {
      const found: string[] = []
      for (const { name: table, columns } of await db.introspection.getTables())
        for (const { name: column, dataType } of columns)
          if (isText(dataType) && (await count(table, column, keyId)).older > 0) found.push(`${table}.${column}`)
      return found
    },

    /** Values under another key than this, in the order of their rows, the first `skip` left out. */
    async older(
      { table, column, key }: SealedColumn,
      keyId: string,
      skip: number,
      limit: number,
    ): Promise<SealedValue[]> {
      const at = sql.ref(column)
      const keys = sql.join(key.map((name) => sql.ref(name)))
      const { rows } = await sql<Record<string, unknown>>`
        select ${keys}, ${at} as "sealedValue" from ${sql.table(table)}
        where ${at} like 'v1.%' and ${at} not like ${ofKey(keyId)}
        order by ${keys} limit ${limit} offset ${skip}`.execute(db)
      return rows.map((row) => ({
        key: Object.fromEntries(key.map((name) => [name, row[name] as string | number])),
        sealed: row.sealedValue as string,
      }))
    },

    /** False when somebody wrote another value in between: that one is under the newest key already. */
    async replace({ table, column }: SealedColumn, { key, sealed }: SealedValue, next: string): Promise<boolean> {
      const row = sql.join(
        Object.entries(key).map(([name, value]) => sql`${sql.ref(name)} = ${value}`),
        sql` and `,
      )
      const { numAffectedRows } = await sql`
        update ${sql.table(table)} set ${sql.ref(column)} = ${next}
        where ${row} and ${sql.ref(column)} = ${sealed}`.execute(db)
      return (numAffectedRows ?? 0n) > 0n
    },
  }
}
