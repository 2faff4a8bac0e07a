import { randomBytes } from 'node:crypto'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Street } from '../../../../test/identity/house.ts'
import { openSigningKeys } from './signing-keys.ts'
import { type AuthStore, openAuthStore } from './store.ts'

const log = createLog({ level: 'silent', pretty: false })
const newKey = () => randomBytes(32).toString('base64')
let street: Street
let store: AuthStore
let now = Date.now()
beforeAll(async () => {
  street = await Street.sqlite()
})
afterAll(() => street.close())
beforeEach(async () => {
  store = openAuthStore((await street.house()).database)
})
const open = (key: string) => openSigningKeys(store, openSecrets({ key }), log, () => now, 600_000)

it('shares its keys between instances, sealed', async () => {
  const master = newKey()
  const one = await open(master).current()
  const two = await open(master).current()
  expect(two.id).toBe(one.id)
  expect(two.key.equals(one.key)).toBe(true)
  const [row] = await store.signingKeys()
  expect(row?.sealed).not.toContain(one.key.export().toString('base64url'))
})

it('seals anew under a new master key, and makes a new key where the old one is lost', async () => {
  const [old, next] = [newKey(), newKey()]
  const one = await open(old).current()
  expect((await open(`${next},${old}`).current()).id).toBe(one.id)
  expect((await open(next).current()).id).toBe(one.id)
  const lost = await open(newKey()).current()
  expect(lost.id).not.toBe(one.id)
})

it('renews a key of 90 days by itself, and forgets retired ones after a token can live', async () => {
  const keys = open(newKey())
  const one = await keys.current()
  now += 91 * 86_400_000
  const two = await keys.current()
  expect(two.id).not.toBe(one.id)
  expect(await keys.byId(one.id)).not.toBeNull()
  now += 3_600_000
  expect(await keys.byId(one.id)).toBeNull()
  expect(await keys.byId(two.id)).not.toBeNull()
})

it('hears of another instance’s new key', async () => {
  const master = newKey()
  const [here, there] = [open(master), open(master)]
  await here.current()
  await there.current()
  now += 2000
  await there.rotate()
  const { id } = await there.current()
  expect(await here.byId(id)).not.toBeNull()
})
