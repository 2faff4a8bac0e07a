import type { KeptLine, LogSource, ServiceLife } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf } from './things.ts'

const at = scene()
const line = (service: string, text: string, second: number): KeptLine => ({
  at: `2026-11-20T10:00:0${second}.000Z`,
  stream: 'stdout',
  level: null,
  text,
  position: `${second}.1.${second}`,
  sourceId: '1',
  service,
  serviceId: `local:${service}`,
  stack: 'shop',
  targetId: 'local',
  goesOn: false,
})
const scanned = { blocks: 2, skipped: 1, broken: 0 }

beforeEach(() => {
  at.server.on('GET /api/v1/logs', {
    items: [line('api', 'second', 2), line('web', 'first', 1)],
    nextCursor: null,
    gaps: [],
    scanned,
  })
})
const asked = (): Record<string, string> => at.query('GET /api/v1/logs')

test('log search prints what was found, the newest last, and asks for all that was told', async () => {
  const { stdout, exit } = await at.run('log', 'search', 'payment', 'connection refused')
  expect(exit).toBe(0)
  expect(stdout).toBe('web │ 2026-11-20T10:00:01.000Z first\napi │ 2026-11-20T10:00:02.000Z second\n')
  expect(asked()).toMatchObject({ q: 'payment "connection refused"', order: 'newest', limit: '200' })
  const flags = [
    '--service',
    'shop/web,api',
    '--stack',
    'shop',
    '--target',
    'local',
    '--level',
    'ERROR',
    '--stream',
    'stderr',
  ]
  const times = ['--since', '2026-11-20T09:00:00Z', '--until', '2026-11-20T11:00:00Z']
  await at.run(
    'log',
    'search',
    ...flags,
    ...times,
    '--contains',
    'ayme',
    '--regex',
    '4\\d',
    '--where',
    'status>=500',
    '--lines',
    '7',
    '--oldest',
  )
  expect(asked()).toEqual({
    service: 'shop/web,api',
    stack: 'shop',
    target: 'local',
    level: 'error',
    stream: 'stderr',
    since: '2026-11-20T09:00:00.000Z',
    until: '2026-11-20T11:00:00.000Z',
    contains: 'ayme',
    regex: '4\\d',
    where: 'status>=500',
    order: 'oldest',
    limit: '7',
  })
})

test('log search says when there is more, when nothing is like that, and what could not be read', async () => {
  at.server.on('GET /api/v1/logs', { items: [line('web', 'one', 1)], nextCursor: '1.1.1', gaps: [], scanned })
  expect((await at.run('log', 'search', '--lines', '1')).stderr).toContain('There are more')
  at.server.on('GET /api/v1/logs', { items: [], nextCursor: null, gaps: [], scanned: { ...scanned, broken: 3 } })
  const { stderr } = await at.run('log', 'search', 'nothing')
  expect(stderr).toContain('No kept line is like that')
  expect(stderr).toContain('3 blocks could not be read')
})

test('log search shows between the lines which of them are missing', async () => {
  const gap = {
    sourceId: '1',
    service: 'web',
    serviceId: 'local:web',
    targetId: 'local',
    from: '2026-11-20T10:00:01.000Z',
    to: '2026-11-20T10:00:02.000Z',
    reason: 'rotated',
  }
  at.server.on('GET /api/v1/logs', {
    items: [line('web', 'behind', 2), line('web', 'before', 1)],
    nextCursor: null,
    gaps: [gap, gap],
    scanned,
  })
  const { stdout } = await at.run('log', 'search')
  expect(stdout.split('\n')).toHaveLength(4)
  expect(stdout).toMatch(
    /before\n.*Lines from 2026-11-20T10:00:01.000Z to .* are missing: its target no longer had them\.\n.*behind\n/,
  )
})

test('log search --around shows what stands around a line whose position -o name printed', async () => {
  expect((await at.run('log', 'search', '-o', 'name')).stdout).toBe('1.1.1\n2.1.2\n')
  at.server.on('GET /api/v1/logs/around', {
    items: [line('web', 'before', 1), line('web', 'it', 2)],
    gaps: [],
    told: { format: 'plain', at: null, message: 'it', fields: {} },
  })
  expect((await at.run('log', 'search', '--around', '2.1.2', '--lines', '10')).stdout).toMatch(/before\n.*it\n$/)
  expect(at.query('GET /api/v1/logs/around')).toEqual({ position: '2.1.2', before: '5', after: '5' })
  expect((await at.run('log', 'search', 'word', '--around', '2.1.2')).exit).toBe(2)
})

test('log patterns lists the shapes of lines, what is new first marked', async () => {
  const shape = (pattern: string, lines: number, isNew: boolean | null) => ({
    pattern,
    lines,
    share: lines / 10,
    level: 'error',
    firstAt: '2026-11-20T10:00:00.000Z',
    lastAt: '2026-11-20T11:00:00.000Z',
    example: line('web', 'order 7 failed', 1),
    before: 0,
    isNew,
  })
  at.server.on('GET /api/v1/logs/patterns', {
    since: '2026-11-20T10:00:00.000Z',
    until: '2026-11-20T11:00:00.000Z',
    lines: 10,
    other: 1,
    isPartial: true,
    items: [shape('GET <*>', 6, false), shape('order <*> failed', 3, true)],
  })
  const flags = [
    '--service',
    'web',
    '--stack',
    'shop',
    '--target',
    'local',
    '--level',
    'ERROR',
    '--where',
    'status=500',
  ]
  const times = ['--since', '2026-11-20T10:00:00Z', '--until', '2026-11-20T11:00:00Z', '--lines', '9']
  const { stdout, stderr } = await at.run('log', 'patterns', 'payment', ...flags, ...times)
  expect(stdout).toMatch(/LINES +SHARE +LEVEL/)
  expect(stdout).toMatch(/6 +60% +error .*GET <\*>\n/)
  expect(stdout).toMatch(/3 +30% +error +new .*order <\*> failed\n/)
  expect(stderr).toContain('only the newest')
  expect(at.query('GET /api/v1/logs/patterns')).toEqual({
    q: 'payment',
    service: 'web',
    stack: 'shop',
    target: 'local',
    level: 'error',
    where: 'status=500',
    since: '2026-11-20T10:00:00.000Z',
    until: '2026-11-20T11:00:00.000Z',
    limit: '9',
  })
  expect((await at.run('log', 'patterns', '--new')).stdout).not.toContain('GET <*>')
})

test('log sources lists whose lines are kept', async () => {
  const source: LogSource = {
    id: '1',
    name: 'web',
    stack: 'shop',
    stackService: 'web',
    targetId: 'local',
    targetName: 'this-machine',
    serviceId: null,
    state: 'gone',
    bytes: 2048,
    lines: 12,
    oldestAt: '2026-11-20T10:00:00.000Z',
    newestAt: '2026-11-20T11:00:00.000Z',
    problem: null,
  }
  at.server.on('GET /api/v1/logs/sources', listOf([source]))
  const { stdout } = await at.run('log', 'sources', '--service', 'web', '--stack', 'shop', '--target', 'local')
  expect(stdout).toMatch(/NAME +STACK +TARGET +STATE +LINES +SIZE/)
  expect(stdout).toMatch(/web +shop +this-machine +gone +12/)
  expect(at.query('GET /api/v1/logs/sources')).toMatchObject({ service: 'web', stack: 'shop', target: 'local' })
})

test('log lives lists how services ended', async () => {
  const life: ServiceLife = {
    id: 'life-1',
    sourceId: '1',
    serviceId: 'local:web',
    image: null,
    startedAt: '2026-11-20T10:00:00.000Z',
    endedAt: '2026-11-20T10:05:00.000Z',
    exitCode: 7,
    outcome: 'crashed',
    reason: 'exit code 7',
  }
  at.server.on('GET /api/v1/logs/lives', { items: [life] })
  const flags = ['--service', 'web', '--stack', 'shop', '--target', 'local', '--outcome', 'crashed']
  expect((await at.run('log', 'lives', ...flags)).stdout).toMatch(/local:web .* crashed +7 +exit code 7/)
  expect(at.query('GET /api/v1/logs/lives')).toEqual({
    service: 'web',
    stack: 'shop',
    target: 'local',
    outcome: 'crashed',
  })
})
