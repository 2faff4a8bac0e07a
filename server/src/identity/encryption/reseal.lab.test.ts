import { randomBytes } from 'node:crypto'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { sql } from 'kysely'
import { afterAll, beforeAll } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { resealSuite } from './testing/reseal-suite.ts'

suite('sealing anew with PostgreSQL', ['postgres'], () => {
  const name = `reseal_${randomBytes(6).toString('hex')}`
  const log = createLog({ level: 'silent', pretty: false })
  let server: Database
  let database: Database
  beforeAll(async () => {
    server = await openDatabase({ url: where('postgres'), log })
    await sql`create database ${sql.id(name)}`.execute(server.db)
    const own = new URL(where('postgres'))
    own.pathname = `/${name}`
    database = await openDatabase({ url: own.href, log })
  })
  afterAll(async () => {
    await database.close()
    await sql`drop database ${sql.id(name)}`.execute(server.db)
    await server.close()
  })
  resealSuite('PostgreSQL', () => database)
})
