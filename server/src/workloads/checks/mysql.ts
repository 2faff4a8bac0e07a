import { createConnection } from 'mysql2/promise'
import type { Login, Session } from './login.ts'

/** `shop.jobs` as a quoted name: whatever stands in it stays a name. */
const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `\`${part.replaceAll('\0', '').replaceAll('`', '``')}\``)
    .join('.')

/** MySQL and MariaDB. */
export async function openMysql(login: Login): Promise<Session> {
  const connection = await createConnection({
    host: login.address,
    port: login.port,
    user: login.username ?? 'root',
    ...(login.password === null ? {} : { password: login.password }),
    ...(login.database === null ? {} : { database: login.database }),
    connectTimeout: login.timeoutMs,
    multipleStatements: false,
  })
  connection.on('error', () => undefined)
  return {
    async ping() {
      await connection.query('select 1')
    },
    async count(name) {
      const [rows] = await connection.query(`select count(*) as n from ${quoted(name)}`)
      return Number((rows as { n: number | string }[])[0]?.n ?? 0)
    },
    close: () => connection.destroy(),
  }
}
