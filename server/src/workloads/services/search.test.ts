import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RecordedEngine } from '../../../../test/docker/recorded-engine.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
const engines: RecordedEngine[] = []

beforeAll(async () => {
  house = await openTestHouse()
  for (const name of ['alpha', 'beta']) {
    const engine = await new RecordedEngine({ name, containers: 3 }).listen()
    engines.push(engine)
    await house.admin.targets.register({ name, address: engine.address })
  }
  const whole = async (): Promise<void> => {
    expect((await house.admin.services.list({ q: '10.210.0.4' })).total).toBe(2)
  }
  await vi.waitFor(whole, { timeout: 60_000 })
}, 120_000)
afterAll(async () => {
  await house.close()
  for (const engine of engines) await engine.close()
})

const found = async (q: string): Promise<string[]> =>
  (await house.admin.services.list({ q, sort: 'name' })).items.map(({ name }) => name)

test('services of all hosts are found by name, image, id, label, port and address', async () => {
  expect(await found('beta-web-1')).toEqual(['beta-web-1'])
  expect(await found('lab/busybox')).toHaveLength(6)
  const [id = ''] = engines[0]!.containers.keys()
  expect(await found(id.slice(0, 10))).toEqual(['alpha-web-0'])
  expect(await found('team=web')).toHaveLength(6)
  expect(await found('20002:80')).toEqual(['alpha-web-2', 'beta-web-2'])
  expect(await found('10.210.0.3')).toEqual(['alpha-web-1', 'beta-web-1'])
  expect(await found('10.99.')).toEqual([])
})

test('one who sees one host finds nothing of the others', async () => {
  const password = 'violet kettle 7 harbour'
  const alpha = (await house.admin.targets.get({ id: 'alpha' })).id
  const grants = [{ on: 'target' as const, id: alpha, role: 'viewer' as const }]
  await house.admin.users.create({ username: 'vic', password, role: 'viewer', reach: 'granted', grants })
  const { client } = await house.signIn('vic', password)
  expect((await client.services.list({ q: '10.210.0.3' })).items.map(({ name }) => name)).toEqual(['alpha-web-1'])
})
