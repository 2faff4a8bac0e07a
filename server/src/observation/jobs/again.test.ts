import type { Client } from '@wheelhouse/client'
import type { Job, Role } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const password = 'a-long-enough-one'
const patience = { timeout: 60_000, interval: 50 }
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(() => house.close())

const ended = (client: Client, id: string): Promise<Job> =>
  vi.waitFor(async () => {
    const job = await client.jobs.get({ id })
    expect(job.finishedAt).not.toBeNull()
    return job
  }, patience)

test('a job is run again by what its requester may now, not by what it was asked for with', async () => {
  const { admin } = house
  await admin.users.create({ username: 'ada', password, role: 'admin' })
  const now = async (role: Role, grants: { on: 'target'; id: string; role: 'developer' }[] = []): Promise<Client> => {
    await admin.users.update({ id: 'ada', role, grants })
    return (await house.signIn('ada', password)).client
  }
  const ada = await now('admin')
  const source = 'name: ends\nservices: { one: { command: [sh, -c, "exit 3"], directory: /, restart: { policy: no } } }'
  const failed = await ended(ada, (await ada.stacks.apply({ source, target: 'local' })).id)
  expect(failed.state).toBe('failed')

  const developer = await now('developer')
  await expect(developer.jobs.retry({ id: failed.id })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('rights that you do not have any more'),
  })
  const viewer = await now('viewer')
  await expect(viewer.jobs.retry({ id: failed.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const elsewhere = await now('viewer', [{ on: 'target', id: 'nowhere', role: 'developer' }])
  await expect(elsewhere.jobs.retry({ id: failed.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await admin.jobs.get({ id: failed.id })).state).toBe('failed')

  const again = await now('admin')
  expect((await again.jobs.retry({ id: failed.id })).id).toBe(failed.id)
  await ended(again, failed.id)
})
