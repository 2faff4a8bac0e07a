import { createServer } from 'node:http'
import { checkDefaults } from '@wheelhouse/contract'
import { afterAll, afterEach, expect, test } from 'vitest'
import { openTestHouse } from '../fixtures/house.ts'
import { applied, sleepers, until, Yard } from './control-plane.ts'

const yard = new Yard()
let ok = true
const server = createServer((_, response) => response.writeHead(ok ? 200 : 500).end())
afterEach(() => yard.sweep())
afterAll(() => server.close())

async function listening(): Promise<number> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

async function checked(): Promise<string> {
  const port = await listening()
  const check = `    health:\n      - http: http://127.0.0.1:${port}/\n        interval: 500ms\n        timeout: 1s\n        retries: 1\n`
  return sleepers('checked', ['one'], check)
}

test('checks of a stack file run, their turns are told, and results outlive a restart without being told again', async () => {
  const data = yard.folder()
  const { plane, admin } = await yard.admin(data)
  await applied(admin, await checked())
  const turns = async (client: typeof admin): Promise<string[]> =>
    (await client.timeline.list({ type: 'service.health' })).items.map((event) => event.message).toReversed()
  await until(async () => ((await turns(admin)).length > 0 ? true : null))
  expect(await turns(admin)).toEqual(['checked-one is healthy.'])
  ok = false
  await until(async () => ((await admin.services.get({ id: 'checked-one' })).state === 'degraded' ? true : null))
  ok = true
  await until(async () => ((await admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  await until(async () => ((await turns(admin)).length === 3 ? true : null))
  const before = await turns(admin)
  expect(before[1]).toMatch(/unhealthy: .* answered 500\./)
  const [check] = (await admin.health.list({ id: 'checked-one' })).checks
  expect(check).toMatchObject({ origin: 'stack', state: 'healthy' })
  expect(await plane.stop()).toBe(0)

  const again = await yard.admin(data)
  await until(async () =>
    (await again.admin.health.list({ id: 'checked-one' })).checks[0]?.state === 'healthy' ? true : null,
  )
  const [kept] = (await again.admin.health.list({ id: 'checked-one' })).checks
  expect(kept?.results.map((result) => result.at)).toEqual(
    expect.arrayContaining(check!.results.map((result) => result.at)),
  )
  expect(await turns(again.admin)).toEqual(before)
}, 120_000)

test('the history of health outlives kill -9 and a service that is made anew, and the time between is unknown', async () => {
  const data = yard.folder()
  const { plane, admin } = await yard.admin(data)
  const source = await checked()
  await applied(admin, source)
  await until(async () => ((await admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  ok = false
  await until(async () => ((await admin.services.get({ id: 'checked-one' })).state === 'degraded' ? true : null))
  ok = true
  await until(async () => ((await admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  const before = await admin.health.history({ id: 'checked-one' })
  expect(before.incidents).toMatchObject([{ reason: expect.stringMatching(/: answered 500$/) as string }])
  expect(before.incidents[0]?.until).not.toBeNull()
  expect(before.checks[0]?.buckets.at(-1)?.p50Ms).toBeGreaterThan(0)
  expect(await plane.stop()).toBe(0)

  const again = await yard.admin(data)
  await until(async () => ((await again.admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  await applied(again.admin, source.replace('3600', '3700'))
  await until(async () => ((await again.admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  const after = await again.admin.health.history({ id: 'checked-one' })
  expect(after.recordedSince).toBe(before.recordedSince)
  expect(after.incidents).toEqual(before.incidents)
  const up = (of: typeof before): number => of.buckets.reduce((sum, { upMs }) => sum + upMs, 0)
  expect(up(after)).toBeGreaterThanOrEqual(up(before))
  expect(after.uptime.day).toBeLessThan(1)
  await again.plane.stop('SIGKILL')

  const third = await yard.admin(data)
  await until(async () => ((await third.admin.services.get({ id: 'checked-one' })).state === 'running' ? true : null))
  expect((await third.admin.health.history({ id: 'checked-one' })).incidents).toEqual(before.incidents)
  const { items, counts } = await third.admin.health.uptime({ q: 'checked' })
  expect(items.map(({ name, bars }) => [name, bars.length])).toEqual([['checked-one', 90]])
  expect(counts.down).toBe(0)
}, 180_000)

test('a check that flaps does not flood the timeline', async () => {
  const house = await openTestHouse()
  try {
    await applied(house.admin, await checked())
    for (let n = 0; n < 14; n++) {
      ok = n % 2 === 0
      await house.admin.health.run({ id: 'checked-one' })
    }
    ok = true
    await house.admin.health.run({ id: 'checked-one' })
    await new Promise((resolve) => setTimeout(resolve, 400))
    const { items } = await house.admin.timeline.list({ type: 'service.health', limit: 100 })
    expect(items.length).toBeLessThanOrEqual(6)
    expect(items[0]?.message).toMatch(/back and forth/)
    // The row itself is always right.
    expect(await house.admin.services.get({ id: 'checked-one' })).toMatchObject({ health: 'healthy', state: 'running' })
  } finally {
    await house.close()
  }
}, 120_000)

test('checks that a person set stay with a service that is made anew', async () => {
  const house = await openTestHouse()
  try {
    const source = sleepers('anew', ['one'])
    await applied(house.admin, source)
    const { pid } = await house.admin.services.get({ id: 'anew-one' })
    const spec = {
      name: 'mine',
      kind: 'tcp',
      host: '127.0.0.1',
      port: await listening(),
      ...checkDefaults,
      intervalMs: 500,
    } as const
    await house.admin.health.set({ id: 'anew-one', checks: [spec] })
    await applied(house.admin, source.replace('3600', '3700'))
    expect((await house.admin.services.get({ id: 'anew-one' })).pid).not.toBe(pid)
    const { checks } = await house.admin.health.list({ id: 'anew-one' })
    expect(checks.map((check) => [check.spec.name, check.origin])).toEqual([['mine', 'set']])
  } finally {
    await house.close()
  }
}, 120_000)
