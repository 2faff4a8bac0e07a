import { randomUUID } from 'node:crypto'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

interface Table {
  id: string
  targetId: string
  stack: string | null
  name: string
  scheme: 'http' | 'https'
  port: number
  path: string
  intervalMs: number
  sealed: string | null
}

/** The endpoint that a person has set for the services of a name on a target. */
export interface ScrapeRow extends Omit<Readonly<Table>, 'sealed'> {
  readonly headers: Readonly<Record<string, string>>
}

const place = (id: string): string => `scrape/${id}`
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'scrapes', column: 'sealed', key: ['id'], context: ({ id }) => place(String(id)) },
]

export type ScrapeStore = ReturnType<typeof openScrapeStore>

export function openScrapeStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ scrapes: Table }>()
  return {
    async all(): Promise<ScrapeRow[]> {
      const rows = await db.selectFrom('scrapes').selectAll().execute()
      return rows.map(({ sealed, ...row }) => ({
        ...row,
        headers:
          sealed === null ? {} : (JSON.parse(secrets.open(sealed, place(row.id)).reveal()) as Record<string, string>),
      }))
    },
    newId: (): string => randomUUID(),
    async put({ headers, ...row }: ScrapeRow): Promise<void> {
      const sealed = Object.keys(headers).length === 0 ? null : secrets.seal(JSON.stringify(headers), place(row.id))
      const { id: _, ...rest } = { ...row, sealed }
      await db
        .insertInto('scrapes')
        .values({ ...row, sealed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('scrapes').where('id', '=', id).execute()
    },
  }
}
