import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../test/fixtures/house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(() => house.close())

test('who signed in stands in the audit as themselves; who only claimed a name does not', async () => {
  await expect(house.signIn('admin', 'not the password')).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' })
  const { items } = await house.admin.audit.list({ operation: 'auth.login' })
  expect(items.map(({ actor, outcome }) => [actor, outcome])).toEqual([
    ['anonymous', 'refused'],
    ['admin', 'done'],
  ])
  expect((await house.admin.audit.list({ actor: 'admin', operation: 'auth.login' })).items).toHaveLength(1)
})
