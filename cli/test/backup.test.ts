import { beforeEach, describe, expect, test } from 'vitest'
import { backup } from './delivery-things.ts'
import { scene } from './stage.ts'
import { job, listOf, plan } from './things.ts'

const at = scene()
const id = '2026-02-15_14-30-00'

beforeEach(() => {
  at.server.on(`GET /api/v1/backups/${id}`, backup(id))
  at.server.on('GET /api/v1/backups', { ...listOf([backup(id)]), total: 30 })
  at.server.on('GET /api/v1/jobs/job-1', job({ result: { backupId: id } }))
})

describe('create', () => {
  test('sends the folder and what it includes, and follows the job', async () => {
    at.server.on('POST /api/v1/backups', job({ state: 'running', steps: [] }))
    const flags = '--include-database --include-files --description sale -e production'.split(' ')
    const { exit, stderr } = await at.run('backup', 'create', ...flags, '-f', at.folder)
    expect(exit).toBe(0)
    expect(stderr).toContain(`Backup ${id} is complete.`)
    expect(at.sent('POST /api/v1/backups')).toEqual({
      directory: at.folder,
      environment: 'production',
      database: true,
      files: true,
      description: 'sale',
    })
    await at.run('backup', 'create', '--no-include-database', '--no-include-files')
    expect(at.sent('POST /api/v1/backups')).toEqual({ directory: at.folder, database: false, files: false })
  })

  test('that fails exits with 1, and a plan changes nothing', async () => {
    at.server.on('POST /api/v1/backups?dryRun', plan({ summary: 'Back up shop' }))
    expect((await at.run('backup', 'create', '--dry-run')).stdout).toContain('Back up shop')
    expect(at.sent('POST /api/v1/backups')).toBeUndefined()
    at.server.on('POST /api/v1/backups', job({ state: 'running', steps: [] }))
    at.server.on(
      'GET /api/v1/jobs/job-1',
      job({ state: 'failed', error: { errorCode: 'STORAGE_FULL', message: 'The disk is full.' } }),
    )
    expect(await at.run('backup', 'create')).toMatchObject({ exit: 1 })
  })
})

test('list shows the newest and how many more there are; the plural is the same word', async () => {
  const { stdout, stderr } = await at.run('backup', 'list', '--limit', '1', '--stack', 'shop', '-e', 'production')
  expect(stdout).toMatch(/2026-02-15_14-30-00 +complete +shop +production +configs, database +1.00 MB/)
  expect(stderr).toBe('1 of 30. --limit shows more.\n')
  expect(at.query('GET /api/v1/backups')).toEqual({ limit: '1', stack: 'shop', environment: 'production' })
  expect((await at.run('backups', '-o', 'name')).stdout).toBe(`${id}\n`)
  expect(at.query('GET /api/v1/backups')).toEqual({ limit: '20' })
  expect((await at.run('get', 'backups')).stdout).toContain(id)
  expect((await at.run('describe', 'backup', id)).stdout).toContain('before the sale')
})

describe('restore', () => {
  beforeEach(() => {
    at.server.on(`POST /api/v1/backups/${id}/restore?dryRun`, plan({ summary: `Restore ${id}` }))
    at.server.on(`POST /api/v1/backups/${id}/restore`, job({ state: 'running', steps: [] }))
  })

  test('shows its plan and asks; --force does not', async () => {
    expect((await at.run('backup', 'restore', id, '--dry-run')).stdout).toContain(`Restore ${id}`)
    expect(await at.run('backup', 'restore', id)).toMatchObject({ exit: 2 })
    expect(at.sent(`POST /api/v1/backups/${id}/restore`)).toBeUndefined()
    const { exit, stderr } = await at.run('backup', 'restore', id, '--skip-database', '--skip-files', '--force')
    expect(exit).toBe(0)
    expect(stderr).toContain(`shop production is as it was in ${id}.`)
    expect(at.sent(`POST /api/v1/backups/${id}/restore`)).toEqual({ skipDatabase: true, skipFiles: true })
    expect(await at.run('backup', 'restore', id, '--yes')).toMatchObject({ exit: 0 })
  })

  test('of a damaged one is refused as the server says, of an unknown one with the nearest', async () => {
    at.server.refuse(`POST /api/v1/backups/${id}/restore`, 422, 'BACKUP_DAMAGED', 'configs/a does not match.')
    const refused = await at.run('backup', 'restore', id, '--force')
    expect(refused).toMatchObject({ exit: 1 })
    expect(refused.stderr).toContain('error[BACKUP_DAMAGED]')
    const unknown = await at.run('backup', 'restore', '2026-02-15_14-30-01', '--force')
    expect(unknown).toMatchObject({ exit: 3 })
    expect(unknown.stderr).toContain(`Nearest name: ${id}.`)
  })

  test('on a terminal goes on after a yes', async () => {
    const { exit, output } = await at.typed([['[y/N]', 'y\r']], {}, 'backup', 'restore', id)
    expect(exit).toBe(0)
    expect(output).toContain('Restore shop production from')
  })
})

test('verify exits with 1 when a part does not match', async () => {
  at.server.on(`POST /api/v1/backups/${id}/verify`, { ok: true, checked: 7, problems: [] })
  expect(await at.run('backup', 'verify', id)).toMatchObject({
    exit: 0,
    stdout: `✓ ${id} is whole: 7 parts compared.\n`,
  })
  at.server.on(`POST /api/v1/backups/${id}/verify`, {
    ok: false,
    checked: 7,
    problems: ['database/a.sql.gz is cut short'],
  })
  const { exit, stdout } = await at.run('backup', 'verify', id)
  expect(exit).toBe(1)
  expect(stdout).toContain('database/a.sql.gz is cut short')
})

test('drill follows its job and says what came back', async () => {
  at.server.on(`POST /api/v1/backups/${id}/drill`, job({ state: 'running', steps: [] }))
  const { exit, stderr } = await at.run('backup', 'drill', id)
  expect(exit).toBe(0)
  expect(stderr).toContain(`${id} can be restored. 3 tables, 1200 rows`)
})

test('cleanup turns ages into days, shows which go, and asks', async () => {
  at.server.on('POST /api/v1/backups/cleanup?dryRun', plan({ summary: 'Remove 1 backup' }))
  at.server.on('POST /api/v1/backups/cleanup', { removed: ['a'], freedBytes: 1024 })
  expect((await at.run('backup', 'cleanup', '--dry-run')).stdout).toContain('Remove 1 backup')
  expect(await at.run('backup', 'cleanup')).toMatchObject({ exit: 2 })
  const flags = '--older-than 30d --keep-minimum 5 --stack shop -e production --yes'.split(' ')
  expect((await at.run('backup', 'cleanup', ...flags)).stderr).toBe('1 backup removed, 1.00 kB free again.\n')
  expect(at.sent('POST /api/v1/backups/cleanup')).toEqual({
    stack: 'shop',
    environment: 'production',
    olderThanDays: 30,
    keepMinimum: 5,
  })
  expect((await at.run('backup', 'cleanup', '--older-than', 'soon')).stderr).toContain('--older-than takes an age')
})
