import { Kysely, PostgresAdapter, PostgresDriver, PostgresIntrospector, sql } from 'kysely'
import { Pool, types } from 'pg'
import type { Log } from '../../log/index.ts'
import { BindingPostgresCompiler } from '../bind-value.ts'
import type { Database } from '../database.ts'
import { DatabaseUnreachable, NotStorable } from '../database-error.ts'
import { migrate } from '../migrate.ts'
import { postgresUpkeep } from './upkeep.ts'
import { TransactionGuard } from '../transaction-guard.ts'

const INT8 = 20
const NUMERIC = 1700
const JSON_TYPES = new Set([114, 3802])

type Parser = (value: string) => unknown
const builtIn: { getTypeParser(oid: number, format?: string): Parser } = types

function safeInteger(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new NotStorable('The database holds an integer beyond 2^53, which cannot be read exactly. Store it as text')
}

/** Reads values as SQLite gives them: whole numbers and sums as numbers, JSON as text. */
function getTypeParser(oid: number, format?: string): Parser {
  if (oid === INT8) return safeInteger
  if (oid === NUMERIC) return Number
  if (JSON_TYPES.has(oid)) return String
  return builtIn.getTypeParser(oid, format)
}

/** Connects to a PostgreSQL server; throws DatabaseUnreachable without ever naming the password. */
export async function openPostgres(url: string, log: Log): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a connection to the database broke'))
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new TransactionGuard(new PostgresDriver({ pool })),
      createIntrospector: (inner) => new PostgresIntrospector(inner),
      createQueryCompiler: () => new BindingPostgresCompiler(),
    },
  })
  const ping = async (): Promise<void> => {
    try {
      await sql`select 1`.execute(db)
    } catch (error) {
      const { host, pathname } = new URL(url)
      const why = (error as { code?: string }).code ?? (error as Error).message
      throw new DatabaseUnreachable(
        `The database ${pathname.slice(1)} on ${host} does not answer (${why}). Check that it runs and lets this user in`,
        {
          cause: error,
        },
      )
    }
  }
  try {
    await ping()
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    kind: 'postgres',
    db,
    migrate: (migrations) => migrate(db, migrations, log),
    async sizeBytes() {
      const { rows } = await sql<{ size: number }>`select pg_database_size(current_database()) as size`.execute(db)
      return rows[0]?.size ?? null
    },
    ping,
    upkeep: postgresUpkeep(db),
    close: () => db.destroy(),
  }
}
