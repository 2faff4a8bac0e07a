import type { DiskUsage, EngineEvent, Target } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf, plan } from './things.ts'

const at = scene()
const target = (name: string): Partial<Target> => ({ id: name, name, capabilities: ['update'] })
const api = '/api/v1/targets/north/engine'
const used = { count: 3, active: 1, sizeBytes: 2048, reclaimableBytes: 1024 }
const usage = (over: Partial<DiskUsage> = {}): DiskUsage => ({
  targetId: 'north',
  targetName: 'north',
  countedAt: '2026-11-20T10:00:00.000Z',
  counting: false,
  images: used,
  containers: used,
  volumes: used,
  buildCache: used,
  reason: null,
  ...over,
})
const event = (action: string, attributes: Record<string, string> = {}): EngineEvent => ({
  targetId: 'north',
  at: '2026-11-20T10:00:00.000Z',
  type: 'container',
  action,
  actorId: 'abcdef0123456789',
  name: 'web',
  attributes,
})

beforeEach(() => {
  at.server.on('GET /api/v1/targets', listOf([target('north')]))
})

test('engine info says who it is, what it warns of and what it lacks', async () => {
  at.server.on(`GET ${api}`, {
    version: { Version: '20.10.24', ApiVersion: '1.41' },
    info: { Driver: 'overlay2', MemTotal: 2048, SecurityOptions: ['name=seccomp'] },
    warnings: ['No swap limit support'],
    lacks: [{ feature: 'CSI volumes', reason: 'Docker 23.0 brought it.' }],
  })
  const { stdout } = await at.run('engine', 'info')
  expect(stdout).toMatch(/version +20.10.24/)
  expect(stdout).toMatch(/security +name=seccomp/)
  expect(stdout).toContain('No swap limit support')
  expect(stdout).toContain('CSI volumes. Docker 23.0 brought it.')
})

test('engine df shows what was counted, and counts anew when told', async () => {
  let asked = 0
  const answers = [usage(), usage({ counting: true }), usage({ images: { ...used, count: 9 } })]
  at.server.on('GET /api/v1/engines/disk-usage', () => ({ body: { items: [answers[Math.min(asked++, 2)]] } }))
  at.server.on(`POST ${api}/disk-usage`, usage({ counting: true }))
  expect((await at.run('engine', 'df', 'north')).stdout).toMatch(/north +images +3 +1 +2.00 kB +1.00 kB/)
  asked = 0
  expect((await at.run('engine', 'df', '--recount')).stdout).toMatch(/north +images +9/)
  expect(at.server.lines()).toContain(`POST ${api}/disk-usage`)
  at.server.on('GET /api/v1/engines/disk-usage', { items: [usage({ countedAt: null, images: null })] })
  expect((await at.run('engine', 'df')).stdout).toContain('not counted yet')
})

test('engine events are filtered by the server', async () => {
  at.server.on(`GET ${api}/events`, { items: [event('start'), event('die', { exitCode: '137' })], truncated: true })
  const words = ['--type', 'container', '--action', 'start,die', '--query', 'web', '--limit', '2']
  const range = ['--since', '2026-11-20T09:00:00Z', '--until', '2026-11-20T11:00:00Z']
  const { stdout, stderr } = await at.run('engine', 'events', 'north', ...words, ...range)
  expect(stdout).toMatch(/container +die +web +exit code 137/)
  expect(stderr).toContain('There are more')
  expect(at.query(`GET ${api}/events`)).toEqual({
    types: 'container',
    actions: 'start,die',
    q: 'web',
    limit: '2',
    since: '2026-11-20T09:00:00.000Z',
    until: '2026-11-20T11:00:00.000Z',
  })
  expect(await at.run('engine', 'events', '--watch', '--until', '10m')).toMatchObject({ exit: 2 })
  expect(await at.run('engine', 'events', '--limit', 'many')).toMatchObject({ exit: 2 })
})

test('engine prune shows the plan and binds the act to it', async () => {
  at.server.on(`POST ${api}/prune?dryRun`, plan({ summary: 'Remove 2 unused networks', digest: 'd-7' }))
  at.server.on(`POST ${api}/prune`, { removed: { networks: ['a', 'b'], containers: ['c'] }, freedBytes: 2048 })
  const all = ['--containers', '--images', 'all', '--networks', '--volumes', 'anonymous', '--build-cache']
  expect((await at.run('engine', 'prune', ...all, '--dry-run')).stdout).toContain('Remove 2 unused networks')
  expect(await at.run('engine', 'prune', '--networks')).toMatchObject({ exit: 2 })
  const { stderr } = await at.run('engine', 'prune', 'north', ...all, '--yes')
  expect(stderr).toContain('3 things removed from north, 2.00 kB free.')
  expect(at.sent(`POST ${api}/prune`)).toEqual({
    containers: true,
    images: 'all',
    networks: true,
    volumes: 'anonymous',
    buildCache: true,
    digest: 'd-7',
  })
  expect(await at.run('engine', 'prune')).toMatchObject({ exit: 2 })
  expect(await at.run('engine', 'prune', '--images', 'some')).toMatchObject({ exit: 2 })
})
