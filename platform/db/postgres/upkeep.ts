import { type Kysely, sql } from 'kysely'
import type { Upkeep } from '../upkeep.ts'

const named = (table: string): string => `"${table.replaceAll('"', '""')}"`

export function postgresUpkeep(db: Kysely<unknown>): Upkeep {
  const tables = async (): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema() order by 1`.execute(db)
    return rows.map(({ name }) => name)
  }
  return {
    figures: async () => ({ walBytes: null, freeBytes: null }),
    async check(signal) {
      const wrong: string[] = []
      for (const table of await tables()) {
        signal?.throwIfAborted()
        // Every value is read, also those that lie outside their row: what is broken cannot be.
        await sql`select sum(length(t::text)) from ${sql.raw(named(table))} t`.execute(db).catch((error: unknown) => {
          wrong.push(`${table}: ${(error as Error).message}`)
        })
      }
      return wrong.slice(0, 100)
    },
    async rows() {
      const counts: Record<string, number> = {}
      for (const table of await tables()) {
        const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.raw(named(table))}`.execute(db)
        counts[table] = rows[0]?.n ?? 0
      }
      return counts
    },
    async compact(progress) {
      const all = await tables()
      for (const [index, table] of all.entries()) {
        await sql`vacuum (analyze) ${sql.raw(named(table))}`.execute(db)
        progress((index + 1) / all.length)
      }
    },
    copy: null,
  }
}
