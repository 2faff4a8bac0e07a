import { type HealthCheckSpec, checkDefaults } from '@wheelhouse/contract'
import { Redis } from 'ioredis'
import { type Connection, createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { probe } from './index.ts'

const password = 'harbour-kettle-7'
const context = {
  run: () => Promise.reject(new Error('no command is run here')),
  secret: async (name: string) => ({ DB_PASSWORD: password, WRONG: 'wrong-password-1' })[name] ?? null,
}
const check = (spec: object): ReturnType<typeof probe> =>
  probe({ name: 'check', ...checkDefaults, ...spec } as HealthCheckSpec, context, new AbortController().signal)

suite('checks of a PostgreSQL', ['postgres'], () => {
  const table = `we"ird.jobs_${process.pid}`.replace('.', '_')
  const role = `checker_${process.pid}`
  let admin: Client
  let at: { host: string; port: number; username: string; database: string }
  beforeAll(async () => {
    const url = new URL(where('postgres'))
    at = {
      host: url.hostname,
      port: Number(url.port),
      username: decodeURIComponent(url.username),
      database: url.pathname.slice(1),
    }
    admin = new Client({ connectionString: url.href })
    await admin.connect()
    await admin.query(`create role "${role}" login password '${password}'`)
    await admin.query(`create table "${table.replaceAll('"', '""')}" (id int)`)
    await admin.query(`insert into "${table.replaceAll('"', '""')}" select generate_series(1, 12)`)
    await admin.query(`grant select on "${table.replaceAll('"', '""')}" to "${role}"`)
  })
  afterAll(async () => {
    await admin.query(`drop table "${table.replaceAll('"', '""')}"`)
    await admin.query(`drop role "${role}"`)
    await admin.end()
  })
  const queue = (more: object = {}) =>
    check({
      kind: 'queue',
      engine: 'postgres',
      ...at,
      passwordVariable: null,
      pending: table,
      failed: null,
      maxPending: null,
      maxFailed: null,
      ...more,
    })

  test('it signs in with the password of the service and asks a query', async () => {
    const spec = { kind: 'database', engine: 'postgres', ...at, username: role, passwordVariable: 'DB_PASSWORD' }
    expect(await check(spec)).toMatchObject({ ok: true, message: 'answers queries' })
  })

  test('a database that is not there is told of', async () => {
    const spec = { kind: 'database', engine: 'postgres', ...at, passwordVariable: null, database: 'not_there' }
    expect(await check(spec)).toMatchObject({ ok: false, message: expect.stringContaining('not_there') as string })
  })

  test('rows are counted against the limits, whatever the table is called', async () => {
    expect(await queue()).toMatchObject({ ok: true, message: '12 waiting' })
    expect(await queue({ failed: `public.${table}`, maxFailed: 20 })).toMatchObject({
      ok: true,
      message: '12 waiting, 12 failed',
    })
    expect(await queue({ maxPending: 10 })).toMatchObject({ ok: false, message: '12 waiting, more than 10' })
    const injected = await queue({ pending: 'x"; drop role postgres; --' })
    expect(injected).toMatchObject({ ok: false, message: expect.stringContaining('does not exist') as string })
  })
})

suite('checks of a MariaDB', ['mariadb'], () => {
  const name = `check_${process.pid}`
  let admin: Connection
  let at: { host: string; port: number; username: string; database: string }
  beforeAll(async () => {
    const url = new URL(where('mariadb'))
    at = { host: url.hostname, port: Number(url.port), username: name, database: name }
    admin = await createConnection({ uri: url.href })
    await admin.query(`create database ${name}`)
    await admin.query(`create user ${name} identified by '${password}'`)
    await admin.query(`grant select on ${name}.* to ${name}`)
    await admin.query(`create table ${name}.\`odd\`\`jobs\` (id int)`)
    await admin.query(`insert into ${name}.\`odd\`\`jobs\` values (1), (2), (3)`)
  })
  afterAll(async () => {
    await admin.query(`drop database ${name}`)
    await admin.query(`drop user ${name}`)
    await admin.end()
  })
  const database = (more: object = {}) =>
    check({ kind: 'database', engine: 'mysql', ...at, passwordVariable: 'DB_PASSWORD', ...more })
  const queue = (more: object = {}) =>
    check({
      kind: 'queue',
      engine: 'mysql',
      ...at,
      passwordVariable: 'DB_PASSWORD',
      pending: 'odd`jobs',
      failed: `${name}.odd\`jobs`,
      maxPending: null,
      maxFailed: null,
      ...more,
    })

  test('it signs in with the password of the service; another is refused, and not told', async () => {
    expect(await database()).toMatchObject({ ok: true, message: 'answers queries' })
    const refused = await database({ passwordVariable: 'WRONG' })
    expect(refused).toMatchObject({ ok: false, message: 'refused user name or password' })
    expect(await database({ passwordVariable: null })).toMatchObject({ ok: false })
    expect(await database({ database: 'mysql' })).toMatchObject({ ok: false })
  })

  test('rows are counted against the limits, whatever the table is called', async () => {
    expect(await queue()).toMatchObject({ ok: true, message: '3 waiting, 3 failed' })
    expect(await queue({ maxFailed: 2 })).toMatchObject({ ok: false, message: '3 waiting, 3 failed, more than 2' })
    const injected = await queue({ pending: 'x`; drop table jobs; --' })
    expect(injected).toMatchObject({ ok: false, message: expect.stringContaining("doesn't exist") as string })
  })
})

suite('checks of a Redis', ['redis'], () => {
  const key = (name: string) => `check-${process.pid}-${name}`
  const user = `checker-${process.pid}`
  let admin: Redis
  let at: { host: string; port: number }
  beforeAll(async () => {
    const url = new URL(where('redis'))
    at = { host: url.hostname, port: Number(url.port) }
    admin = new Redis(url.href)
    await admin.rpush(key('list'), ...Array.from({ length: 12 }, String))
    await admin.zadd(key('zset'), 1, 'a', 2, 'b')
    await admin.xadd(key('stream'), '*', 'a', '1')
    await admin.set(key('text'), '1')
    await admin.call('ACL', 'SETUSER', user, 'on', `>${password}`, '~*', '+@all')
  })
  afterAll(async () => {
    await admin.del(key('list'), key('zset'), key('stream'), key('text'))
    await admin.call('ACL', 'DELUSER', user)
    await admin.quit()
  })
  const base = { engine: 'redis', username: null, passwordVariable: null, database: null }
  const queue = (more: object = {}) =>
    check({
      kind: 'queue',
      ...base,
      ...at,
      pending: key('list'),
      failed: key('none'),
      maxPending: 100,
      maxFailed: 0,
      ...more,
    })

  test('it signs in, and a wrong password is told of without the password', async () => {
    const signIn = { kind: 'database', ...base, ...at, username: user, passwordVariable: 'DB_PASSWORD' }
    expect(await check({ ...signIn, database: '1' })).toMatchObject({ ok: true, message: 'answers queries' })
    const refused = await check({ ...signIn, passwordVariable: 'WRONG' })
    expect(refused).toMatchObject({ ok: false, message: 'refused user name or password' })
    expect(JSON.stringify(refused)).not.toContain('wrong-password')
  })

  test('lists, sorted sets and streams are counted against the limits', async () => {
    expect(await queue()).toMatchObject({ ok: true, message: '12 waiting, 0 failed' })
    expect(await queue({ pending: key('zset'), failed: key('stream') })).toMatchObject({
      ok: false,
      message: '2 waiting, 1 failed, more than 0',
    })
    expect(await queue({ pending: key('text') })).toMatchObject({
      ok: false,
      message: expect.stringContaining('not a list') as string,
    })
  })
})
