import { createServer } from 'node:net'
import type { Client, SocketLike } from '@wheelhouse/client'
import { Live } from '@wheelhouse/client'
import type { SystemFrame } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { environment } from '../lab/command.ts'
import { end, healthy, launch, startedAt } from '../lab/daemon.ts'
import type { Running } from '../lab/place.ts'
import { suite } from '../needs.ts'
import { adminPassword, applied, clientOf, type ControlPlane, signIn, sleepers, until, Yard } from './control-plane.ts'
import { ownDatabase } from './own-database.ts'
import { Wire } from './wire.ts'

suite('the whole house on PostgreSQL and Redis', ['postgres', 'redis'], () => {
  const yard = new Yard()
  let database: Awaited<ReturnType<typeof ownDatabase>>
  let wire: Wire
  let redis: Running
  let redisPort: number
  let plane: ControlPlane
  let url: string
  let admin: Client
  let data: string

  const startRedis = async (): Promise<void> => {
    const flags = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    redis = await launch('redis-of-faults', 'redis-server', flags, { env: environment })
    const probe = (): Promise<void> =>
      new Promise((done, fail) => {
        const server = createServer().once('error', () => done())
        server.listen(redisPort, '127.0.0.1', () => server.close(() => fail(new Error('not yet'))))
      })
    await healthy('redis-of-faults', redis, probe)
  }
  const raw = async (path: string, token: string): Promise<{ status: number; code: string }> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    return { status: answer.status, code: answer.ok ? 'ok' : (JSON.parse(text) as { errorCode: string }).errorCode }
  }

  beforeAll(async () => {
    database = await ownDatabase()
    const at = new URL(database.url)
    wire = await Wire.to({ host: at.hostname, port: Number(at.port) })
    at.port = String(wire.port)
    redisPort = await new Promise<number>((resolve) => {
      const server = createServer()
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number }
        server.close(() => resolve(port))
      })
    })
    await startRedis()
    data = yard.folder()
    const env = { WHEELHOUSE_DATABASE: at.href, WHEELHOUSE_REDIS: `redis://127.0.0.1:${redisPort}` }
    ;({ plane, url, admin } = await yard.admin(data, { env }))
  })
  afterAll(async () => {
    await yard.sweep()
    await end(redis)
    await wire.set('cut')
    await database.drop()
  })

  test('people, tokens, audit, stacks, jobs, events and sockets work as on the embedded ones', async () => {
    expect(await admin.diagnostics.status()).toMatchObject({
      database: { kind: 'postgres', ok: true },
      bus: 'redis',
      jobs: 'bullmq',
    })
    await admin.users.create({ username: 'vera', password: 'violet kettle 7 harbour', role: 'viewer' })
    const vera = await signIn(url, 'vera', 'violet kettle 7 harbour')
    await expect(vera.users.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { secret } = await admin.tokens.create({ name: 'ci', scopes: ['services.read'] })
    expect((await clientOf(url, secret).services.list()).total).toBe(0)

    const frames: SystemFrame[] = []
    const live = new Live({
      url: `${url.replace('http', 'ws')}/ws`,
      ticket: async () => (await admin.auth.ticket()).ticket,
      open: (address, protocols) => new WebSocket(address, protocols) as unknown as SocketLike,
    })
    let ready = false
    live.subscribe('system', {}, { onEvents: (events) => void frames.push(...events), onReady: () => (ready = true) })
    await until(() => (ready ? true : null))
    await applied(admin, sleepers('calm', ['a', 'b']))
    expect((await admin.services.list()).items.map((row) => row.state)).toEqual(['running', 'running'])
    await until(() => (JSON.stringify(frames).includes('stack.applied') ? true : null))
    await until(async () =>
      (await admin.timeline.list({ type: 'stack' })).items.some((event) => event.type === 'stack.applied')
        ? true
        : null,
    )
    live.close()
    const { items } = await admin.audit.list({ operation: 'stacks.apply' })
    expect(items[0]).toMatchObject({ actor: 'admin', outcome: 'done' })
    const seen = new Set<string>()
    for (let cursor: string | undefined; ;) {
      const page = await admin.audit.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      for (const { id } of page.items) {
        expect(seen.has(id)).toBe(false)
        seen.add(id)
      }
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(seen.size).toBeGreaterThan(3)
  })

  test('Redis goes away: a clear error, no crash, services run on; it comes back and so does all', async () => {
    const { accessToken } = await clientOf(url).auth.login({ username: 'admin', password: adminPassword })
    const pids = (await admin.services.list()).items.map((row) => row.pid ?? 0)
    const started = pids.map(startedAt)
    await end(redis, 'SIGKILL')
    for (const path of ['services', 'users']) {
      const { status, code } = await raw(path, accessToken)
      expect([code, status]).toEqual(['STORAGE_UNREACHABLE', 503])
    }
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(plane.child.exitCode).toBeNull()
    expect(pids.map(startedAt)).toEqual(started)
    await startRedis()
    await until(async () => ((await raw('services', accessToken)).code === 'ok' ? true : null))
    await until(() => applied(admin, sleepers('after', ['c'])).then(() => true))
    await until(async () =>
      (await admin.timeline.list({ type: 'stack' })).items.some((event) => event.stack === 'after') ? true : null,
    )
  })

  test('PostgreSQL goes away: a clear error and not ready; it comes back and nothing acknowledged is lost', async () => {
    const { accessToken } = await clientOf(url).auth.login({ username: 'admin', password: adminPassword })
    await admin.users.create({ username: 'kept', password: 'violet kettle 7 harbour', role: 'viewer' })
    expect((await raw('services', accessToken)).code).toBe('ok')
    await wire.set('cut')
    expect(await raw('users', accessToken)).toEqual({ status: 503, code: 'STORAGE_UNREACHABLE' })
    expect(await raw('audit', accessToken)).toEqual({ status: 503, code: 'STORAGE_UNREACHABLE' })
    await expect(
      admin.users.create({ username: 'lost', password: 'violet kettle 7 harbour', role: 'viewer' }),
    ).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' })
    // Who was here a moment ago is remembered, and the mirror needs no database: what runs can still be seen.
    expect(await raw('services', accessToken)).toEqual({ status: 200, code: 'ok' })
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
    await wire.set('open')
    await until(async () => ((await raw('users', accessToken)).code === 'ok' ? true : null))
    const names = (await admin.users.list()).items.map((user) => user.username)
    expect(names).toContain('kept')
    expect(names).not.toContain('lost')
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    await applied(admin, sleepers('later', ['d']))
  })

  test('kill -9 while a job runs: another start takes over, and the job is not running for ever', async () => {
    const waiting = `    health:\n      - tcp: 127.0.0.1:1\n        interval: 1s\n        start_period: 60s\n`
    const top = `  top:\n    command: [sleep, '1']\n    directory: /\n    depends_on: { base: healthy }\n`
    const { id } = await admin.stacks.apply({ source: sleepers('slow', ['base'], waiting) + top })
    await until(async () => ((await admin.jobs.get({ id })).state === 'running' ? true : null))
    await plane.stop('SIGKILL')
    const at = new URL(database.url)
    at.port = String(wire.port)
    const env = { WHEELHOUSE_DATABASE: at.href, WHEELHOUSE_REDIS: `redis://127.0.0.1:${redisPort}` }
    ;({ plane, url, admin } = await yard.admin(data, { env }))
    const job = await until(async () => {
      const now = await admin.jobs.get({ id })
      return now.finishedAt === null ? null : now
    }, 90_000)
    expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'INTERRUPTED' } })
    expect(await plane.stop()).toBe(0)
  }, 120_000)
})
