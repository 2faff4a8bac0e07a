import { randomBytes } from 'node:crypto'
import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { sql } from 'kysely'
import { where } from '../needs.ts'

/** A database of its own on the lab's PostgreSQL; `drop` ends whatever is still connected. */
export async function ownDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const log = createLog({ level: 'silent', pretty: false })
  const name = `faults_${randomBytes(6).toString('hex')}`
  const server = await openDatabase({ url: where('postgres'), log })
  await sql`create database ${sql.id(name)}`.execute(server.db)
  const url = new URL(where('postgres'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await sql`drop database ${sql.id(name)} with (force)`.execute(server.db)
      await server.close()
    },
  }
}
