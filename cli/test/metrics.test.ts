import type { MetricAnswer } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { plainLook } from '../src/presentation/look.ts'
import { metricValue, seriesText, sparkline } from '../src/commands/metrics/series-text.ts'
import { scene } from './stage.ts'

const at = scene()
const of = (service: string, values: (number | null)[]): MetricAnswer['series'][number] => ({
  metric: 'memory.bytes',
  unit: 'bytes',
  serviceId: `local:${service}`,
  service,
  stack: 'shop',
  targetId: 'local',
  target: 'here',
  values,
})
const answer: MetricAnswer = {
  since: '2026-11-20T10:00:00.000Z',
  stepMs: 1_800_000,
  asked: { stepMs: 60_000 },
  series: [of('web', [1024, null, 4096]), of('api', [512, 512, 512])],
  more: 3,
}

beforeEach(() => {
  at.server.on('GET /api/v1/metrics/query', answer)
  at.server.on('GET /api/v1/metrics/catalogue', {
    items: [
      { name: 'cpu.percent', of: 'service', kind: 'gauge', unit: 'percent', summary: 'CPU', origin: 'target' },
      { name: 'restarts', of: 'service', kind: 'counter', unit: 'count', summary: 'Restarts', origin: 'target' },
    ],
  })
})

test('metrics shows each series with what it is now and how it went, and says what a point stands for', async () => {
  const { stdout, stderr, exit } = await at.run('metrics', 'memory.bytes', '--since', '2026-11-20T10:00:00Z')
  expect(exit).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toContain('each point is 30m; the time is kept in coarser steps than 60s')
  expect(lines[1]).toMatch(/^NAME +LAST +AVG +MIN +MAX +OVER TIME$/)
  expect(lines[2]).toMatch(/^web +4\.00 kB +2\.50 kB +1\.00 kB +4\.00 kB +▃ █$/)
  expect(stderr).toContain('3 more series are not shown')
  expect(at.query('GET /api/v1/metrics/query')).toEqual({ metric: 'memory.bytes', since: '2026-11-20T10:00:00.000Z' })
})

test('metrics asks for all that was told', async () => {
  const narrow = ['--service', 'shop/web', '--stack', 'shop', '--target', 'here']
  const time = ['--since', '2026-11-20T09:00:00Z', '--until', '2026-11-20T11:00:00Z', '--step', '5m']
  const how = ['--aggregate', 'max', '--group', 'stack', '--across', 'avg', '--top', '5']
  const { exit, stdout } = await at.run('metrics', 'cpu.percent', 'pids', ...narrow, ...time, ...how, '-o', 'json')
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toEqual(answer)
  expect(at.query('GET /api/v1/metrics/query')).toEqual({
    metric: 'cpu.percent,pids',
    service: 'shop/web',
    stack: 'shop',
    target: 'here',
    since: '2026-11-20T09:00:00.000Z',
    until: '2026-11-20T11:00:00.000Z',
    stepMs: '300000',
    aggregate: 'max',
    group: 'stack',
    across: 'avg',
    top: '5',
  })
  const refused = await at.run('metrics', 'cpu.percent', '--step', 'soon')
  expect(refused.exit).toBe(2)
  expect(refused.stderr).toContain('--step takes seconds or a duration')
})

test('metrics list names what there is; alone metrics does the same', async () => {
  const { stdout } = await at.run('metrics', 'list')
  expect(stdout).toMatch(
    /^NAME +OF +KIND +UNIT +FROM +WHAT IT IS\ncpu\.percent +service +gauge +percent +target +CPU\n/,
  )
  expect((await at.run('metrics')).stdout).toBe(stdout)
  expect((await at.run('metrics', 'list', '-o', 'name')).stdout).toBe('cpu.percent\nrestarts\n')
})

test('a line of values begins at zero, has gaps where nothing is known, and fits', () => {
  expect(sparkline([0, 50, null, 100], 10, true)).toBe('▁▅ █')
  expect(sparkline([5, 5], 10, true)).toBe('██')
  expect(sparkline([0, 0], 10, false)).toBe('__')
  expect(sparkline([1, 9, 1, 1, null, null], 3, true)).toBe('█▁ ')
  expect(metricValue(null, 'ms')).toBe('-')
  expect(metricValue(12.345, 'ms')).toBe('12.3ms')
  expect(metricValue(0.25, 's')).toBe('250ms')
  expect(metricValue(1.5, 'count/s')).toBe('1.5/s')
  const look = plainLook(Date.parse('2026-11-20T12:00:00Z'))
  expect(seriesText({ ...answer, asked: { stepMs: 1_800_000 } }, look, { headers: true })).not.toContain('coarser')
})
