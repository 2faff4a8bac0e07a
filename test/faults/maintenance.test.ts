import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { applied, signIn, sleepers, until, Yard } from './control-plane.ts'
import { canMount, mountTmpfs, type Mounted } from './small-disk.ts'

const yard = new Yard()
afterEach(() => yard.stop())
afterAll(async () => {
  await yard.endServices()
  await yard.sweep()
})

async function copied(admin: Client): Promise<string> {
  const { id } = await admin.maintenance.backup()
  const job = await until(async () => {
    const now = await admin.jobs.get({ id })
    return now.finishedAt === null ? null : now
  })
  expect(job.state, job.error?.message).toBe('succeeded')
  return String(job.result?.name)
}
const password = 'violet kettle 7 harbour'
const usersOf = async (admin: Client): Promise<string[]> =>
  (await admin.users.list()).items.map(({ username }) => username).toSorted((a, b) => a.localeCompare(b))

test('a restore brings back users, stacks and history, sets aside what was there, and happens once', async () => {
  const data = yard.folder()
  const first = await yard.admin(data)
  await first.admin.users.create({ username: 'mara', password, role: 'viewer' })
  await applied(first.admin, sleepers('harbour', ['a']))
  await until(async () => ((await first.admin.services.get({ id: 'harbour-a' })).state === 'running' ? true : null))
  const name = await copied(first.admin)
  const events = (await first.admin.timeline.list({ limit: 100 })).items.map(({ id }) => id)
  await first.admin.users.remove({ id: 'mara' })
  await first.admin.users.create({ username: 'later', password, role: 'viewer' })
  await first.admin.stacks.remove({ id: 'harbour' })
  await first.admin.maintenance.restore({ name })
  expect(await first.plane.stop()).toBe(0)

  const second = await yard.admin(data)
  expect(await usersOf(second.admin)).toEqual(['admin', 'mara'])
  expect((await second.admin.stacks.list()).items.map((stack) => stack.name)).toEqual(['harbour'])
  const kept = (await second.admin.timeline.list({ limit: 200 })).items
  expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining(events.slice(-5)))
  expect(kept.find(({ type }) => type === 'backup.restored')?.message).toContain(name)
  expect(await second.admin.maintenance.backups()).toMatchObject({ restoring: null })
  expect(
    readdirSync(join(data, 'backups', '.house')).filter((file) => /^before-restore-.*\.db$/.test(file)),
  ).toHaveLength(1)
  await second.admin.users.create({ username: 'afterwards', password, role: 'viewer' })
  await second.plane.stop('SIGKILL')

  const third = await yard.admin(data)
  expect(await usersOf(third.admin)).toEqual(['admin', 'afterwards', 'mara'])
  await third.plane.stop()

  // On another machine: a new folder with the same master key, and the copy by its path.
  const elsewhere = yard.folder()
  copyFileSync(join(data, 'master.key'), join(elsewhere, 'master.key'))
  const fourth = await yard.admin(elsewhere, { args: ['--restore', join(data, 'backups', '.house', name)] })
  expect(await usersOf(fourth.admin)).toEqual(['admin', 'mara'])
}, 240_000)

test('a damaged copy is not restored; the database stays as it is', async () => {
  const data = yard.folder()
  const { plane, admin } = await yard.admin(data)
  const name = await copied(admin)
  await admin.maintenance.restore({ name })
  await plane.stop()
  writeFileSync(join(data, 'backups', '.house', name), 'no database')
  const refused = yard.start(data)
  expect(await refused.ended).not.toBe(0)
  const again = await yard.admin(data)
  expect(await usersOf(again.admin)).toEqual(['admin'])
}, 180_000)

test('kill -9 in a copy leaves none that is half', async () => {
  const data = yard.folder()
  const folder = join(data, 'backups', '.house')
  let first = await yard.admin(data)
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => first.admin.users.create({ username: `user-${n}`, password, role: 'viewer' })),
  )
  for (const waitMs of [0, 5, 20, 60]) {
    await first.admin.maintenance.backup()
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    await first.plane.stop('SIGKILL')
    first = await yard.admin(data)
    const { items } = await first.admin.maintenance.backups()
    for (const { name } of items) expect((await first.admin.maintenance.verifyBackup({ name })).ok).toBe(true)
    const files = existsSync(folder) ? readdirSync(folder) : []
    expect(files.filter((file) => file.endsWith('.part'))).toEqual([])
    expect(files).toHaveLength(items.length * 2)
  }
  const whole = await copied(first.admin)
  expect(await first.admin.maintenance.verifyBackup({ name: whole })).toMatchObject({ ok: true })
}, 240_000)

describe.runIf(canMount)('a disk that is full', () => {
  let disk: Mounted
  beforeAll(async () => {
    disk = await mountTmpfs(yard.folder(), '24m')
  })
  afterAll(() => disk.unmount())

  test('a copy is refused with the reason, nothing is left of it, and diagnostics say so', async () => {
    const { url, admin } = await yard.admin(disk.path)
    const client = await signIn(url)
    disk.fill()
    const refused = await client.maintenance.backup().catch((error: { code: string }) => error)
    expect(refused).toMatchObject({ code: 'STORAGE_FULL' })
    const { items } = await client.diagnostics.components()
    expect(items.find(({ id }) => id === 'disk')).toMatchObject({ state: 'error' })
    expect(items.find(({ id }) => id === 'database')).toMatchObject({ state: 'error' })
    const { findings } = await client.diagnostics.troubleshoot()
    expect(findings.find(({ id }) => id === 'folder')).toMatchObject({
      state: 'error',
      found: expect.stringContaining('ENOSPC') as string,
    })
    expect((await client.maintenance.backups()).items).toEqual([])
    disk.free()
    await until(async () =>
      admin.maintenance.backup().then(
        () => true,
        () => null,
      ),
    )
    await until(async () => ((await client.maintenance.backups()).items.length === 1 ? true : null))
  }, 120_000)
})
