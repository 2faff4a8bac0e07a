import { Client } from 'pg'
import type { Login, Session } from './login.ts'

/** `shop.jobs` as a quoted name: whatever stands in it stays a name. */
const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('\0', '').replaceAll('"', '""')}"`)
    .join('.')

export async function openPostgres(login: Login): Promise<Session> {
  const user = login.username ?? 'postgres'
  const client = new Client({
    host: login.address,
    port: login.port,
    user,
    // As a function, and everything else told: the library would send what our own PG* variables and password file hold.
    password: () => login.password ?? '',
    database: login.database ?? user,
    ssl: false,
    application_name: 'wheelhouse-health',
    connectionTimeoutMillis: login.timeoutMs,
    query_timeout: login.timeoutMs,
  })
  // A connection that breaks later has told its query already.
  client.on('error', () => undefined)
  const close = (): void => void client.end().catch(() => undefined)
  try {
    await client.connect()
  } catch (error) {
    close()
    throw error
  }
  return {
    async ping() {
      await client.query('select 1')
    },
    async count(name) {
      const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${quoted(name)}`)
      return Number(rows[0]?.n ?? 0)
    },
    close,
  }
}
