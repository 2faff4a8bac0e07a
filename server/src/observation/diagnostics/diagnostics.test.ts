import { chmodSync } from 'node:fs'
import { checkDefaults } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const secret = 'windlass-larder-31'
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse()
  const source = [
    'name: told',
    'services:',
    '  web:',
    '    command: ["sleep", "600"]',
    '    ports: [18431]',
    `    environment:\n      DB_PASSWORD: ${secret}`,
    '  broken:',
    '    command: ["sh", "-c", "echo cannot open the ledger: permission denied >&2; exit 127"]',
    '    restart: "no"',
    '',
  ].join('\n')
  await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
})
afterAll(() => house.close())

test('every part says how it is, and one that is not heard says what to do', async () => {
  await house.admin.targets.register({ name: 'nowhere', address: 'tcp://127.0.0.1:1' }).catch(() => undefined)
  const { items, state } = await house.admin.diagnostics.components()
  const of = (id: string) => items.find((item) => item.id === id)
  for (const id of [
    'database',
    'bus',
    'state',
    'jobs',
    'sockets',
    'disk',
    'memory',
    'loop',
    'clock',
    'certificates',
    'node',
  ])
    expect(of(id), id).toMatchObject({ message: expect.stringMatching(/\.$/) as string })
  expect(of('database')?.figures).toMatchObject({ kind: 'sqlite' })
  expect(Number(of('database')?.figures.writeMs)).toBeGreaterThan(0)
  expect(of('target:local')).toMatchObject({ state: 'ok' })
  for (const item of items) if (item.state !== 'ok') expect(item.message, item.id).not.toBe('')
  expect(['ok', 'warning', 'error']).toContain(state)
  const detailed = (await (
    await fetch(`${house.url}/health/detailed`, {
      headers: { authorization: `Bearer ${(await house.signIn('admin', 'correct-horse-battery')).token}` },
    })
  ).json()) as { components: { id: string }[] }
  expect(detailed.components.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
  expect(await (await fetch(`${house.url}/health/detailed`)).json()).not.toHaveProperty('components')
})

test('readings of its own, with the parts of its folder once they are counted', async () => {
  await vi.waitFor(async () => expect((await house.admin.diagnostics.resources()).disk.countedAt).not.toBeNull(), {
    timeout: 60_000,
    interval: 500,
  })
  const resources = await house.admin.diagnostics.resources()
  expect(resources.memoryBytes.at(-1)).toBeGreaterThan(10_000_000)
  expect(resources.at).toHaveLength(resources.loopDelayMs.length)
  const parts = Object.fromEntries(resources.disk.parts.map((part) => [part.name, part.bytes]))
  expect(parts.database).toBeGreaterThan(0)
  expect(parts.processes).toBeGreaterThan(0)
  expect(resources.disk.freeBytes).toBeLessThan(resources.disk.totalBytes!)
}, 90_000)

test('troubleshooting finds what was broken on purpose, and what to do', async () => {
  const before = await house.admin.diagnostics.troubleshoot()
  const of = (found: typeof before, id: string) => found.findings.find((finding) => finding.id === id)
  for (const id of ['folder', 'key', 'migrations', 'database', 'integrity', 'jobs', 'target:local'])
    expect(of(before, id), id).toMatchObject({ state: 'ok' })
  chmodSync(house.data, 0o755)
  const after = await house.admin.diagnostics.troubleshoot()
  chmodSync(house.data, 0o700)
  expect(of(after, 'folder')).toMatchObject({
    state: 'warning',
    advice: expect.stringContaining('chmod 700') as string,
  })
})

test('why a service does not run: its end, its last words, its check; and that another is well', async () => {
  await vi.waitFor(async () => expect((await house.admin.services.get({ id: 'told-broken' })).exitCode).toBe(127), {
    timeout: 60_000,
    interval: 200,
  })
  const broken = await house.admin.diagnostics.explain({ id: 'told-broken' })
  expect(broken.state).toBe('error')
  expect(broken.findings.find(({ id }) => id === 'exit')).toMatchObject({
    state: 'error',
    found: expect.stringContaining('its command was not found') as string,
  })
  expect(broken.lines.join('\n')).toContain('cannot open the ledger')
  expect(broken.findings.find(({ id }) => id === 'log')?.found).toContain('permission denied')

  await vi.waitFor(async () => expect((await house.admin.services.get({ id: 'told-web' })).state).toBe('running'), {
    timeout: 60_000,
    interval: 200,
  })
  expect(await house.admin.diagnostics.explain({ id: 'told-web' })).toMatchObject({
    state: 'ok',
    summary: 'Nothing is wrong with it.',
  })
  const check = {
    ...checkDefaults,
    kind: 'tcp',
    name: 'port',
    host: '127.0.0.1',
    port: 1,
    retries: 1,
    intervalMs: 60_000,
  } as const
  await house.admin.health.set({ id: 'told-web', checks: [check] })
  await house.admin.health.run({ id: 'told-web' })
  expect(await house.admin.diagnostics.explain({ id: 'told-web' })).toMatchObject({
    state: 'error',
    findings: expect.arrayContaining([
      expect.objectContaining({ id: 'health', found: 'port: refused the connection' }),
    ]) as unknown[],
  })
})

test('how long operations took, and who used what, as JSON and as a page', async () => {
  for (let n = 0; n < 20; n++) await house.admin.services.list()
  await house.admin.services.get({ id: 'none' }).catch(() => undefined)
  const { items, calls } = await house.admin.diagnostics.performance()
  const list = items.find(({ operation }) => operation === 'services.list')
  expect(list?.count).toBeGreaterThanOrEqual(20)
  expect(list?.p50Ms).toBeLessThanOrEqual(list!.p95Ms)
  expect(list?.errors).toBe(0)
  expect(calls).toBeGreaterThanOrEqual(21)
  const usage = await house.admin.diagnostics.usage({ days: 7 })
  expect(usage.services).toMatchObject({ total: 2, stacks: 1 })
  expect(usage.users).toEqual({ total: 1, active: 1 })
  expect(usage.changes[0]?.username).toBe('admin')

  const text = async (format: 'html' | 'json'): Promise<string> => {
    return new Response(await house.admin.diagnostics.report({ format })).text()
  }
  const page = await text('html')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('services.list')
  expect(JSON.parse(await text('json'))).toMatchObject({ usage: { services: { total: 2 } } })
  expect(page + (await text('json'))).not.toContain(secret)
})

test('a viewer is told nothing of the house, and of a service what he may see', async () => {
  await house.admin.users.create({ username: 'looker', password: 'harbour-kettle-77-x', role: 'viewer' })
  const { client } = await house.signIn('looker', 'harbour-kettle-77-x')
  const { components, resources, troubleshoot, performance, usage } = client.diagnostics
  for (const ask of [components, resources, troubleshoot, performance, () => usage({})])
    await expect(ask()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const { backups, backup, caches, logLevel, checkDatabase, compactDatabase } = client.maintenance
  for (const ask of [backups, backup, caches, logLevel, checkDatabase, compactDatabase])
    await expect(ask()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await client.diagnostics.explain({ id: 'told-web' })).name).toBe('told-web')
})
