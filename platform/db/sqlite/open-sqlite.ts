import { statSync } from 'node:fs'
import { Kysely, SqliteIntrospector, sql } from 'kysely'
import type { Log } from '../../log/index.ts'
import { BindingSqliteCompiler } from '../bind-value.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { TransactionGuard } from '../transaction-guard.ts'
import { connectReader } from './connect.ts'
import { sqliteUpkeep } from './upkeep.ts'
import { ConcurrentSqliteAdapter, SqliteDriver } from './sqlite-driver.ts'
import { WriteQueue } from './write-queue.ts'

/** Opens the file at an absolute path, making it where there is none; its folder must be there. */
export async function openSqlite(path: string, log: Log): Promise<Database> {
  const queue = await WriteQueue.open(path, log)
  const driver = new SqliteDriver(path, queue, connectReader(path))
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new ConcurrentSqliteAdapter(),
      createDriver: () => new TransactionGuard(driver),
      createIntrospector: (inner) => new SqliteIntrospector(inner),
      createQueryCompiler: () => new BindingSqliteCompiler(),
    },
  })
  return {
    kind: 'sqlite',
    db,
    migrate: (migrations) => migrate(db, migrations, log),
    sizeBytes: async () =>
      [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0),
    ping: async () => void (await sql`select 1`.execute(db)),
    upkeep: sqliteUpkeep(path, db),
    async close() {
      await db.destroy()
      // Kysely destroys only a driver it has used.
      await driver.destroy()
    },
  }
}
