import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, type NewEvent } from '@wheelhouse/contract'
import type { Connection, Driver, ObservedImage, Observer } from '@wheelhouse/driver'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Registry } from '../../../inventory/targets/index.ts'
import { migrations } from '../../../migrations/index.ts'
import type { ImageRoom } from '../room.ts'
import { NewerChecks } from './checks.ts'
import { openCheckStore } from './store.ts'
import { checkStoreSuite } from './testing/check-store-suite.ts'
import { NewerWatch } from './watch.ts'

const log = createLog({ level: 'silent', pretty: false })
const folders: string[] = []
async function openSqlite(): Promise<{ database: Database; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'wh-newer-'))
  folders.push(folder)
  const database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}`, log })
  await database.migrate(migrations)
  return { database, close: () => database.close() }
}

const image = (name: string, digest = 'sha256:old'): ObservedImage => ({
  imageId: `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`,
  tags: [name],
  digests: [`${name.slice(0, name.lastIndexOf(':'))}@${digest}`],
  sizeBytes: 1,
  createdAt: new Date(0).toISOString(),
  labels: {},
})

/** An engine that exists only here: it answers what the test says a registry answers. */
class Engine {
  readonly asked: string[] = []
  answer: (reference: string) => Promise<string | null> = () => Promise.resolve('sha256:old')
  observer: Observer | null = null

  driver(): Driver {
    const connection = {
      capabilities: new Set(['images']),
      images: {
        remoteDigest: (reference: string) => {
          this.asked.push(reference)
          return this.answer(reference)
        },
      },
      watch: (observer: Observer) => {
        this.observer = observer
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    }
    return { kind: 'docker', open: () => connection as unknown as Connection }
  }
}

describe('checks of images on SQLite', () => checkStoreSuite(openSqlite))

describe('the watch for newer images', () => {
  let engine: Engine
  let room: ImageRoom
  let watch: NewerWatch
  let now: number
  let opened: Awaited<ReturnType<typeof openSqlite>>
  const events: NewEvent[] = []
  const refused: string[] = []
  const minute = 60_000
  const { signal } = new AbortController()

  beforeEach(async () => {
    now = 1_700_000_000_000
    events.length = 0
    refused.length = 0
    engine = new Engine()
    opened = await openSqlite()
    const targets = new Registry({
      drivers: new Map([['docker', engine.driver()]]),
      log,
      announce: () => undefined,
    })
    const record = { id: 'd', name: 'berlin', kind: 'docker', address: 'x', tls: false, tags: [], group: null } as const
    targets.add({ record: { ...record, origin: 'found', createdAt: new Date(0).toISOString() }, tls: null, ssh: null })
    engine.observer?.connected({} as never)
    engine.observer?.snapshot([])
    room = {
      targets,
      registries: {
        signInFor: () => Promise.resolve(null),
        refused: (reference: string) => Promise.resolve(void refused.push(reference)),
        worked: () => Promise.resolve(),
      },
      checks: new NewerChecks(openCheckStore(opened.database), log),
      log,
      announce: (event: NewEvent) => events.push(event),
    } as unknown as ImageRoom
    watch = new NewerWatch(room, () => now)
  })
  afterEach(async () => {
    await opened.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  const check = (one: ObservedImage) => watch.check({ targetId: 'd', reference: one.tags[0] ?? '', image: one }, signal)

  test('another digest is newer, told once', async () => {
    const one = image('host:5000/web:1')
    expect(await check(one)).toMatchObject({ state: 'current', dueAt: now + 360 * minute })
    engine.answer = () => Promise.resolve('sha256:new')
    expect(await check(one)).toMatchObject({ state: 'newer', digest: 'sha256:new' })
    await check(one)
    expect(events.map(({ type }) => type)).toEqual(['image.newer'])
    expect(room.checks.of('d', one)).toMatchObject({ state: 'newer' })
    // Of another image under that name nothing is known yet.
    expect(room.checks.of('d', { ...one, imageId: 'sha256:else' })).toBeNull()
  })

  test('a registry that fails is asked later and later, and what it said stays', async () => {
    const one = image('host:5000/web:1')
    engine.answer = () => Promise.resolve('sha256:new')
    await check(one)
    engine.answer = () => Promise.reject(new Failure('TARGET_REFUSED', 'no', { words: 'dial tcp: refused' }))
    const waits: number[] = []
    for (let n = 0; n < 9; n += 1) {
      now += 48 * 60 * minute
      const { dueAt, state, reason } = await check(one)
      expect({ state, reason }).toEqual({ state: 'newer', reason: 'Its registry: dial tcp: refused' })
      waits.push((dueAt - now) / minute)
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440])
    engine.answer = () => Promise.resolve('sha256:old')
    now += 48 * 60 * minute
    expect(await check(one)).toMatchObject({ state: 'current', failures: 0, dueAt: now + 360 * minute })
  })

  test('while a registry is away its other names are not asked for, those of others are', async () => {
    engine.answer = (reference) =>
      reference.startsWith('host:5000/')
        ? Promise.reject(new Failure('TARGET_REFUSED', 'no', { words: 'dial tcp: refused' }))
        : Promise.resolve('sha256:old')
    await check(image('host:5000/web:1'))
    await check(image('host:5000/api:1'))
    await check(image('other:5000/api:1'))
    expect(engine.asked).toEqual(['host:5000/web:1', 'other:5000/api:1'])
    now += 16 * minute
    await check(image('host:5000/api:1'))
    expect(engine.asked).toHaveLength(3)
  })

  test('one name that is refused says nothing of the others', async () => {
    engine.answer = () => Promise.reject(new Failure('TARGET_REFUSED', 'no', { words: 'denied: requested access' }))
    await check(image('host:5000/web:1'))
    await check(image('host:5000/api:1'))
    expect(engine.asked).toHaveLength(2)
  })

  test('what was made here is never asked for', async () => {
    const made = { ...image('web:1'), digests: [] }
    expect(await check(made)).toMatchObject({ state: 'unknown', failures: 0 })
    expect(engine.asked).toEqual([])
  })
})
