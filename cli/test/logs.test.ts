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

const kept = (text: string, second: number, more: object = {}) => ({
  ...line(text, second),
  position: `${second}.1.${second}`,
  sourceId: '7',
  service: 'web',
  serviceId: 'local:web',
  stack: null,
  targetId: 'local',
  goesOn: false,
  ...more,
})
const scanned = { blocks: 1, skipped: 0, broken: 0 }

test('--since brings from the history what the container no longer has, and no line twice', async () => {
  at.server.on('GET /api/v1/logs', {
    items: [kept('\u001B[31mtimeout\u001B[0m', 2), kept('of the container before', 0)],
    nextCursor: null,
    gaps: [],
    scanned,
  })
  const { stdout } = await at.run('logs', 'web', '--since', '2026-11-20', '--level', 'error', '--search', 't')
  expect(stdout).toBe('of the container before\ntimeout\n')
  expect(at.query('GET /api/v1/logs')).toMatchObject({
    service: 'local:web',
    level: 'error',
    regex: 't',
    limit: '1000',
  })
})

test('one that is gone is read from the history, and one whose target is away too', async () => {
  at.server.on('GET /api/v1/logs', { items: [kept('last words', 1)], nextCursor: null, gaps: [], scanned })
  at.server.on('GET /api/v1/logs/sources', listOf([{ id: '7', name: 'old' }]))
  const gone = await at.run('logs', 'old')
  expect(gone.stdout).toBe('last words\n')
  expect(gone.stderr).toContain('old is gone; these are its kept lines.')
  expect((await at.run('logs', 'old', '-f')).exit).toBe(3)
  at.server.refuse('GET /api/v1/services/local:web/logs', 502, 'TARGET_UNREACHABLE', 'It does not answer.')
  const away = await at.run('logs', 'web')
  expect(away.stdout).toBe('last words\n')
  expect(away.stderr).toContain('These are its kept lines.')
})

test('of more than fifty services what is kept of all is printed', async () => {
  at.server.on('GET /api/v1/services', listOf(Array.from({ length: 60 }, (_, index) => service(`s${index}`))))
  at.server.on('GET /api/v1/logs', {
    items: [kept('two', 2), kept('one', 1, { service: 's3' })],
    nextCursor: null,
    gaps: [],
    scanned,
  })
  expect((await at.run('logs', 'all', '--lines', '9')).stdout).toMatch(/^s3 +│ one\nweb +│ two\n$/)
  expect(at.query('GET /api/v1/logs')).toMatchObject({ limit: '9' })
})

test('several are followed as one, in their order, with what was too much', async () => {
  const wanted: unknown[] = []
  at.server.sockets().on('connection', (peer) => {
    peer.send(JSON.stringify({ type: 'hello', socket: 's', pingMs: 30_000 }))
    peer.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; sub: string; params: unknown; channel: string }
      if (message.type !== 'subscribe') return
      wanted.push([message.channel, message.params])
      const send = (what: object): void => peer.send(JSON.stringify({ ...what, sub: message.sub }))
      const { sourceId: _, ...one } = kept('first', 1)
      const frames = [
        { ...one, kind: 'line' },
        { ...one, kind: 'line', service: 'newcomer', serviceId: 'local:newcomer', text: 'second' },
        { kind: 'missed', at: one.at, serviceId: 'local:web', service: 'web', lines: 12 },
      ]
      send({ type: 'subscribed', seq: 0, resumed: false })
      send({ type: 'batch', seq: 3, events: frames })
      send({ type: 'gap', missed: 5, seq: 8 })
      send({ type: 'ended', reason: 'That was all.' })
    })
  })
  const { stdout, stderr } = await at.run('logs', 'web', 'api', '-f', '--level', 'ERROR', '--search', 'FIRST|sec')
  expect(stdout).toBe('web │ first\nnewcomer │ second\n')
  expect(stderr).toContain('web: 12 lines were too many to show')
  expect(stderr).toContain('5 lines were missed')
  await at.run('logs', '--stack', 'hello', '-f', '--since', '2026-11-20')
  expect(wanted).toEqual([
    ['tail', { service: 'local:web,local:api', level: 'error', tail: 100 }],
    ['tail', { stack: 'hello', since: expect.stringContaining('2026-11-') as string, tail: 5000 }],
  ])
})
