import type { HealthCheckSpec, Permission } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shownSpec } from './shown-spec.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
const id = 'local:health-web'
beforeAll(async () => {
  house = await openTestHouse()
  const source =
    'name: health\nservices:\n  web:\n    command: ["sleep", "600"]\n    environment:\n      DB_PASSWORD: kettle-77\n'
  await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
})
afterAll(() => house.close())

const times = { intervalMs: 60_000, timeoutMs: 1_000, retries: 1, startPeriodMs: 0 }
const command: HealthCheckSpec = { kind: 'command', name: 'runs', argv: ['true'], ...times }
const tcp: HealthCheckSpec = { kind: 'tcp', name: 'port', host: '127.0.0.1', port: 1, ...times }

test('a token runs commands on this machine only when its scopes are those of an administrator', async () => {
  await expect.poll(() => house.house.domains.targets.registry.service(id)?.state, { timeout: 60_000 }).toBe('running')
  const token = async (...scopes: Permission[]) =>
    house.client((await house.admin.tokens.create({ name: scopes.join(), scopes })).secret)
  const watching = await token('health.manage', 'health.read', 'services.exec')
  await expect(watching.health.set({ id, checks: [command] })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
  expect((await watching.health.set({ id, checks: [tcp] })).checks).toHaveLength(1)
  const managing = await token('health.manage', 'services.exec', 'targets.manage')
  expect((await managing.health.set({ id, checks: [command] })).checks).toHaveLength(1)
})

test('a check that signs in with a variable of the service needs what a command needs', async () => {
  const database: HealthCheckSpec = {
    kind: 'database',
    name: 'database',
    ...times,
    engine: 'redis',
    host: '127.0.0.1',
    port: 1,
    username: null,
    passwordVariable: 'CACHE_PASSWORD',
    database: null,
  }
  const { secret } = await house.admin.tokens.create({ name: 'watching', scopes: ['health.manage', 'health.read'] })
  const watching = house.client(secret)
  await expect(watching.health.set({ id, checks: [database] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const open = { ...database, passwordVariable: null }
  expect((await watching.health.set({ id, checks: [open] })).checks).toHaveLength(1)

  await house.admin.health.set({ id, checks: [database] })
  const { checks } = await house.admin.health.run({ id })
  expect(checks[0]?.last?.message).toBe(
    'the service has no variable CACHE_PASSWORD, so there is no password to sign in with',
  )

  // With the variable that it has it comes as far as the port, where nobody is.
  await house.admin.health.set({ id, checks: [{ ...database, passwordVariable: 'DB_PASSWORD' }] })
  const found = await house.admin.health.run({ id })
  expect(found.checks[0]?.last?.message).toBe('refused the connection')
  expect(JSON.stringify(found)).not.toContain('kettle-77')
})

test('an address with a password in it is refused, as checks are shown to many', async () => {
  const http: HealthCheckSpec = {
    kind: 'http',
    name: 'front',
    expectStatus: null,
    url: 'http://me:kettle-78@127.0.0.1:1/',
    ...times,
  }
  const refused = house.admin.health.set({ id, checks: [http] })
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  await expect(refused).rejects.not.toThrow('kettle-78')
  expect(shownSpec(http)).toMatchObject({ url: 'http://[secret]@127.0.0.1:1/' })
})

test('who may see one service sees the health and uptime of that one alone', async () => {
  const username = 'narrow'
  const password = 'correct-horse-battery-2'
  const { id: userId } = await house.admin.users.create({ username, password, role: 'viewer', reach: 'granted' })
  expect(userId).toBeTruthy()
  const { client } = await house.signIn(username, password)
  await expect(client.health.uptime({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(client.health.history({ id })).rejects.toMatchObject({
    code: expect.stringMatching(/FORBIDDEN|NOT_FOUND/) as string,
  })
})

test('browsers that open /health get the page, everything else the answer', async () => {
  const plain = await fetch(`${house.url}/health`)
  expect(await plain.json()).toMatchObject({ status: 'ok' })
  const page = await fetch(`${house.url}/health`, { headers: { accept: 'text/html,*/*' } })
  expect(page.headers.get('content-type')).toMatch(/text\/(html|plain)/)
  expect(
    (await fetch(`${house.url}/health/live`, { headers: { accept: 'text/html' } })).headers.get('content-type'),
  ).toMatch(/json/)
})
