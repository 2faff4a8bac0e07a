import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'

const password = 'violet kettle 7 harbour'
let house: TestHouse
let folder: string
beforeAll(async () => {
  house = await openTestHouse()
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wh-configs-house-')))
})
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})
const person = async (
  username: string,
  role: 'developer' | 'viewer',
  more: Partial<Parameters<TestHouse['admin']['users']['create']>[0]> = {},
) => {
  await house.admin.users.create({ username, password, role, ...more })
  return (await house.signIn(username, password)).client
}
const told = async (stream: Promise<ReadableStream<Uint8Array>>): Promise<string> => new Response(await stream).text()

test('a set over REST: made, saved, told of, exported, and nothing secret in audit and events', async () => {
  const { configs } = house.admin
  await configs.create({
    name: 'shop-staging',
    environment: 'staging',
    values: { DB_HOST: 'db', DB_PASSWORD: 'hunter22' },
  })
  const plan = await configs.save.plan({ id: 'shop-staging', set: { DB_HOST: 'db2' } })
  expect(plan.steps[0]?.reasons).toEqual(['-DB_HOST=db', '+DB_HOST=db2'])
  expect(await configs.save({ id: 'shop-staging', set: { DB_HOST: 'db2', DB_PASSWORD: 'hunter33' } })).toMatchObject({
    version: 2,
  })
  expect((await configs.list({ q: 'SHOP' })).items).toMatchObject([{ name: 'shop-staging', keys: 2, secrets: 1 }])
  expect(await told(configs.export({ id: 'shop-staging', secrets: true }))).toBe('DB_HOST=db2\nDB_PASSWORD=hunter33\n')
  expect(await told(configs.export({ id: 'shop-staging' }))).toBe('DB_HOST=db2\nDB_PASSWORD=[secret]\n')
  await configs.import({ id: 'shop-staging', text: 'DB_PASSWORD=hunter44\n' })
  expect(await configs.reveal({ id: 'shop-staging', key: 'DB_PASSWORD' })).toMatchObject({ value: 'hunter44' })
  expect((await configs.diff({ id: 'shop-staging', from: 1, to: 3 })).changed).toEqual(['DB_HOST', 'DB_PASSWORD'])
  const audit = JSON.stringify(await house.admin.audit.list({ limit: 1000 }))
  expect(audit).toContain('configs.reveal')
  const events = await vi.waitFor(async () => {
    // They are written down in the background.
    const found = await house.admin.timeline.list({ limit: 100 })
    expect(found.items.map(({ type }) => type)).toContain('config.changed')
    return found
  }, 60_000)
  expect(audit + JSON.stringify(events)).not.toContain('hunter')
})

test('who may what: read, manage, and use the files of the machine', async () => {
  const viewer = await person('viewer', 'viewer')
  const developer = await person('developer', 'developer')
  const granted = await person('granted', 'developer', { grants: [{ on: 'target', id: 'local', role: 'developer' }] })
  const only = await person('only', 'viewer', {
    reach: 'granted',
    grants: [{ on: 'target', id: 'local', role: 'developer' }],
  })
  await house.admin.configs.create({ name: 'gate', values: { A: '1', API_TOKEN: 'hunter22' } })
  const path = join(folder, 'gate.env')
  writeFileSync(path, 'A=1\n')

  expect((await viewer.configs.get({ id: 'gate' })).values[1]).toMatchObject({ key: 'API_TOKEN', value: null })
  expect((await viewer.configs.templates()).items).toHaveLength(3)
  await expect(viewer.configs.save({ id: 'gate', set: { A: '2' } })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(viewer.configs.reveal({ id: 'gate', key: 'API_TOKEN' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(told(viewer.configs.export({ id: 'gate', secrets: true }))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(only.configs.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })

  expect(await developer.configs.save({ id: 'gate', set: { A: '2' } })).toMatchObject({ version: 2 })
  for (const client of [developer]) {
    await expect(client.configs.create({ name: 'linked', path })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
    await expect(client.configs.preview({ directory: folder })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
    await expect(client.configs.sync({ directory: folder })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
  }
  await granted.configs.create({ name: 'linked', path, values: { B: '2' } })
  expect(readFileSync(path, 'utf8')).toBe('A=1\nB=2\n')

  const refused = (await house.admin.audit.list({ operation: 'configs', outcome: 'refused', limit: 1000 })).items
  expect(refused.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(['configs.save', 'configs.reveal', 'configs.export', 'configs.create', 'configs.sync']),
  )
})

test('a body is checked before a handler sees it', async () => {
  const { configs } = house.admin
  await expect(configs.create({ name: 'bad', values: { '1A': 'x' } })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
  })
  await expect(configs.create({ name: 'bad', path: 'relative.env' })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
  })
  await expect(configs.get({ id: 'a\0b' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})
