import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Alert, AlertRule } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf } from './things.ts'
import { program } from './wh.ts'

const at = scene()
const moment = '2026-11-20T10:00:00.000Z'
const alert = (number: number, over: Partial<Alert> = {}): Alert => ({
  id: `alert-${number}`,
  number,
  ruleId: 'rule-1',
  rule: 'Service failed',
  severity: 'critical',
  state: 'open',
  subject: 'web',
  serviceId: 'local:web',
  targetId: 'local',
  stack: 'shop',
  message: 'web failed: Exited with code 3.',
  value: null,
  furthest: null,
  parentId: null,
  children: 0,
  silencedBy: null,
  firedAt: moment,
  clearedAt: null,
  acknowledgedBy: null,
  reason: null,
  snoozedUntil: null,
  told: 1,
  ...over,
})
const rule: AlertRule = {
  id: 'rule-1',
  name: 'CPU',
  severity: 'warning',
  where: {},
  condition: { kind: 'metric', metric: 'cpu.percent', windowMs: 300_000, compare: 'above', threshold: 90 },
  enabled: true,
  given: false,
  open: 1,
  firedAt: null,
  problem: null,
  createdBy: 'root',
  createdAt: moment,
  changedAt: moment,
}
const spec = { name: rule.name, severity: rule.severity, where: {}, condition: rule.condition, enabled: true }

beforeEach(() => {
  at.server.on('GET /api/v1/alerts', { ...listOf([alert(1), alert(2, { subject: 'shop', children: 3 })]), counts: {} })
  at.server.on('GET /api/v1/alert-rules', listOf([rule]))
})

test('alerts lists what is not over, and asks for what was told', async () => {
  const { stdout, exit } = await at.run('alerts')
  expect(exit).toBe(0)
  expect(stdout).toMatch(/NO +SEVERITY +STATE +SUBJECT/)
  expect(stdout).toMatch(/#1 +critical +open +web +\S+ +web failed: Exited with code 3\./)
  expect(stdout).toMatch(/#2 +critical +open +shop \+3/)
  const flags = [
    '--state',
    'open',
    '--severity',
    'critical',
    '--service',
    'web',
    '--target',
    'local',
    '--stack',
    'shop',
  ]
  await at.run('alert', ...flags, '--rule', 'Service failed', '--since', moment)
  expect(at.query('GET /api/v1/alerts')).toEqual({
    state: 'open',
    severity: 'critical',
    service: 'web',
    target: 'local',
    stack: 'shop',
    rule: 'Service failed',
    since: moment,
    limit: '1000',
  })
  await at.run('alerts', '--all')
  expect(at.query('GET /api/v1/alerts')).toMatchObject({ state: 'all' })
  expect((await at.run('alerts', '-o', 'name')).stdout).toBe('1\n2\n')
  expect((await at.run('get', 'alerts')).stdout).toContain('#1')
  expect(await at.run('alert', 'acknowlege')).toMatchObject({ exit: 2 })
})

test('alerts --watch goes on and prints what changes, also that it is over', async () => {
  let asked = 0
  at.server.on('GET /api/v1/alerts', () => ({
    body: { ...listOf(asked++ === 0 ? [alert(1)] : [alert(2)]), counts: {} },
  }))
  at.server.on('GET /api/v1/alerts/alert-1', {
    ...alert(1, { state: 'cleared' }),
    evidence: null,
    steps: [],
    acts: [],
    folded: [],
  })
  const env = { PATH: process.env.PATH ?? '', WHEELHOUSE_URL: at.server.url, WHEELHOUSE_TOKEN: 'wh_1' }
  const child = spawn(process.execPath, [program, 'alerts', '--watch', '-o', 'json'], { env })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > 3) child.kill('SIGINT')
  })
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130)
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Alert)
  expect(lines.map(({ number, state }) => [number, state])).toEqual([
    [1, 'open'],
    [2, 'open'],
    [1, 'cleared'],
  ])
}, 30_000)

test('alert show prints what was known, what happened and what may mend it', async () => {
  at.server.on('GET /api/v1/alerts/1', {
    ...alert(1),
    evidence: {
      summary: 'See its last lines.',
      lines: [],
      chart: null,
      consumers: [],
      deployment: { id: 'd', title: 'shop, run 7', state: 'succeeded', at: moment },
      exit: { at: moment, exitCode: 3, reason: 'Exited with code 3' },
      events: [],
    },
    steps: [{ at: moment, what: 'told', by: null, message: 'Told to ops.' }],
    acts: [
      { operation: 'services.restart', input: { id: 'local:web' }, label: 'Restart web', reason: 'It does not run.' },
    ],
    folded: [alert(3, { subject: 'api' })],
  })
  const { stdout } = await at.run('alert', 'show', '#1')
  for (const words of ['#1 web', 'See its last lines.', 'code 3', 'run 7', 'Told to ops.', 'Restart web', '#3 api'])
    expect(stdout).toContain(words)
})

test('alert ack, snooze and reopen say it for each number', async () => {
  for (const number of [1, 2]) {
    at.server.on(`POST /api/v1/alerts/${number}/acknowledge`, alert(number, { state: 'acknowledged' }))
    at.server.on(`POST /api/v1/alerts/${number}/snooze`, alert(number, { state: 'snoozed' }))
    at.server.on(`POST /api/v1/alerts/${number}/reopen`, alert(number))
  }
  expect(await at.run('alert', 'ack', '1', '#2', '--reason', 'on it')).toMatchObject({ exit: 0 })
  expect(at.sent('POST /api/v1/alerts/1/acknowledge')).toEqual({ reason: 'on it' })
  expect(at.sent('POST /api/v1/alerts/2/acknowledge')).toEqual({ reason: 'on it' })
  await at.run('alert', 'snooze', '1', '--for', '2h', '--reason', 'known')
  expect(at.sent('POST /api/v1/alerts/1/snooze')).toEqual({ forMs: 7_200_000, reason: 'known' })
  expect(await at.run('alert', 'snooze', '1', '--for', '5s')).toMatchObject({ exit: 2 })
  expect(await at.run('alert', 'reopen', '2')).toMatchObject({ exit: 0 })
})

test('alert-rule apply makes a rule or changes the one of its name, and gives back what get printed', async () => {
  at.server.on('PUT /api/v1/alert-rules/rule-1', rule)
  at.server.on('POST /api/v1/alert-rules', { ...rule, name: 'New' })
  const file = join(at.folder, 'rules.yaml')
  await writeFile(file, JSON.stringify({ items: [rule, { ...spec, name: 'New' }] }))
  expect(await at.run('alert-rule', 'apply', '--file', file)).toMatchObject({ exit: 0 })
  expect(at.sent('PUT /api/v1/alert-rules/rule-1')).toEqual(spec)
  expect(at.sent('POST /api/v1/alert-rules')).toEqual({ ...spec, name: 'New' })
  await writeFile(file, 'name: x\ncolour: red\n')
  expect(await at.run('alert-rule', 'apply', '-f', file)).toMatchObject({ exit: 2 })
  expect((await at.run('get', 'alert-rules')).stdout).toContain('CPU')
})

test('alert-rule preview tells what would have been', async () => {
  at.server.on('GET /api/v1/alert-rules/CPU', rule)
  at.server.on('POST /api/v1/alert-rules/preview', {
    since: '2026-11-13T10:00:00.000Z',
    until: moment,
    fired: 14,
    noisy: false,
    episodes: [{ subject: 'web', serviceId: null, targetId: null, firedAt: moment, endedAt: null, value: 97 }],
    now: [{ subject: 'web', value: 97, holds: true }],
    suggestion: 'Above 95 % it would have fired once.',
    limits: [],
  })
  const { stdout } = await at.run('alert-rule', 'preview', 'CPU', '--range', '3d')
  expect(stdout).toContain('It would have fired 14 times')
  expect(stdout).toContain('Above 95 % it would have fired once.')
  expect(at.sent('POST /api/v1/alert-rules/preview')).toEqual({ rule: spec, rangeMs: 259_200_000 })
  const file = join(at.folder, 'rule.yaml')
  await writeFile(file, JSON.stringify(spec))
  expect(await at.run('alert-rule', 'preview', '--file', file)).toMatchObject({ exit: 0 })
  expect(await at.run('alert-rule', 'preview')).toMatchObject({ exit: 2 })
})
