import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf, service } from './things.ts'

const at = scene()
const line = (text: string, second: number) => ({
  at: `2026-11-20T10:00:0${second}.000Z`,
  stream: 'stdout',
  level: 'error',
  text,
})

beforeEach(() => {
  at.server.on('GET /api/v1/services', listOf([service('web'), service('api')]))
  at.server.on('GET /api/v1/services/local:web/logs', {
    serviceId: 'local:web',
    lines: [line('\u001B[31mtimeout\u001B[0m', 2)],
    truncated: false,
  })
  at.server.on('GET /api/v1/services/local:api/logs', {
    serviceId: 'local:api',
    lines: [line('first', 1)],
    truncated: false,
  })
  at.server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
})

/** Sends one line for each subscription and ends it. */
function follow(): unknown[] {
  const wanted: unknown[] = []
  at.server.sockets().on('connection', (peer) => {
    peer.send(JSON.stringify({ type: 'hello', socket: 's', pingMs: 30_000 }))
    peer.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; sub: string; params: unknown }
      if (message.type !== 'subscribe') return
      wanted.push(message.params)
      const send = (what: object): void => peer.send(JSON.stringify({ ...what, sub: message.sub }))
      send({ type: 'subscribed', seq: 0, resumed: false })
      send({ type: 'batch', seq: 1, events: [line('live', 3), { ...line('quiet', 4), level: 'info' }] })
      send({ type: 'ended', reason: 'The service was removed.' })
    })
  })
  return wanted
}

test('all, or --all, are the logs of every service by time', async () => {
  expect((await at.run('logs', 'all')).stdout).toBe('api │ first\nweb │ timeout\n')
  expect((await at.run('logs', '--all')).stdout).toBe('api │ first\nweb │ timeout\n')
  at.server.on('GET /api/v1/services', listOf([service('all', { id: 'local:web' }), service('api')]))
  expect((await at.run('logs', 'all')).stdout).toBe('timeout\n')
})

test('--lines, --level, --search, --since and --until go along, levels as others call them', async () => {
  await at.run(
    'logs',
    'web',
    '--lines',
    '100',
    '--level',
    'ERROR,WARNING',
    '--search',
    'time.ut',
    '--since',
    '2026-11-20',
    '--until',
    '2026-11-21',
  )
  expect(at.query('GET /api/v1/services/local:web/logs')).toEqual({
    tail: '100',
    level: 'error,warn',
    match: 'time.ut',
    since: expect.stringContaining('2026-11-') as string,
    until: expect.stringContaining('2026-11-') as string,
  })
  expect((await at.run('logs', 'web', '--grep', '(')).stderr).toContain('--grep:')
  expect((await at.run('logs', 'web', '--search', '(')).stderr).toContain('--search:')
  expect((await at.run('logs', 'web', '--level', 'LOUD')).stderr).toContain('--level takes trace')
})

test('--tail alone follows, before or behind the service; with a number it is the last lines', async () => {
  const wanted = follow()
  expect((await at.run('logs', 'web', '--tail')).stdout).toBe('live\nquiet\n')
  expect((await at.run('logs', '--tail', 'web', '--level', 'ERROR')).stdout).toBe('live\n')
  expect((await at.run('logs', 'web', '--follow', '--lines', '7', '-t')).stdout).toContain(
    '2026-11-20T10:00:03.000Z live',
  )
  expect(wanted).toEqual([
    { serviceId: 'local:web', tail: 100 },
    { serviceId: 'local:web', tail: 100 },
    { serviceId: 'local:web', tail: 7 },
  ])
  await at.run('logs', 'web', '--tail', '9', '--stack', 'hello', '--target', 'this-machine', '--timestamps')
  expect(at.query('GET /api/v1/services/local:web/logs')).toEqual({ tail: '9' })
})

test('--export writes them with times and without colours, for the owner alone', async () => {
  const { exit, stdout, stderr } = await at.run('logs', 'all', '--export', 'out.log', '--color', 'always')
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' })
  expect(stderr).toContain('out.log is written, ')
  const text = await readFile(join(at.folder, 'out.log'), 'utf8')
  expect(text).toBe('api │ 2026-11-20T10:00:01.000Z first\nweb │ 2026-11-20T10:00:02.000Z timeout\n')
  expect((await stat(join(at.folder, 'out.log'))).mode & 0o777).toBe(0o600)
  follow()
  await at.run('logs', 'web', '--tail', '--export', 'live.log')
  expect(await readFile(join(at.folder, 'live.log'), 'utf8')).toContain(' live\n')
  expect(await at.run('logs', 'web', '--export', '/nowhere/out.log')).toMatchObject({ exit: 1 })
})
