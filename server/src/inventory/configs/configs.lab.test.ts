import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { sql } from 'kysely'
import { randomBytes } from 'node:crypto'
import { suite, where } from '../../../../test/needs.ts'
import { migrations } from '../../migrations/index.ts'
import { fileSuite } from './testing/file-suite.ts'
import { setSuite } from './testing/set-suite.ts'

async function open() {
  const log = createLog({ level: 'silent', pretty: false })
  const name = `configs_${randomBytes(6).toString('hex')}`
  const server = await openDatabase({ url: where('postgres'), log })
  await sql`create database ${sql.id(name)}`.execute(server.db)
  const own = new URL(where('postgres'))
  own.pathname = `/${name}`
  const database = await openDatabase({ url: own.href, log })
  await database.migrate(migrations)
  return {
    database,
    close: async () => {
      await database.close()
      await sql`drop database ${sql.id(name)}`.execute(server.db)
      await server.close()
    },
  }
}

suite('config sets on PostgreSQL', ['postgres'], () => setSuite(open))
suite('config files on PostgreSQL', ['postgres'], () => fileSuite(open))
