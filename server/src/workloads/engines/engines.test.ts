import type { EngineEvent, NewEvent, Plan } from '@wheelhouse/contract'
import type { Connection, Driver, EngineSystem, Observer, SpaceReport } from '@wheelhouse/driver'
import { createLog } from '@wheelhouse/platform/log'
import { beforeEach, expect, test, vi } from 'vitest'
import { type AuditNote, type CallContext, type Caller, type FeedContext, noExchange } from '../../dispatch/index.ts'
import { Registry } from '../../inventory/targets/index.ts'
import { createEngines, type Engines, type EnginesParts } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })
const used = { count: 2, active: 1, sizeBytes: 300, reclaimableBytes: 100 }
const space = (volumeBytes: ReadonlyMap<string, number> = new Map()): SpaceReport => ({
  images: used,
  containers: used,
  volumes: used,
  buildCache: used,
  volumeBytes,
})
type Told = Omit<EngineEvent, 'targetId'>
const event = (at: string, more: Partial<Told> = {}): Told => ({
  at: `2026-01-01T00:00:${at}.000Z`,
  type: 'container',
  action: 'start',
  actorId: 'a'.repeat(64),
  name: 'web',
  attributes: {},
  ...more,
})

/** An engine that exists only here. */
class Engine implements EngineSystem {
  observer: Observer | null = null
  space: EngineSystem['space'] = () => Promise.resolve(space())
  info: EngineSystem['info'] = () => Promise.resolve({ version: {}, info: {}, warnings: [], lacks: [] })
  pruneBuildCache: EngineSystem['pruneBuildCache'] = () => Promise.resolve(40)
  /** One list a stream that is opened; the last stays open. */
  streams: Told[][] = [[]]
  readonly asked: Parameters<EngineSystem['events']>[0][] = []

  async *events(...[range, , signal]: Parameters<EngineSystem['events']>): ReturnType<EngineSystem['events']> {
    this.asked.push(range)
    const [now = []] = this.streams.length > 1 ? this.streams.splice(0, 1) : this.streams
    const last = this.streams[0] === now
    for (const one of now) yield one
    if (range.until !== null || !last) return
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  }
  driver(): Driver {
    const connection = {
      capabilities: new Set(),
      system: this,
      watch: (observer: Observer) => {
        this.observer = observer
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    }
    return { kind: 'docker', open: () => connection as unknown as Connection }
  }
}

const who = (authority: Caller['authority'], kind: Caller['kind'] = 'token'): Caller => ({
  kind,
  userId: 'u',
  username: 'mara',
  sessionId: null,
  tokenName: null,
  authority,
  face: 'rest',
  ip: '',
  userAgent: '',
})
const admin = who({ role: 'admin', reach: 'all', grants: [], limits: null }, 'user')

let engine: Engine
let registry: Registry
let engines: Engines
let did: string[]
let notes: AuditNote[]
let sizes: Map<string, number>
const context = (caller = admin): CallContext => ({
  caller,
  requestId: 'r',
  signal: new AbortController().signal,
  exchange: noExchange,
  audit: (note) => void notes.push(note),
})
const planOf = (names: readonly string[]): Plan => ({
  summary: `${names.length} go.`,
  steps: names.map((name) => ({ verb: 'remove', kind: 'image', name, reasons: [] })),
  counts: {},
  warnings: [],
  kept: [],
  digest: names.join(),
})
/** A domain whose clean-up is told what may go. */
const prunes = (of: string, names: () => string[], freedBytes: number) => ({
  prune: {
    plan: () => Promise.resolve(planOf(names())),
    run: (input: object, { audit }: CallContext) => {
      did.push(`${of} ${JSON.stringify(input)}`)
      audit({ before: { [of]: names() } })
      return Promise.resolve({ removed: names(), freedBytes })
    },
  },
})
let unused: string[]

beforeEach(() => {
  engine = new Engine()
  did = []
  notes = []
  unused = ['old:1']
  sizes = new Map()
  registry = new Registry({
    drivers: new Map([['docker', engine.driver()]]),
    log,
    announce: (_: NewEvent) => undefined,
  })
  const record = { id: 'd', name: 'berlin', kind: 'docker', address: 'x', tls: false, tags: [], group: null } as const
  registry.add({ record: { ...record, origin: 'found', createdAt: new Date(0).toISOString() }, tls: null, ssh: null })
  engine.observer?.connected({} as never)
  engine.observer?.snapshot([])
  const parts = {
    registry,
    log,
    containers: prunes('containers', () => ['done'], 10),
    images: prunes('images', () => unused, 1),
    networks: prunes('networks', () => ['net'], 0),
    volumes: prunes('volumes', () => ['v'], 5),
    counted: (_: string, bytes: ReadonlyMap<string, number>) => void (sizes = new Map(bytes)),
  }
  engines = createEngines(parts)
})
const usage = async () => (await engines.handlers.diskUsage({}, context())).items

test('a disk is counted beside the call, and what was counted stays when the next count fails', async () => {
  let answer: (report: SpaceReport) => void = () => undefined
  engine.space = () => new Promise((resolve) => (answer = resolve))
  expect(await usage()).toMatchObject([{ targetId: 'd', targetName: 'berlin', countedAt: null, counting: false }])
  const [first, second] = [
    await engines.handlers.countDisk({ target: 'd' }, context()),
    await engines.handlers.countDisk({ target: 'd' }, context()),
  ]
  expect([first.counting, second.counting, first.images]).toEqual([true, true, null])
  answer(space(new Map([['data', 7]])))
  await vi.waitFor(
    async () => expect(await usage()).toMatchObject([{ counting: false, images: used, reason: null }]),
    60_000,
  )
  expect(sizes).toEqual(new Map([['data', 7]]))
  engine.space = () => Promise.reject(new Error('the disk is on fire'))
  await engines.handlers.countDisk({ target: 'd' }, context())
  await vi.waitFor(async () => {
    const [now] = await usage()
    expect(now).toMatchObject({ counting: false, images: used })
    expect(now?.reason).toContain('Count again')
  }, 60_000)
})

test('engines of targets that one may not see are not listed', async () => {
  const stranger = who({ role: 'viewer', reach: 'granted', grants: [], limits: null })
  expect((await engines.handlers.diskUsage({}, context(stranger))).items).toEqual([])
  expect((await engines.handlers.diskUsage({ target: 'paris' }, context())).items).toEqual([])
  expect((await engines.handlers.diskUsage({ target: 'berlin' }, context())).items).toHaveLength(1)
})

const all = {
  target: 'd',
  containers: true,
  images: 'all' as const,
  networks: true,
  volumes: 'anonymous' as const,
  buildCache: true,
}

test('a clean-up asks each domain, containers last, and the plan binds what is done', async () => {
  const plan = await engines.handlers.prune.plan(all, context())
  expect(plan.steps.map(({ name }) => name)).toEqual(['build cache', 'old:1', 'net', 'v', 'done'])
  expect(plan.counts).toEqual({ remove: 5 })
  expect(plan.warnings.at(-1)).toContain('look again')
  const done = await engines.handlers.prune.run({ ...all, digest: plan.digest }, context())
  expect(done).toEqual({
    removed: {
      buildCache: ['build cache'],
      images: ['old:1'],
      networks: ['net'],
      volumes: ['v'],
      containers: ['done'],
    },
    freedBytes: 56,
  })
  expect(did).toEqual([
    'images {"target":"d","all":true,"digest":"old:1"}',
    'networks {"target":"d","digest":"net"}',
    'volumes {"target":"d","all":false,"digest":"v"}',
    'containers {"target":"d","digest":"done"}',
  ])
  expect(notes).toMatchObject([{ resource: 'target:d', before: { images: ['old:1'] }, after: { freedBytes: 56 } }])
  unused = ['old:1', 'other:1']
  await expect(engines.handlers.prune.run({ ...all, digest: plan.digest }, context())).rejects.toMatchObject({
    code: 'PLAN_CHANGED',
  })
  expect(did).toHaveLength(4)
})

test('a clean-up needs the permission of each part, and something to do', async () => {
  const limits = ['engines.manage', 'images.manage'] as const
  const token = who({ role: 'admin', reach: 'all', grants: [], limits })
  const { prune } = engines.handlers
  await expect(prune.run({ target: 'd', images: 'all', volumes: 'all' }, context(token))).rejects.toMatchObject({
    code: 'FORBIDDEN',
    details: { permission: 'volumes.manage' },
  })
  expect(did).toEqual([])
  expect((await prune.run({ target: 'd', images: 'nameless' }, context(token))).removed).toEqual({ images: ['old:1'] })
  await expect(prune.plan({ target: 'd' }, context())).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})

test('events are filtered, the newest stay, and nobody is shown the commands of others', async () => {
  engine.streams = [
    [
      event('01'),
      event('02', { action: 'exec_start: sh -c "login --password hunter2"' }),
      event('03', { action: 'health_status: healthy', name: 'db' }),
      event('04', { type: 'image', action: 'pull', name: 'web:2', attributes: { API_TOKEN: 'hunter2', team: 'red' } }),
    ],
  ]
  const ask = async (more: object) => engines.handlers.events({ target: 'd', ...more }, context())
  const actions = async (more: object) => (await ask(more)).items.map(({ action }) => action)
  expect(await actions({})).toEqual(['start', 'exec_start', 'health_status: healthy', 'pull'])
  expect(JSON.stringify(await ask({}))).not.toContain('hunter2')
  expect(await actions({ actions: 'health_status' })).toEqual(['health_status: healthy'])
  expect(await actions({ actions: 'health_status: unhealthy' })).toEqual([])
  expect(await actions({ types: 'image', q: 'WEB' })).toEqual(['pull'])
  expect(await ask({ limit: 1 })).toMatchObject({ truncated: true, items: [{ action: 'pull' }] })
  // An engine that is asked for what is to come would wait for it.
  await ask({ until: '2999-01-01T00:00:00.000Z' })
  expect(Date.parse(engine.asked.at(-1)?.until ?? '')).toBeLessThanOrEqual(Date.now())
})

test('the channel opens one stream for all, and goes on where it broke off', async () => {
  const later = new Date(Date.now() + 5000).toISOString()
  const at = (more: Partial<Told>): Told => ({ ...event('01', more), at: later })
  engine.streams = [
    [at({ action: 'create' }), at({ action: 'start' })],
    [at({ action: 'start' }), at({ action: 'die', name: 'db' })],
  ]
  const feedContext: FeedContext = { caller: admin, end: () => undefined }
  const one = await engines.feed({ target: 'berlin' }, feedContext)
  const two = await engines.feed({ target: 'd', q: 'db' }, feedContext)
  expect(two.topic).toBe(one.topic)
  await vi.waitFor(() => expect(one.topic.last(10)).toHaveLength(3), { timeout: 60_000 })
  const told = one.topic.last(10)
  expect(told.map(({ text }) => (JSON.parse(text) as EngineEvent).action)).toEqual(['create', 'start', 'die'])
  expect(engine.asked.map(({ since }) => since).at(-1)).toBe(later)
  const wants = two.wants()
  expect(told.map(({ tag }) => wants?.(tag))).toEqual([false, false, true])
  const stranger = who({ role: 'viewer', reach: 'granted', grants: [], limits: null })
  expect(() => engines.feed({ target: 'd' }, { ...feedContext, caller: stranger })).toThrow('There is no target')
  engines.close()
})

test('a target that is no engine says so', async () => {
  const plain: Driver = {
    kind: 'process',
    open: () => ({ capabilities: new Set(), watch: () => Promise.resolve(), close: () => Promise.resolve() }) as never,
  }
  const local = new Registry({ drivers: new Map([['process', plain]]), log, announce: () => undefined })
  const record = { id: 'p', name: 'here', kind: 'process', address: 'x', tls: false, tags: [], group: null } as const
  local.add({ record: { ...record, origin: 'found', createdAt: new Date(0).toISOString() }, tls: null, ssh: null })
  const none = createEngines({ registry: local, log, counted: () => undefined } as unknown as EnginesParts)
  await expect(none.handlers.info({ target: 'p' }, context())).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' })
  expect((await none.handlers.diskUsage({}, context())).items).toEqual([])
})
