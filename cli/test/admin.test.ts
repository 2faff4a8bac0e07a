import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf, plan, service } from './things.ts'

const at = scene()
const now = '2026-11-20T10:00:00.000Z'
const name = 'wheelhouse-2026-11-20T10-00-00-000Z.db'
const part = (state: string, message: string, advice: string | null = null) => ({
  id: 'database',
  name: 'Database',
  state,
  message,
  advice,
  figures: { sizeBytes: 2048, writeMs: 1.5 },
})
const job = (over: object = {}) => ({
  id: 'j1',
  kind: 'maintenance.backup',
  title: 'Copy',
  state: 'succeeded',
  progress: 1,
  message: '',
  steps: [],
  result: { name, freedBytes: 2048 },
  error: null,
  attempt: 1,
  requestedBy: 'admin',
  targetId: null,
  createdAt: now,
  startedAt: now,
  finishedAt: now,
  ...over,
})
const copy = {
  name,
  createdAt: now,
  createdBy: 'mara',
  version: '0.1.0',
  database: 'sqlite',
  sizeBytes: 4096,
  sha256: 'a',
  rows: {},
  migration: 'x',
  file: `/data/${name}`,
}

test('admin status and components say what is not well, and fail then', async () => {
  const components = (state: string, message: string, advice: string | null = null) => ({
    at: now,
    state,
    items: [part(state, message, advice)],
  })
  at.server.on('GET /api/v1/status', { version: '0.1.0' })
  at.server.on('GET /api/v1/diagnostics/components', components('ok', 'SQLite answers.'))
  const well = await at.run('admin', 'status')
  expect(well.exit).toBe(0)
  expect(well.stdout).toMatch(/Database +healthy +SQLite answers\./)
  at.server.on('GET /api/v1/diagnostics/components', components('error', 'It does not answer.', 'Look at its disk.'))
  const ill = await at.run('admin', 'components')
  expect(ill.exit).toBe(1)
  expect(ill.stdout).toContain('Look at its disk.')
  expect(ill.stdout).toContain('size 2.00 kB, write 1.5 ms')
})

test('admin resources tells where it goes', async () => {
  at.server.on('GET /api/v1/diagnostics/resources', {
    stepMs: 30_000,
    at: [],
    memoryBytes: [],
    heapBytes: [],
    cpuPercent: [],
    loopDelayMs: [],
    diskFreeBytes: [],
    trends: [{ name: 'disk', now: 2048, perHour: 1024, forecast: 'The disk is full in 9 days.' }],
    disk: {
      folder: '/data',
      totalBytes: 4096,
      freeBytes: 2048,
      parts: [{ name: 'logs', bytes: 1024, budgetBytes: 2048 }],
      countedAt: now,
    },
  })
  const { stdout } = await at.run('admin', 'resources')
  expect(stdout).toMatch(/disk +2.00 kB +\+1.00 kB an hour +The disk is full in 9 days\./)
  expect(stdout).toMatch(/logs +1.00 kB of 2.00 kB/)
})

test('admin troubleshoot looks at the house, or at a service', async () => {
  const finding = {
    id: 'exit',
    name: 'End',
    state: 'error',
    found: 'It ended with 127.',
    advice: 'Look at the spelling.',
    tookMs: 1,
  }
  at.server.on('POST /api/v1/diagnostics/troubleshoot', {
    at: now,
    state: 'warning',
    findings: [{ ...finding, state: 'warning' }],
  })
  expect(await at.run('admin', 'troubleshoot')).toMatchObject({ exit: 0 })
  at.server.on('GET /api/v1/services', listOf([service('web')]))
  at.server.on('GET /api/v1/services/local:web/explain', {
    at: now,
    state: 'error',
    findings: [finding],
    serviceId: 'local:web',
    name: 'web',
    summary: 'End: It ended with 127.',
    lines: ['cannot open the ledger'],
  })
  const { exit, stdout } = await at.run('admin', 'troubleshoot', 'web', '--target', 'local')
  expect(exit).toBe(1)
  expect(stdout).toContain('Look at the spelling.')
  expect(stdout).toContain('cannot open the ledger')
  expect(at.query('GET /api/v1/services')).toMatchObject({ target: 'local' })
})

test('admin report and bundle go into files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wh-admin-'))
  at.server.on('GET /api/v1/diagnostics/report', '<!doctype html>')
  expect(
    await at.run('admin', 'report', '--format', 'html', '--days', '7', '--to', join(folder, 'r.html')),
  ).toMatchObject({ exit: 0 })
  expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('<!doctype html>')
  expect(at.query('GET /api/v1/diagnostics/report')).toMatchObject({ format: 'html', days: '7' })
  expect((await at.run('admin', 'report', '--format', 'pdf')).exit).toBe(2)
  at.server.on('POST /api/v1/maintenance/bundle', 'bytes')
  expect(await at.run('admin', 'bundle', '--to', join(folder, 'b.tar.gz'))).toMatchObject({ exit: 0 })
  expect(readFileSync(join(folder, 'b.tar.gz'), 'utf8')).toContain('bytes')
})

test('admin backup makes a copy, backups lists and verifies them', async () => {
  at.server.on('POST /api/v1/maintenance/backups', job())
  at.server.on('GET /api/v1/jobs/j1', job())
  expect((await at.run('admin', 'backup')).stderr).toContain(`${name} is whole`)
  at.server.on('GET /api/v1/maintenance/backups', { items: [copy], folder: '/data', restoring: null })
  at.server.on(`POST /api/v1/maintenance/backups/${name}/verify`, {
    name,
    ok: false,
    found: ['Its checksum is another.'],
  })
  expect((await at.run('admin', 'backups')).stdout).toMatch(new RegExp(`${name} .*4.00 kB +mara`))
  const damaged = await at.run('admin', 'backups', '--verify')
  expect(damaged.exit).toBe(1)
  expect(damaged.stderr).toContain('Its checksum is another.')
})

test('admin restore shows its plan, asks, and can be cancelled', async () => {
  const path = `/api/v1/maintenance/backups/${name}/restore`
  at.server.on(`POST ${path}?dryRun`, plan())
  at.server.on(`POST ${path}`, { name, message: 'Restart Wheelhouse.' })
  expect((await at.run('admin', 'restore', name, '--dry-run')).exit).toBe(0)
  expect((await at.run('admin', 'restore', name)).exit).toBe(2)
  const done = await at.run('admin', 'restore', name, '--yes')
  expect(done.stderr).toContain('Restart Wheelhouse.')
  at.server.on('DELETE /api/v1/maintenance/restore', { ok: true })
  expect((await at.run('admin', 'restore', '--cancel')).stderr).toContain('stays as it is')
  expect((await at.run('admin', 'restore')).exit).toBe(2)
})

test('admin integrity, compact, log-level and caches', async () => {
  at.server.on('GET /api/v1/jobs/j1', job())
  at.server.on('POST /api/v1/maintenance/database/check', job())
  at.server.on('POST /api/v1/maintenance/database/compact', job())
  expect((await at.run('admin', 'integrity')).stderr).toContain('The database is whole.')
  expect((await at.run('admin', 'compact')).stderr).toContain('2.00 kB freed.')
  at.server.on('GET /api/v1/maintenance/log-level', { level: 'info', configured: 'info' })
  at.server.on('PUT /api/v1/maintenance/log-level', { level: 'debug', configured: 'info' })
  expect((await at.run('admin', 'log-level')).stdout).toBe('info\n')
  expect((await at.run('admin', 'log-level', 'debug')).stderr).toContain('info again')
  expect((await at.run('admin', 'log-level', 'loud')).exit).toBe(2)
  at.server.on('GET /api/v1/maintenance/caches', {
    items: [{ name: 'builds', summary: 'Packages', bytes: 2048, entries: 2 }],
  })
  at.server.on('POST /api/v1/maintenance/caches/clear?dryRun', plan())
  at.server.on('POST /api/v1/maintenance/caches/clear', { freedBytes: 2048, cleared: ['builds'] })
  expect((await at.run('admin', 'caches')).stdout).toMatch(/builds +2.00 kB +Packages/)
  expect((await at.run('admin', 'caches', '--clear', 'all', '--yes')).stderr).toContain('2.00 kB freed.')
  expect((await at.run('admin', 'caches', '--clear', 'builds')).exit).toBe(2)
})
