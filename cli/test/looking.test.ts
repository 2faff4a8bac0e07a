import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxisMark, ComparedMeasure, Crash, CrashReport, DashboardFile } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf } from './things.ts'

const at = scene()
let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'wh-looking-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const id = '11111111-2222-4333-8444-555555555555'
const crash: Crash = {
  id,
  service: 'web',
  serviceId: 'local:web',
  sourceId: '1',
  stack: 'shop',
  targetId: 'local',
  targetName: 'this-machine',
  image: 'shop/web:3',
  startedAt: '2026-11-20T10:00:00.000Z',
  at: '2026-11-20T10:05:00.000Z',
  exitCode: 137,
  meaning: 'killed, often for want of memory (SIGKILL)',
  outOfMemory: true,
  reason: 'Exited with code 137, killed for memory',
  count: 3,
  firstAt: '2026-11-20T10:03:00.000Z',
  again: { at: '2026-11-20T10:05:41.000Z', serviceId: 'local:web-2', replaced: true },
}
const report: CrashReport = {
  ...crash,
  falls: [],
  lines: ['INFO begins', 'ERROR no memory'].map((text, index) => ({
    at: `2026-11-20T10:04:5${index}.000Z`,
    stream: 'stdout',
    level: index === 1 ? 'error' : 'info',
    text,
    position: `${index}.1.1`,
    sourceId: '1',
    service: 'web',
    serviceId: 'local:web',
    stack: 'shop',
    targetId: 'local',
    goesOn: false,
    error: index === 1,
  })),
  earlier: false,
  change: {
    at: '2026-11-20T09:59:00.000Z',
    beforeMs: 240_000,
    title: 'shop was applied on this-machine.',
    type: 'stack.applied',
    actor: 'mara',
    deployment: null,
  },
  alerts: [],
  events: [],
  readings: null,
  after: [],
}

test('wh crash lists what crashed, of a service, a stack, a target or a time', async () => {
  at.server.on('GET /api/v1/crashes', { items: [crash], more: true })
  const flags = [
    '--stack',
    'shop',
    '--target',
    'local',
    '--since',
    '2026-11-20',
    '--until',
    '2026-11-21',
    '--limit',
    '5',
  ]
  const { stdout, stderr, exit } = await at.run('crashes', 'web', ...flags)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/CRASH +SERVICE +TARGET +EXIT +TIMES/)
  expect(stdout).toMatch(/11111111 +web +this-machine +137 \(memory\) +3/)
  expect(stderr).toContain('older ones')
  expect(at.query('GET /api/v1/crashes')).toMatchObject({ service: 'web', stack: 'shop', target: 'local', limit: '5' })
  expect((await at.run('crash', 'web', '-o', 'name')).stdout).toBe(`${id}\n`)
})

test('wh crash show tells all that is known of one, also by the beginning of its id or by its service', async () => {
  at.server.on('GET /api/v1/crashes', { items: [crash], more: false })
  at.server.on(`GET /api/v1/crashes/${id}`, report)
  for (const typed of [id, '1111', 'web']) {
    const { stdout, exit } = await at.run('crash', 'show', typed)
    expect(exit).toBe(0)
    expect(stdout).toContain('killed, often for want of memory')
    expect(stdout).toContain('4m before: shop was applied on this-machine., by mara')
    expect(stdout).toContain('ERROR no memory')
    expect(stdout).toContain('as local:web-2')
  }
  const { stdout } = await at.run('crash', 'show', id, '--lines', '1')
  expect(stdout).not.toContain('INFO begins')
  expect((await at.run('crash', 'show', 'nobody')).exit).not.toBe(0)
})

test('wh timeline lays what happened in its order', async () => {
  const mark: AxisMark = {
    id: 'run-1',
    kind: 'deployment',
    from: '2026-11-20T10:00:00.000Z',
    until: '2026-11-20T10:01:00.000Z',
    title: 'shop: run 4, succeeded.',
    outcome: 'succeeded',
    severity: 'info',
    actor: 'mara',
    service: null,
    serviceId: null,
    refersTo: 'run',
  }
  const subject = { kind: 'service', name: 'web', stack: 'shop', targetId: 'local', serviceIds: [] }
  const stretch = { since: mark.from, until: mark.until }
  at.server.on('GET /api/v1/timeline/axis', { ...stretch, subject, marks: [mark], hidden: ['alert'], more: 2 })
  const flags = ['--stack', 'shop', '--target', 'local', '--since', '2h', '--until', '1h', '--kinds', 'deployment']
  const { stdout, stderr } = await at.run('timeline', 'web', ...flags)
  expect(stdout).toMatch(/deployment +60s +shop: run 4, succeeded\. +mara/)
  expect(stderr).toContain('You may not see: alert.')
  expect(stderr).toContain('2 older ones')
  expect(at.query('GET /api/v1/timeline/axis')).toMatchObject({ service: 'web', kinds: 'deployment' })
  expect((await at.run('timeline')).exit).not.toBe(0)
})

const measure: ComparedMeasure = {
  name: 'cpu',
  title: 'CPU',
  unit: 'percent',
  better: 'lower',
  before: 20,
  after: 30,
  points: { before: 60, after: 60 },
  changePercent: 50,
  verdict: 'worse',
  note: null,
}
const side = { since: '2026-11-20T10:00:00.000Z', until: '2026-11-20T11:00:00.000Z' }
const comparison = {
  title: 'shop (production), run 4',
  at: '2026-11-20T11:00:00.000Z',
  against: 'before',
  before: side,
  after: side,
  deployment: null,
  services: ['web'],
  measures: [measure],
  summary: 'Worse: CPU.',
  limits: ['Only 5 min passed since; both sides are as long.'],
}

test('wh timeline compare and wh rollout compare hold two stretches side by side', async () => {
  at.server.on('GET /api/v1/timeline/compare', comparison)
  const asked = () => at.query('GET /api/v1/timeline/compare')
  const flags = [
    '--stack',
    'shop',
    '--target',
    'local',
    '--at',
    '2026-11-20T11:00:00Z',
    '--window',
    '15m',
    '--last-week',
  ]
  const { stdout, stderr } = await at.run('timeline', 'compare', 'web', ...flags)
  expect(stdout).toMatch(/CPU +20\.0% +30\.0% +\+50 % +worse/)
  expect(stdout).toContain('Worse: CPU.')
  expect(stderr).toContain('Only 5 min')
  expect(asked()).toMatchObject({ service: 'web', windowMs: '900000', against: 'last-week' })
  await at.run('timeline', 'compare', '--deployment', 'd1')
  expect(asked()).toMatchObject({ deployment: 'd1' })
  await at.run('rollout', 'compare', '--deployment', 'd2', '--window', '1h', '--last-week')
  expect(asked()).toMatchObject({ deployment: 'd2', windowMs: '3600000' })
  at.server.on('GET /api/v1/deployments', listOf([]))
  expect((await at.run('rollout', 'compare', 'shop')).exit).not.toBe(0)
  expect((await at.run('timeline', 'compare', 'web', '--window', 'long')).exit).not.toBe(0)
})

test('wh dashboard export and import carry a dashboard as a file', async () => {
  const file: DashboardFile = {
    wheelhouse: 'dashboard',
    version: 1,
    name: 'Night',
    description: '',
    rangeMs: 60_000,
    widgets: [{ id: 'w1', place: { x: 0, y: 0, w: 6, h: 4 }, spec: { kind: 'topology' } }],
  }
  const row = {
    id: 'b1',
    name: 'Night',
    description: '',
    owner: 'mara',
    own: true,
    shared: false,
    isDefault: false,
    mayChange: true,
    widgetCount: 1,
    version: 1,
    createdAt: side.since,
    changedAt: side.since,
    changedBy: 'mara',
  }
  at.server.on('GET /api/v1/dashboards/Night/export', file)
  at.server.on('POST /api/v1/dashboards/import', { ...row, rangeMs: 60_000, widgets: file.widgets })
  at.server.on('GET /api/v1/dashboards', listOf([row]))
  expect(JSON.parse((await at.run('dashboard', 'export', 'Night')).stdout)).toEqual(file)
  const to = join(folder, 'night.json')
  await at.run('dashboard', 'export', 'Night', '--to', to)
  expect(JSON.parse(readFileSync(to, 'utf8'))).toEqual(file)
  const { stderr } = await at.run('dashboard', 'import', to, '--name', 'Day', '--replace', '--shared')
  expect(stderr).toContain('Night is there, with 1 widget.')
  expect(at.sent('POST /api/v1/dashboards/import')).toEqual({
    file: { ...file, name: 'Day' },
    replace: true,
    shared: true,
  })
  writeFileSync(to, 'no json')
  expect((await at.run('dashboard', 'import', to)).exit).not.toBe(0)
  expect((await at.run('get', 'dashboards')).stdout).toMatch(/Night +you +1/)
})
