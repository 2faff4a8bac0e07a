import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createLog } from '../log/index.ts'
import { databaseConformance } from './conformance.ts'
import { DatabaseUnreachable, type Migration, openDatabase } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })

/** A database of its own on the server, so that suites do not meet. */
async function freshUrl(): Promise<string> {
  const url = new URL(where('postgres'))
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const server = await openDatabase({ url: url.href, log })
  await sql`create database ${sql.id(name)}`.execute(server.db)
  await server.close()
  url.pathname = `/${name}`
  return url.href
}

suite('postgres', ['postgres'], () => {
  databaseConformance(async () => openDatabase({ url: await freshUrl(), log }))

  it('lets two instances that start at once migrate one after the other', async () => {
    const url = await freshUrl()
    const both = await Promise.all([openDatabase({ url, log }), openDatabase({ url, log })])
    const once: Migration = {
      async up(db) {
        await db.schema.createTable('once').addColumn('a', 'integer').execute()
      },
    }
    const applied = await Promise.all(both.map((database) => database.migrate({ once })))
    expect(applied.flat()).toEqual(['once'])
    await Promise.all(both.map((database) => database.close()))
  })

  it('refuses to read an integer that would not be exact', async () => {
    const database = await openDatabase({ url: where('postgres'), log })
    await expect(sql`select 9007199254740993::int8`.execute(database.db)).rejects.toThrow('beyond 2^53')
    await database.close()
  })

  it('names the server that does not answer, never the password', async () => {
    const error: unknown = await openDatabase({ url: 'postgres://app:hunter2@127.0.0.1:1/shop', log }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(DatabaseUnreachable)
    expect(String(error)).toContain('shop on 127.0.0.1:1')
    expect(String(error)).not.toContain('hunter2')
  })
})
