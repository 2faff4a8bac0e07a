import { spawn } from 'node:child_process'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf, service } from './things.ts'
import { program } from './wh.ts'

const at = scene()
const now = '2026-11-20T10:00:00.000Z'
const sample = (cpuPercent: number, memoryBytes: number) => ({
  at: now,
  cpuPercent,
  memoryBytes,
  memoryLimitBytes: 1000,
  networkInBytesPerS: null,
  networkOutBytesPerS: null,
  blockReadBytesPerS: null,
  blockWriteBytesPerS: null,
  pids: null,
})
const usage = {
  at: now,
  cpuPercent: 12,
  memoryBytes: 4 * 1024 ** 3,
  memoryTotalBytes: 16 * 1024 ** 3,
  diskBytes: 42 * 1024 ** 3,
  diskTotalBytes: 100 * 1024 ** 3,
}
const target = {
  id: 'local',
  name: 'this-machine',
  kind: 'process',
  state: 'connected',
  reason: null,
  usage,
  services: {},
  capabilities: [],
}
const check = (state: string, message: string | null) => ({
  serviceId: 'local:reverb',
  name: 'reverb',
  state,
  responseTimeMs: 45,
  message,
  checkedAt: now,
})

beforeEach(() => {
  at.server.on(
    'GET /api/v1/services',
    listOf([service('reverb', { usage: sample(2, 45) }), service('queue', { usage: sample(1, 38) })]),
  )
  at.server.on('GET /api/v1/targets', listOf([target]))
  at.server.on('GET /api/v1/health/services', {
    healthy: 1,
    unhealthy: 0,
    starting: 0,
    items: [check('healthy', null)],
  })
})

test('shows services, resources and health in one page', async () => {
  const { exit, stdout } = await at.run('health', '--target', 'this-machine', '--stack', 'hello')
  expect(exit).toBe(0)
  expect(stdout).toMatch(/reverb +running +2.0% +45 B +\S+ +this-machine/)
  expect(stdout).toMatch(/this-machine +connected +12.0% +4.00 GB of 16.0 GB +58.0 GB/)
  expect(stdout).toContain('average response 45ms')
  expect(stdout).toMatch(/reverb +healthy +45ms/)
  expect(at.query('GET /api/v1/services')).toMatchObject({ target: 'this-machine', stack: 'hello' })
  expect(JSON.parse((await at.run('health', '-o', 'json')).stdout)).toMatchObject({ services: [{}, {}], checks: [{}] })
})

test('--alerts names what is over its limit or unhealthy, and exits with 14', async () => {
  expect(await at.run('health', '--alerts')).toMatchObject({ exit: 0 })
  at.server.on(
    'GET /api/v1/services',
    listOf([
      service('reverb', { usage: sample(91, 950) }),
      service('queue', { state: 'failed', reason: 'exit code 3' }),
    ]),
  )
  at.server.on('GET /api/v1/health/services', {
    healthy: 0,
    unhealthy: 1,
    starting: 0,
    items: [check('unhealthy', 'answered 500')],
  })
  const { exit, stdout } = await at.run('health', '--alerts')
  expect(exit).toBe(14)
  expect(stdout.slice(stdout.indexOf('4 alerts'))).toBe(
    '4 alerts\n  reverb  CPU 91.0%, over 80%\n  reverb  memory 95.0%, over 90%\n  queue  failed: exit code 3\n  reverb  unhealthy: answered 500\n',
  )
  expect(await at.run('health')).toMatchObject({ exit: 0 })
  at.server.on('GET /api/v1/alerts', {
    ...listOf([
      { number: 7, subject: 'shop', severity: 'critical', state: 'acknowledged', message: '3 services fail.' },
    ]),
    counts: {},
  })
  expect((await at.run('health', '--alerts')).stdout).toContain('  shop  #7 critical, acknowledged: 3 services fail.\n')
})

test('the verbs of the domain still work beside it, and what is none is told', async () => {
  expect((await at.run('health', 'overview', '-o', 'json')).stdout).toContain('"healthy": 1')
  expect(await at.run('health', 'overviw')).toMatchObject({ exit: 2 })
  expect(await at.run('health', '--interval', 'x')).toMatchObject({ exit: 2 })
})

test('--watch prints it again and again in a pipe, one JSON object a line', async () => {
  const env = { PATH: process.env.PATH ?? '', WHEELHOUSE_URL: at.server.url, WHEELHOUSE_TOKEN: 'wh_1' }
  const child = spawn(process.execPath, [program, 'health', '--watch', '--interval', '200ms', '-o', 'json'], { env })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > 3) child.kill('SIGINT')
  })
  expect(await new Promise((done) => child.once('close', done))).toBe(130)
  expect(
    text
      .split('\n')
      .slice(0, 3)
      .map((line) => (JSON.parse(line) as { services: unknown[] }).services.length),
  ).toEqual([2, 2, 2])
})

test('--watch on a terminal takes the whole window and gives it back at q', async () => {
  const { exit, output } = await at.typed([['every 1 s', 'q']], {}, 'health', '--watch', '--interval', '1', '--alerts')
  expect(exit).toBe(0)
  expect(output).toContain('\u001B[?1049h')
  expect(output).toContain('No alerts')
  expect(output.endsWith('\u001B[?1049l')).toBe(true)
})

const bucket = (upMs: number, downMs: number) => ({ at: now, upMs, downMs, unknownMs: 0 })
const uptimeOf = (day: number | null) => ({ day, week: day, month: 0.99985, quarter: null })

test('each check has its line, with what waits and what failed', async () => {
  const queue = {
    name: 'jobs',
    kind: 'queue',
    subject: 'jobs at redis 127.0.0.1:6379',
    state: 'unhealthy',
    responseTimeMs: 3,
    message: '12 waiting, 4 failed, more than 0',
    queue: { pending: 12, failed: 4 },
    checkedAt: now,
  }
  at.server.on('GET /api/v1/health/services', {
    healthy: 0,
    unhealthy: 1,
    starting: 0,
    items: [{ ...check('unhealthy', 'x'), checks: [queue] }],
  })
  expect((await at.run('health')).stdout).toMatch(/reverb jobs +queue +unhealthy +3ms +12 +4 /)
})

test('health history tells uptime, response times and incidents of a service', async () => {
  at.server.on('GET /api/v1/services', listOf([service('reverb')]))
  at.server.on('GET /api/v1/services/local:reverb/health/history', {
    serviceId: 'local:reverb',
    name: 'reverb',
    standing: 'up',
    span: '7d',
    bucketMs: 3_600_000,
    since: now,
    recordedSince: now,
    uptime: uptimeOf(0.5),
    buckets: [bucket(0, 0), bucket(10, 10), bucket(20, 0)],
    checks: [{ name: 'front', buckets: [{ ...bucket(20, 0), results: 3, p50Ms: 12, p95Ms: 40, maxMs: 90 }] }],
    incidents: [{ id: 'i', from: now, until: '2026-11-20T10:05:00.000Z', reason: 'front: answered 500' }],
  })
  const { stdout } = await at.run('health', 'history', 'reverb', '--span', '7d', '--target', 'local')
  expect(stdout).toContain('24 h 50.0%   7 d 50.0%   30 d 99.98%   90 d -')
  expect(stdout).toContain('·▄█')
  expect(stdout).toMatch(/front +12ms +40ms +90ms/)
  expect(stdout).toMatch(/5m.*front: answered 500/)
  expect((await at.run('health', 'history', 'reverb', '--span', '2y')).exit).toBe(2)
})

test('health uptime lists services by how long they were up', async () => {
  at.server.on('GET /api/v1/health/uptime', {
    ...listOf([
      {
        serviceId: 'local:reverb',
        name: 'reverb',
        targetId: 'local',
        targetName: 'this-machine',
        stack: null,
        standing: 'down',
        health: 'unhealthy',
        reason: 'front: answered 500',
        since: now,
        uptime: uptimeOf(1),
        bars: [],
        downMs: [],
      },
    ]),
    firstDay: now,
    counts: { up: 0, down: 1, unknown: 0 },
  })
  const { stdout } = await at.run('health', 'uptime', '--health', 'down', '--target', 'local', '--stack', 'shop')
  expect(stdout).toMatch(/reverb .*down +100% +100% +99.98% +- +this-machine +front: answered 500/)
  expect(at.query('GET /api/v1/health/uptime')).toMatchObject({ health: 'down', target: 'local', stack: 'shop' })
})
