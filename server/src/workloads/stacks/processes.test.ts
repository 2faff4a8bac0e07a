import type { Driver } from '@wheelhouse/driver'
import { createProcessDriver } from '@wheelhouse/driver-process'
import { createMemoryJobStore } from '@wheelhouse/platform/jobs'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { admin, by, openStacks } from './testing/stack-room.ts'

const folder = mkdtempSync(join(tmpdir(), 'wh-stack-processes-'))
let close: () => Promise<void> = () => Promise.resolve()
afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})

const hello = (value = 'one', more = '') => `
x-wheelhouse: { title: Hello, description: Two processes }
name: hello
services:
  db:
    command: [sh, -c, "echo ready; exec sleep 300"]
    stop: { timeout: 2s }
  api:
    command: [sh, -c, "echo $$VALUE; exec sleep 300"]
    environment: { VALUE: ${value} }
    depends_on: [db]
    stop: { timeout: 2s }
${more}`

it('applies, changes and removes real processes', async () => {
  writeFileSync(join(folder, 'wheelhouse.yaml'), hello())
  const driver = createProcessDriver({ stateFolder: join(folder, 'processes') })
  const room = await openStacks([[driver, 'local']])
  close = room.close
  await expect.poll(() => room.registry.mirror('process').target().state).toBe('connected')
  const services = () =>
    [...room.registry.mirror('process').services.values()].toSorted((a, b) => a.name.localeCompare(b.name))
  const extra = { directory: folder }

  const job = await room.apply(hello(), extra)
  expect(job.error).toBeNull()
  expect(services().map(({ name, state, stack }) => [name, state, stack])).toEqual([
    ['hello-api', 'running', 'hello'],
    ['hello-db', 'running', 'hello'],
  ])
  const pid = services()[1]!.pid
  expect((await room.plan(hello(), extra)).counts).toEqual({ keep: 2, drifted: 0 })

  const changed = await room.apply(hello('two'), extra)
  expect(changed.error).toBeNull()
  expect(changed.result).toMatchObject({ counts: { keep: 1, replace: 1 } })
  expect(services().find((service) => service.name === 'hello-db')?.pid).toBe(pid)

  // What cannot be started fails with its log; what ran before is left as it was.
  const broken = await room.apply(
    hello('two', '  bad: { command: [sh, -c, "echo out of luck; exit 7"], restart: no }'),
    extra,
  )
  expect(broken.error?.message).toMatch(/bad (is not running|did not stay up): Exited with code 7/)
  expect(broken.error?.message).toContain('out of luck')
  expect(services().find((service) => service.name === 'hello-db')?.pid).toBe(pid)

  const plan = await room.handlers.remove.plan({ id: 'hello' }, by(admin))
  expect(plan.counts).toEqual({ remove: 3 })
  expect((await room.remove('hello')).error).toBeNull()
  await expect.poll(services).toEqual([])
  expect((await room.handlers.list({}, by(admin))).total).toBe(0)
})

it('brings one service with what it needs, and leaves the others as they are', async () => {
  const driver = createProcessDriver({ stateFolder: join(folder, 'some') })
  const room = await openStacks([[driver, 'local']])
  close = async () => {
    await room.remove('hello').catch(() => undefined)
    await room.close()
  }
  await expect.poll(() => room.registry.mirror('process').target().state).toBe('connected')
  const running = () =>
    [...room.registry.mirror('process').services.values()].map(({ name, startedAt }) => [name, startedAt] as const)
  const more = '  worker: { command: [sh, -c, "exec sleep 300"], stop: { timeout: 2s } }'
  const extra = { directory: folder }

  const plan = await room.plan(hello('one', more), { ...extra, services: ['api'] })
  expect(plan.steps.map(({ verb, name }) => [verb, name])).toEqual([
    ['create', 'db'],
    ['create', 'api'],
  ])
  expect(plan.warnings).toContain('db comes along: what was chosen needs it.')
  expect((await room.apply(hello('one', more), { ...extra, services: ['db'] })).error).toBeNull()
  expect(running().map(([name]) => name)).toEqual(['hello-db'])
  expect((await room.handlers.list({}, by(admin))).items[0]?.services.map(({ name }) => name)).toEqual(['db'])

  // Of what is there already nothing is started anew, and what the file has no more is not taken away.
  const before = new Map(running())
  expect((await room.apply(hello('one', more), { ...extra, services: ['worker'] })).error).toBeNull()
  const gone = `name: hello\nservices: { api: { command: [sleep, "300"], stop: { timeout: 2s } } }`
  expect((await room.apply(gone, { ...extra, services: ['api'] })).error).toBeNull()
  expect(
    running()
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(['hello-api', 'hello-db', 'hello-worker'])
  expect(new Map(running()).get('hello-db')).toBe(before.get('hello-db'))
  expect((await room.plan(hello('one', more), extra)).counts).toEqual({ keep: 2, replace: 1, drifted: 0 })
  await expect(room.plan(hello(), { ...extra, services: ['apy'] })).rejects.toThrow(
    'The file has no service "apy". Did you mean api?',
  )
})

it('offers example stacks with their words', async () => {
  const examples = mkdtempSync(join(tmpdir(), 'wh-examples-'))
  const room = await openStacks([], { examplesFolder: join(examples, '..') })
  close = room.close
  writeFileSync(join(examples, 'wheelhouse.yaml'), hello())
  const { items } = await room.handlers.examples({}, by(admin))
  expect(items.find((item) => item.directory === examples)).toMatchObject({
    name: 'hello',
    title: 'Hello',
    description: 'Two processes',
    format: 'wheelhouse',
    source: hello(),
  })
  rmSync(examples, { recursive: true })
})

it('goes on with an apply that was killed between the old process and the new one', async () => {
  const kept = { folder: mkdtempSync(join(tmpdir(), 'wh-cut-process-')), store: createMemoryJobStore() }
  const open = async (driver: Driver) => {
    const room = await openStacks([[driver, 'local']], { kept })
    close = room.close
    await expect.poll(() => room.registry.mirror('process').target().state).toBe('connected')
    return room
  }
  const plain = () => createProcessDriver({ stateFolder: join(kept.folder, 'processes') })
  const extra = { directory: kept.folder }
  const first = await open(plain())
  expect((await first.apply(hello(), extra)).error).toBeNull()
  await first.close()

  // The new one is never made, and nothing that could be undone is: as if the program were killed there.
  const dying = plain()
  const opened = dying.open.bind(dying)
  dying.open = (...args) => {
    const connection = opened(...args)
    connection.create = () => Promise.withResolvers<never>().promise
    return connection
  }
  const second = await open(dying)
  const source = hello('two')
  await second.handlers.apply.run({ source, ...extra }, by(admin))
  const names = (room: typeof second) =>
    [...room.registry.mirror('process').services.values()].map(({ name, state }) => `${name} ${state}`).toSorted()
  await expect.poll(() => names(second), { timeout: 30_000 }).toEqual(['hello-db running'])
  await second.close(0)

  const third = await open(plain())
  await expect.poll(() => names(third), { timeout: 60_000 }).toEqual(['hello-api running', 'hello-db running'])
  await expect.poll(() => third.events.map(({ type }) => type), { timeout: 60_000 }).toContain('stack.applied')
  expect((await third.plan(source, extra)).counts).toEqual({ keep: 2, drifted: 0 })
  await third.handlers.remove.run({ id: 'process:hello' }, by(admin))
  await expect.poll(() => names(third), { timeout: 30_000 }).toEqual([])
  await third.close()
  rmSync(kept.folder, { recursive: true, force: true })
}, 120_000)
