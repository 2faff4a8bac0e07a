import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
const folder = mkdtempSync(join(tmpdir(), 'wh-encryption-'))
beforeAll(async () => {
  house = await openTestHouse()
}, 120_000)
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

/** The database beside the house. */
function rows<T>(statement: string, ...values: string[]): T[] {
  const database = new DatabaseSync(join(house.data, 'wheelhouse.db'), { timeout: 30_000 })
  try {
    return database.prepare(statement).all(...values) as T[]
  } finally {
    database.close()
  }
}
async function done(id: string): Promise<Record<string, unknown> | null> {
  for (;;) {
    const job = await house.admin.jobs.get({ id })
    if (job.finishedAt !== null) {
      expect(job.state, JSON.stringify(job.error)).toBe('succeeded')
      return job.result
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const keys = (): number => readFileSync(join(house.data, 'master.key'), 'utf8').trim().split('\n').length - 1

async function fill(): Promise<string> {
  const { admin } = house
  await admin.configs.create({ name: 'vault', values: { DB_PASSWORD: 'hunter22-hunter22', MODE: 'plain' } })
  await admin.configs.save.plan({ id: 'vault', set: { MODE: 'other' } })
  const action = { do: 'deploy', directory: folder, variables: { API_TOKEN: 'geheim-geheim' } } as const
  const hook = await admin.triggers.create({ kind: 'webhook', name: 'ci', action })
  await admin.notifications.create({
    name: 'ops',
    on: ['deployment.failed'],
    channel: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' },
  } as never)
  await admin.certificates.generate({ name: 'local', domains: ['app.test'] })
  writeFileSync(
    join(folder, 'wheelhouse.yaml'),
    'name: sealed\nservices: { web: { command: [sleep, "1000"] } }\npipeline: { watch: { for: 1ms } }\n',
  )
  const { id } = await admin.deployments.start({ directory: folder })
  for (;;) {
    const run = await admin.deployments.get({ id })
    if (deploymentEnded(run.state)) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return hook.id
}

test('a rotation seals everything anew, the old key goes when nothing needs it, and all still opens', async () => {
  const { admin } = house
  const hook = await fill()
  const before = await admin.encryption.get({})
  expect(before).toMatchObject({ olderKeyIds: [], source: 'file', olderValues: 0 })
  expect(before.values).toBeGreaterThan(10)
  await expect(admin.encryption.retire({})).rejects.toMatchObject({ code: 'STATE_CONFLICT' })

  const plan = await admin.encryption.rotate.plan({})
  expect(plan.summary).toBe(`Make a new master key, and seal ${before.values} sealed values anew under it.`)
  expect(keys()).toBe(1)
  const job = await admin.encryption.rotate({})
  expect(keys()).toBe(2)
  const result = await done(job.id)
  expect(result).toMatchObject({ unopened: 0 })
  expect(result?.resealed).toBeGreaterThanOrEqual(before.values)
  const after = await admin.encryption.get({})
  expect(after.keyId).not.toBe(before.keyId)
  expect(after).toMatchObject({ olderKeyIds: [before.keyId], olderValues: 0 })

  // One that no domain told of keeps its key from being dropped.
  const stray = `v1.${before.keyId}.${'a'.repeat(16)}.${'b'.repeat(40)}`
  rows('update users set "displayName" = ? where username = ?', stray, 'admin')
  await expect(admin.encryption.retire({})).rejects.toThrow('users.displayName')
  rows('update users set "displayName" = ? where username = ?', '', 'admin')
  expect((await admin.encryption.retire.plan({})).steps).toMatchObject([
    { verb: 'remove', name: `master key ${before.keyId}` },
  ])
  expect(await admin.encryption.retire({})).toMatchObject({ keyId: after.keyId, olderKeyIds: [] })
  expect(keys()).toBe(1)

  expect(await admin.configs.reveal({ id: 'vault', key: 'DB_PASSWORD' })).toMatchObject({ value: 'hunter22-hunter22' })
  expect((await admin.triggers.list({})).items.map(({ id }) => id)).toContain(hook)
  expect((await admin.notifications.list({})).items.map(({ name }) => name)).toContain('ops')
  const { items } = await admin.releases.list({})
  expect(items[0]?.stack).toBe('sealed')
  expect((await admin.deployments.start.plan({ directory: folder })).steps[0]).toMatchObject({ verb: 'keep' })
  // Who is signed in stays so, and others may sign in.
  expect((await house.signIn('admin', 'correct-horse-battery')).token).not.toBe('')
}, 120_000)

test('one that was cut off goes on without another key, and a value that does not open holds up no other', async () => {
  const { admin } = house
  const { keyId } = await admin.encryption.get({})
  const [config] = rows<{ setId: string; version: number; sealed: string }>('select * from "configVersions"')
  await done((await admin.encryption.rotate({})).id)
  // As a rotation that was killed leaves it: a value under the old key; and one that was damaged before.
  rows('update "configVersions" set sealed = ? where "setId" = ?', config!.sealed, config!.setId)
  rows('update triggers set secret = ? where name = ?', `v1.${keyId}.${'a'.repeat(16)}.${'b'.repeat(40)}`, 'ci')
  expect((await admin.encryption.rotate.plan({})).summary).toBe(
    'Go on with the rotation that has begun: 2 sealed values are under an older key.',
  )
  expect(await done((await admin.encryption.rotate({})).id)).toEqual({ resealed: 1, unopened: 1 })
  expect(keys()).toBe(2)
  expect(await admin.configs.reveal({ id: 'vault', key: 'DB_PASSWORD' })).toMatchObject({ value: 'hunter22-hunter22' })
  await expect(admin.encryption.retire({})).rejects.toThrow('triggers.secret')
}, 120_000)

test('only those who manage the settings may', async () => {
  const password = 'correct-horse-battery-2'
  await house.admin.users.create({ username: 'dev', password, role: 'developer' } as never)
  const { client } = await house.signIn('dev', password)
  for (const asked of [
    () => client.encryption.get({}),
    () => client.encryption.rotate({}),
    () => client.encryption.retire.plan({}),
  ])
    await expect(asked()).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
