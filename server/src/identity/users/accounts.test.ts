import { createMemoryState } from '@wheelhouse/platform/state'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Street } from '../../../../test/identity/house.ts'
import { openAccounts } from './accounts.ts'
import { openUserStore } from './store.ts'

let street: Street
beforeAll(async () => {
  street = await Street.sqlite()
})
afterAll(() => street.close())

it('lets a slow reader neither take a change back nor bring a removed user to life', async () => {
  const house = await street.house()
  const store = openUserStore(house.database)
  const accounts = openAccounts(store, createMemoryState())
  const id = await house.person('mara', 'admin')
  const before = await store.byId(id)
  const after = await store.update(id, { role: 'viewer' })
  if (!before || !after) throw new Error('mara is missing')

  await accounts.changed(after)
  await accounts.changed(before)
  expect(await accounts.active(id)).toMatchObject({ role: 'viewer' })
  await accounts.removed(after)
  await accounts.changed(after)
  expect(await accounts.active(id)).toBeNull()
})
