import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const planted = ['windlass-larder-63', 'tiller-pantry-99', 'sextant-galley-12']
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse({ env: { WHEELHOUSE_TRAEFIK_TOKEN: `${planted[1]}-${planted[1]}` } })
})
afterAll(() => house.close())

const ended = (job: Job): Promise<Job> =>
  vi.waitFor(
    async () => {
      const now = await house.admin.jobs.get({ id: job.id })
      expect(now.finishedAt).not.toBeNull()
      return now
    },
    { timeout: 60_000, interval: 100 },
  )
const made = async (): Promise<string> => {
  const job = await ended(await house.admin.maintenance.backup())
  expect(job.state, job.error?.message).toBe('succeeded')
  return String(job.result?.name)
}

test('a copy is made while it goes on, verified, and what was changed in it is found', async () => {
  await house.admin.users.create({ username: 'harriet-quay', password: 'harbour-kettle-77-x', role: 'viewer' })
  const name = await made()
  const { items, folder } = await house.admin.maintenance.backups()
  expect(items).toMatchObject([{ name, createdBy: 'admin', database: 'sqlite' }])
  expect(items[0]?.rows.users).toBe(2)
  expect(await house.admin.maintenance.verifyBackup({ name })).toEqual({ name, ok: true, found: [] })
  appendFileSync(join(folder, name), 'x')
  expect(await house.admin.maintenance.verifyBackup({ name })).toMatchObject({ ok: false })
  await expect(house.admin.maintenance.restore({ name })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  truncateSync(join(folder, name), items[0]!.sizeBytes)
  expect(await house.admin.maintenance.verifyBackup({ name })).toMatchObject({ ok: true })
})

test('names lead nowhere but to what is listed', async () => {
  const { folder } = await house.admin.maintenance.backups()
  writeFileSync(join(folder, 'wheelhouse-2026-01-01T00-00-00-000Z.db'), 'half')
  writeFileSync(join(folder, 'wheelhouse-2026-01-01T00-00-00-000Z.db.json'), '{"name": "../../master.key"}')
  expect((await house.admin.maintenance.backups()).items).toHaveLength(1)
  for (const name of ['../../master.key', 'wheelhouse-2026-01-01T00-00-00-000Z.db', '/etc/passwd'])
    await expect(house.admin.maintenance.verifyBackup({ name })).rejects.toMatchObject({
      code: expect.stringMatching(/VALIDATION_FAILED|NOT_FOUND|ROUTE_NOT_FOUND/) as string,
    })
})

test('a restore is planned, ordered, and left again; a copy that is to be restored cannot go', async () => {
  const name = await made()
  await house.admin.users.create({ username: 'later', password: 'harbour-kettle-77-x', role: 'viewer' })
  const plan = await house.admin.maintenance.restore.plan({ name })
  expect(plan.steps[0]?.reasons.join()).toContain('users: 3 → 2 rows')
  await house.admin.maintenance.restore({ name })
  expect((await house.admin.maintenance.backups()).restoring).toBe(name)
  await expect(house.admin.maintenance.removeBackup({ name })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await house.admin.maintenance.cancelRestore()
  await expect(house.admin.maintenance.cancelRestore()).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  const removal = await house.admin.maintenance.removeBackup.plan({ name })
  await house.admin.maintenance.removeBackup({ name, plan: removal.digest })
  expect((await house.admin.maintenance.backups()).items.map((item) => item.name)).not.toContain(name)
  const { items } = await house.admin.audit.list({ limit: 50 })
  const done = items.map(({ operation }) => operation)
  for (const operation of [
    'maintenance.backup',
    'maintenance.restore',
    'maintenance.cancelRestore',
    'maintenance.removeBackup',
  ])
    expect(done).toContain(operation)
})

test('the database is checked and compacted, as jobs', async () => {
  expect(await ended(await house.admin.maintenance.checkDatabase())).toMatchObject({
    state: 'succeeded',
    result: { found: [] },
  })
  expect(await ended(await house.admin.maintenance.compactDatabase())).toMatchObject({ state: 'succeeded' })
})

test('the log level changes at once, and back', async () => {
  expect(await house.admin.maintenance.logLevel()).toEqual({ level: 'silent', configured: 'info' })
  expect((await house.admin.maintenance.setLogLevel({ level: 'debug' })).level).toBe('debug')
  expect((await house.admin.maintenance.logLevel()).level).toBe('debug')
  await house.admin.maintenance.setLogLevel({ level: 'silent' })
})

test('caches are weighed, planned and cleared; one of no name is refused', async () => {
  const { items } = await house.admin.maintenance.caches()
  expect(items.map(({ name }) => name)).toEqual(['builds', 'uptime'])
  const names = items.map(({ name }) => name)
  const plan = await house.admin.maintenance.clearCaches.plan({ names })
  expect(await house.admin.maintenance.clearCaches({ names, plan: plan.digest })).toMatchObject({ cleared: names })
  await expect(house.admin.maintenance.clearCaches({ names: ['../data'] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('the support bundle holds what helps, and none of the secrets that were planted', async () => {
  const source = `name: bundled\nservices:\n  web:\n    command: ["sleep", "600"]\n    environment:\n      DB_PASSWORD: ${planted[0]}\n`
  await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
  const { secret } = await house.admin.tokens.create({ name: 'bundled', scopes: ['services.read'] })
  await house.admin.maintenance.setLogLevel({ level: 'debug' })
  // What a careless line would say.
  house.log.warn({ password: planted[2] }, `signing in with password=${planted[2]}`)
  await house.client(secret).services.list()
  await house.admin.maintenance.setLogLevel({ level: 'silent' })
  const chunks: Uint8Array[] = []
  for await (const chunk of await house.admin.maintenance.bundle()) chunks.push(chunk)
  const text = gunzipSync(Buffer.concat(chunks)).toString('latin1')
  for (const name of ['versions', 'settings', 'components', 'resources', 'performance', 'targets', 'rows'])
    expect(text).toContain(`wheelhouse/${name}.json`)
  expect(text).toContain('"schema_migrations"')
  const key = readFileSync(join(house.data, 'master.key'), 'utf8').trim()
  for (const one of [...planted, secret, key, 'correct-horse-battery']) expect(text).not.toContain(one)
  expect(text).not.toContain('harriet-quay')
  expect(readdirSync(house.data)).toContain('master.key')
})
