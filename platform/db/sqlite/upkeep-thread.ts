import { DatabaseSync } from 'node:sqlite'
import { answering } from '../../thread/index.ts'

const busyMs = 30_000
const open = (path: string): DatabaseSync => new DatabaseSync(path, { timeout: busyMs, readOnly: true })

function on<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = open(path)
  try {
    return work(database)
  } finally {
    database.close()
  }
}
const columnOf = (row: Record<string, unknown>): string => String(Object.values(row)[0])

answering({
  /** One read of the file as it was at one moment; writers go on. */
  copy: ({ from, to }: { from: string; to: string }) =>
    on(from, (database) => void database.prepare('vacuum into ?').run(to)),
  check: (path: string) =>
    on(path, (database) =>
      [...database.prepare('pragma integrity_check(100)').all(), ...database.prepare('pragma foreign_key_check').all()]
        .map(columnOf)
        .filter((said) => said !== 'ok')
        .slice(0, 100),
    ),
  rows: (path: string) =>
    on(path, (database) => {
      const tables = database
        .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
        .all()
        .map(columnOf)
      const counted = tables.map((name) => {
        const row = database.prepare(`select count(*) as n from "${name.replaceAll('"', '""')}"`).get()
        return [name, Number(row?.n ?? 0)]
      })
      return Object.fromEntries(counted) as Record<string, number>
    }),
})
