import type { Client } from '@wheelhouse/client'
import { BulkResult, type Job, type Service } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RecordedEngine } from '../../../../../test/docker/recorded-engine.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'

let house: TestHouse
const engines: Record<string, RecordedEngine> = {}
const patient = { timeout: 10_000 }

beforeAll(async () => {
  house = await openTestHouse()
  for (const name of ['alpha', 'beta', 'gamma']) {
    const engine = await new RecordedEngine({ name, containers: 6 }).listen()
    engines[name] = engine
    await house.admin.targets.register({ name, address: engine.address })
  }
  await vi.waitFor(async () => expect((await house.admin.services.list()).total).toBe(18), patient)
}, 120_000)
afterAll(async () => {
  await house.close()
  for (const engine of Object.values(engines)) await engine.close()
})

const ids = async (target: string, from = 0, to = 6): Promise<string[]> =>
  (await house.admin.services.list({ target, sort: 'name' })).items.slice(from, to).map(({ id }) => id)
const stateOf = async (id: string): Promise<Service['state']> => (await house.admin.services.get({ id })).state
async function ended(client: Client, { id }: Job): Promise<Job> {
  return vi.waitFor(async () => {
    const job = await client.jobs.get({ id })
    expect(['succeeded', 'failed', 'cancelled']).toContain(job.state)
    return job
  }, patient)
}
const outcomes = (job: Job): Record<string, string> =>
  Object.fromEntries(BulkResult.parse(job.result).services.map(({ name, outcome }) => [name, outcome]))

test('acts on services of several targets, and tells each', async () => {
  const services = [...(await ids('alpha', 0, 2)), ...(await ids('beta', 0, 1))]
  const started = await house.admin.services.bulk({ act: 'stop', services })
  expect(started).toMatchObject({ kind: 'services.bulk', title: 'Stop 3 services on 2 targets', targetId: null })
  const job = await ended(house.admin, started)
  expect(job).toMatchObject({ state: 'succeeded', progress: 1 })
  expect(job.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'alpha-web-0 on alpha done',
    'alpha-web-1 on alpha done',
    'beta-web-0 on beta done',
  ])
  expect(outcomes(job)).toEqual({ 'alpha-web-0': 'done', 'alpha-web-1': 'done', 'beta-web-0': 'done' })
  for (const id of services) expect(await stateOf(id)).not.toBe('running')
  const again = await ended(house.admin, await house.admin.services.bulk({ act: 'start', services }))
  expect(again.state).toBe('succeeded')
  for (const id of services) expect(await stateOf(id)).toBe('running')
})

test('each stands in the audit as if it had been done alone, under the request that asked', async () => {
  const services = await ids('alpha', 0, 2)
  await ended(house.admin, await house.admin.services.bulk({ act: 'restart', services }))
  const { items } = await house.admin.audit.list({ operation: 'services.restart' })
  const [call] = (await house.admin.audit.list({ operation: 'services.bulk' })).items
  expect(new Set(items.map(({ resource }) => resource))).toEqual(new Set(services.map((id) => `service:${id}`)))
  for (const entry of items)
    expect(entry).toMatchObject({ outcome: 'done', actor: 'admin', requestId: call?.requestId })
})

test('what is so already, and what cannot be, keeps nobody from the others', async () => {
  const [paused = '', runs = '', gone = ''] = await ids('beta', 0, 3)
  await house.admin.services.pause({ id: paused })
  const job = await ended(
    house.admin,
    await house.admin.services.bulk({ act: 'pause', services: [paused, runs, gone, 'never-there'] }),
  )
  expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'NOT_FOUND' } })
  expect(job.error?.message).toContain('1 of 4 was not paused')
  expect(outcomes(job)).toEqual({
    'beta-web-0': 'already',
    'beta-web-1': 'done',
    'beta-web-2': 'done',
    'never-there': 'failed',
  })
  const resumed = await ended(
    house.admin,
    await house.admin.services.bulk({ act: 'resume', services: [paused, runs, gone] }),
  )
  expect(resumed.state).toBe('succeeded')
})

test('a target that takes the request and never answers holds up nobody, and is told', async () => {
  const [silent, good] = [await ids('gamma'), await ids('alpha')]
  engines.gamma!.hold('acts')
  const started = await house.admin.services.bulk({ act: 'restart', services: [...silent, ...good] })
  const halfway = await vi.waitFor(async () => {
    const job = await house.admin.jobs.get({ id: started.id })
    expect(job.steps.filter(({ state }) => state === 'done')).toHaveLength(6)
    return job
  }, patient)
  // All of the others are done while nothing of the silent one is, of which four were asked at once and no more.
  expect(halfway.state).toBe('running')
  expect(
    halfway.steps
      .filter(({ name }) => name.endsWith('gamma'))
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual(['running', 'running', 'running', 'running', 'waiting', 'waiting'])
  expect(engines.gamma!.held).toBe(4)
  // Other calls are answered meanwhile, also about the silent one.
  expect((await house.admin.services.list({ target: 'gamma' })).total).toBe(6)
  engines.gamma!.breakOff()
  const job = await ended(house.admin, started)
  expect(job.state).toBe('failed')
  const rows = BulkResult.parse(job.result).services
  expect(rows.filter(({ targetName }) => targetName === 'alpha').map(({ outcome }) => outcome)).toEqual(
    Array(6).fill('done'),
  )
  const left = rows.filter(({ targetName }) => targetName === 'gamma')
  expect(left.filter(({ outcome }) => outcome === 'failed')).toHaveLength(4)
  expect(left.filter(({ outcome }) => outcome === 'not-tried')).toHaveLength(2)
  expect(new Set(left.map(({ errorCode }) => errorCode))).toEqual(new Set(['TARGET_UNREACHABLE']))
  expect(job.error?.message.split('\n')[0]).toBe('6 of 12 were not restarted.')
  engines.gamma!.release()
  await vi.waitFor(
    async () => expect((await house.admin.targets.get({ id: 'gamma' })).state).toBe('connected'),
    patient,
  )
}, 120_000)

test('a plan says what would happen to each, and binds the run to it', async () => {
  const services = await ids('alpha', 4, 6)
  const plan = await house.admin.services.bulk.plan({ act: 'remove', services })
  expect(plan).toMatchObject({ summary: 'Remove 2 services on alpha.', counts: { remove: 2 } })
  expect(plan.steps[0]?.reasons).toContain('it is stopped first')
  await house.admin.services.stop({ id: services[0]! })
  const { digest } = plan
  await expect(house.admin.services.bulk({ act: 'remove', services, digest })).rejects.toMatchObject({
    code: 'PLAN_CHANGED',
  })
  const now = await house.admin.services.bulk.plan({ act: 'remove', services })
  const job = await ended(house.admin, await house.admin.services.bulk({ act: 'remove', services, digest: now.digest }))
  expect(job).toMatchObject({ state: 'succeeded', targetId: expect.any(String) })
  expect((await house.admin.services.list({ target: 'alpha' })).total).toBe(4)
})

test('who may act on some acts on those, and follows the job wherever they are', async () => {
  const [mine = '', theirs = ''] = await ids('beta', 3, 5)
  const [also = ''] = await ids('alpha', 0, 1)
  const grants = [
    { on: 'service' as const, id: mine, role: 'developer' as const },
    { on: 'service' as const, id: also, role: 'developer' as const },
    { on: 'service' as const, id: theirs, role: 'viewer' as const },
  ]
  const password = 'violet kettle 7 harbour'
  await house.admin.users.create({ username: 'dora', password, role: 'viewer', reach: 'granted', grants })
  await house.admin.users.create({ username: 'vic', password, role: 'viewer' })
  const { client } = await house.signIn('dora', password)
  const hidden = (await ids('gamma', 0, 1))[0]!
  const started = await client.services.bulk({ act: 'stop', services: [mine, also, theirs, hidden] })
  const job = await ended(client, started)
  const rows = BulkResult.parse(job.result).services
  expect(rows.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
    ['done', null],
    ['done', null],
    ['failed', 'FORBIDDEN'],
    ['failed', 'NOT_FOUND'],
  ])
  const { items } = await house.admin.audit.list({ operation: 'services.stop', outcome: 'refused' })
  expect(items).toMatchObject([{ actor: 'dora', resource: `service:${theirs}`, errorCode: 'FORBIDDEN' }])
  // What cannot be seen is told by the words that were sent, and nothing else.
  expect(rows[3]).toMatchObject({ id: hidden, name: hidden, targetName: null })
  expect([await stateOf(theirs), await stateOf(hidden)]).toEqual(['running', 'running'])
  await expect(client.services.bulk({ act: 'stop', services: [theirs] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(client.services.bulk({ act: 'stop', services: [hidden] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const other = await house.signIn('vic', password)
  await expect(other.client.services.bulk({ act: 'stop', services: [theirs] })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  const { id } = await house.admin.services.bulk({ act: 'start', services: [mine, also] })
  await expect(client.jobs.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a cancelled one keeps what it did, and tells what it left', async () => {
  const services = await ids('gamma')
  engines.gamma!.hold('acts')
  const started = await house.admin.services.bulk({ act: 'restart', services })
  await vi.waitFor(() => expect(engines.gamma!.held).toBe(4), patient)
  await house.admin.jobs.cancel({ id: started.id })
  const job = await ended(house.admin, started)
  expect(job.state).toBe('cancelled')
  expect(Object.values(outcomes(job)).toSorted()).toEqual([
    'failed',
    'failed',
    'failed',
    'failed',
    'not-tried',
    'not-tried',
  ])
  engines.gamma!.release()
})
