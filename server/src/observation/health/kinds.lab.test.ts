import { createServer } from 'node:http'
import { type HealthCheckSpec, checkDefaults } from '@wheelhouse/contract'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openTestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const password = 'windlass-larder-9'

suite('one service with checks of every kind', ['postgres', 'mariadb', 'redis'], () => {
  test('each finds what it looks for, and what is missing; none tells the password', async () => {
    const name = `kinds_${process.pid}`
    const [pgUrl, myUrl, redisUrl] = [new URL(where('postgres')), new URL(where('mariadb')), new URL(where('redis'))]
    const pg = new Client({ connectionString: pgUrl.href })
    const my = await createConnection({ uri: myUrl.href })
    const redis = new Redis(redisUrl.href)
    const web = createServer((_, response) => response.end('welcome'))
    const sockets = new WebSocketServer({ server: web, path: '/socket' })
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    const { port } = web.address() as { port: number }
    const house = await openTestHouse()
    try {
      await pg.connect()
      await pg.query(`create role ${name} login password '${password}'`)
      await pg.query(`create table ${name} (id int)`)
      await pg.query(`insert into ${name} values (1), (2)`)
      await pg.query(`grant select on ${name} to ${name}`)
      await my.query(`create database ${name}`)
      await my.query(`create user ${name} identified by '${password}'`)
      await my.query(`grant select on ${name}.* to ${name}`)
      await my.query(`create table ${name}.jobs (id int)`)
      await my.query(`create table ${name}.failed_jobs (id int)`)
      await redis.call('ACL', 'SETUSER', name, 'on', `>${password}`, '~*', '+@all')
      await redis.rpush(`${name}:queue`, 'a', 'b', 'c')

      const source = `name: kinds\nservices:\n  web:\n    command: ["sleep", "600"]\n    environment:\n      DB_PASSWORD: ${password}\n`
      await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
      const id = 'local:kinds-web'
      await expect
        .poll(() => house.house.domains.targets.registry.service(id)?.state, { timeout: 60_000 })
        .toBe('running')

      const timing = { ...checkDefaults, intervalMs: 3_600_000, retries: 1 }
      const at = (url: URL) => ({ host: url.hostname, port: Number(url.port), passwordVariable: 'DB_PASSWORD' })
      const postgres = { engine: 'postgres', ...at(pgUrl), username: name, database: pgUrl.pathname.slice(1) } as const
      const mysql = { engine: 'mysql', ...at(myUrl), username: name, database: name } as const
      const valkey = { engine: 'redis', ...at(redisUrl), username: name, database: null } as const
      const limits = { maxPending: 5, maxFailed: 0 }
      const checks: HealthCheckSpec[] = [
        {
          ...timing,
          kind: 'http',
          name: 'front',
          url: `http://127.0.0.1:${port}/`,
          expectStatus: 200,
          contains: 'welcome',
        },
        { ...timing, kind: 'tcp', name: 'port', host: '127.0.0.1', port },
        { ...timing, kind: 'websocket', name: 'socket', url: `ws://127.0.0.1:${port}/socket` },
        { ...timing, kind: 'command', name: 'runs', argv: ['sh', '-c', 'test -n "$DB_PASSWORD"'] },
        { ...timing, kind: 'database', name: 'postgres', ...postgres },
        { ...timing, kind: 'database', name: 'mysql', ...mysql },
        { ...timing, kind: 'database', name: 'redis', ...valkey },
        { ...timing, kind: 'queue', name: 'rows', ...postgres, pending: name, failed: null, ...limits },
        { ...timing, kind: 'queue', name: 'jobs', ...mysql, pending: 'jobs', failed: 'failed_jobs', ...limits },
        {
          ...timing,
          kind: 'queue',
          name: 'list',
          ...valkey,
          pending: `${name}:queue`,
          failed: `${name}:failed`,
          ...limits,
        },
      ]
      await house.admin.health.set({ id, checks })
      const first = await house.admin.health.run({ id })
      expect(first.checks.map(({ spec, state, last }) => [spec.name, state, last?.message])).toEqual([
        ['front', 'healthy', '200'],
        ['port', 'healthy', 'accepts connections'],
        ['socket', 'healthy', 'opens'],
        ['runs', 'healthy', 'exit 0'],
        ['postgres', 'healthy', 'answers queries'],
        ['mysql', 'healthy', 'answers queries'],
        ['redis', 'healthy', 'answers queries'],
        ['rows', 'healthy', '2 waiting'],
        ['jobs', 'healthy', '0 waiting, 0 failed'],
        ['list', 'healthy', '3 waiting, 0 failed'],
      ])

      await my.query(`insert into ${name}.failed_jobs values (1)`)
      await redis.rpush(`${name}:queue`, 'd', 'e', 'f')
      await pg.query(`alter role ${name} nologin`)
      sockets.close()
      web.closeAllConnections()
      await new Promise((resolve) => web.close(resolve))
      const second = await house.admin.health.run({ id })
      expect(second.state).toBe('unhealthy')
      expect(second.checks.map(({ spec, state, last }) => [spec.name, state, last?.message])).toEqual([
        ['front', 'unhealthy', 'refused the connection'],
        ['port', 'unhealthy', 'refused the connection'],
        ['socket', 'unhealthy', 'refused the connection'],
        ['runs', 'healthy', 'exit 0'],
        ['postgres', 'unhealthy', 'refused user name or password'],
        ['mysql', 'healthy', 'answers queries'],
        ['redis', 'healthy', 'answers queries'],
        ['rows', 'unhealthy', 'refused user name or password'],
        ['jobs', 'unhealthy', '0 waiting, 1 failed, more than 0'],
        ['list', 'unhealthy', '6 waiting, more than 5, 0 failed'],
      ])
      const overview = await house.admin.health.overview()
      const [item] = overview.items
      expect(overview).toMatchObject({ unhealthy: 1, healthy: 0 })
      expect(item?.checks.map(({ name: called, queue }) => [called, queue]).slice(-2)).toEqual([
        ['jobs', { pending: 0, failed: 1 }],
        ['list', { pending: 6, failed: 0 }],
      ])
      const history = await house.admin.health.history({ id })
      expect(history).toMatchObject({
        standing: 'down',
        incidents: [{ until: null, reason: expect.stringContaining('front') as string }],
      })
      expect(history.checks.map(({ name: called }) => called).toSorted()).toEqual(
        checks.map((check) => check.name).toSorted(),
      )
      const uptime = await house.admin.health.uptime({})
      expect(uptime.items[0]).toMatchObject({ name: 'kinds-web', standing: 'down' })
      expect(JSON.stringify([first, second, overview, history, uptime])).not.toContain(password)
    } finally {
      await house.close()
      await pg.query(`drop table if exists ${name}`).catch(() => undefined)
      await pg.query(`drop role if exists ${name}`).catch(() => undefined)
      await pg.end()
      await my.query(`drop database if exists ${name}`)
      await my.query(`drop user if exists ${name}`)
      await my.end()
      await redis.del(`${name}:queue`)
      await redis.call('ACL', 'DELUSER', name)
      await redis.quit()
      web.close()
    }
  }, 120_000)
})
