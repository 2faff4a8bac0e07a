import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { BulkResult, type Target } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { EngineCertificates } from '../docker/engine-certificates.ts'
import { RecordedEngine } from '../docker/recorded-engine.ts'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'

const patient = { timeout: 20_000 }
const here = 'IP:127.0.0.1'
const tcp = (address: AddressInfo): string => `tcp://127.0.0.1:${address.port}`

let house: TestHouse
let certificates: EngineCertificates
let silent: Server
const silentSockets = new Set<Socket>()
const engines: Record<string, RecordedEngine> = {}

async function engine(name: string, more: Partial<ConstructorParameters<typeof RecordedEngine>[0]> = {}) {
  const made = await new RecordedEngine({ name, containers: 3, ...more }).listen()
  engines[name] = made
  return made
}
const target = (name: string): Promise<Target> => house.admin.targets.get({ id: name })
const connected = (...names: string[]): Promise<void> =>
  vi.waitFor(async () => {
    for (const name of names) expect((await target(name)).state).toBe('connected')
  }, patient)
const reasonOf = (name: string): Promise<string> =>
  vi.waitFor(async () => {
    const { state, reason } = await target(name)
    expect(state).toBe('unreachable')
    return reason ?? ''
  }, patient)

beforeAll(async () => {
  certificates = new EngineCertificates()
  silent = createServer((socket) => {
    silentSockets.add(socket.on('error', () => undefined))
  })
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  house = await openTestHouse()
  const slow = await engine('slow')
  slow.hold()
  // The bad ones first, so that whoever took one after the other would be stuck with them.
  await house.admin.targets.register({ name: 'silent', address: tcp(silent.address() as AddressInfo) })
  await house.admin.targets.register({ name: 'slow', address: slow.address })
  const tls = { ca: certificates.ca }
  const bad = {
    ended: certificates.sign(here, { ended: true }),
    'other-name': certificates.sign('DNS:elsewhere.test'),
  }
  for (const [name, shown] of Object.entries(bad)) {
    const { address } = await engine(name, { tls: shown })
    await house.admin.targets.register({ name, address, tls })
  }
  const strangers = new EngineCertificates()
  const { address } = await engine('other-authority', { tls: strangers.sign(here) })
  strangers.close()
  await house.admin.targets.register({ name: 'other-authority', address, tls })
  const broken = await engine('broken-off')
  broken.breakOff()
  await house.admin.targets.register({ name: 'broken-off', address: broken.address })
  for (const name of ['good', 'good-tls']) {
    const good = await engine(name, name === 'good' ? {} : { tls: certificates.sign(here) })
    await house.admin.targets.register({ name, address: good.address, ...(name === 'good' ? {} : { tls }) })
  }
}, 120_000)
afterAll(async () => {
  for (const socket of silentSockets) socket.destroy()
  silent.close()
  await house.close()
  for (const each of Object.values(engines)) await each.close()
  certificates.close()
})

test('the good hosts are there while the slow one has answered nothing', async () => {
  await connected('good', 'good-tls')
  await vi.waitFor(() => expect(engines.slow!.held).toBeGreaterThan(0), patient)
  const { admin } = house
  const answers = await Promise.all([
    admin.services.list(),
    admin.images.list(),
    admin.volumes.list(),
    admin.networks.list(),
    admin.stacks.list(),
    admin.targets.list(),
    admin.dashboards.overview({}),
    admin.engines.info({ target: 'good' }),
  ])
  const places = answers[0].items.map(({ targetName }) => targetName).toSorted((a, b) => a.localeCompare(b))
  expect(places).toEqual([...Array(3).fill('good'), ...Array(3).fill('good-tls')])
  // Not one request to it has been answered, and nobody waited for that.
  expect(engines.slow!.held).toBeGreaterThan(0)
  expect(answers[5].items.find(({ name }) => name === 'slow')?.state).not.toBe('connected')
})

test.each([
  ['ended', /its certificate has ended\. Renew it on the engine/],
  ['other-name', /its certificate is for another name\. Use the name in the certificate as address/],
  ['other-authority', /its certificate is not signed by the CA of this target\. Replace the CA/],
  ['broken-off', /closed the connection\. It may be restarting/],
  ['silent', /does not answer|did not answer|was silent/i],
])(
  '%s: what is wrong, and what to do, is told',
  async (name, reason) => {
    expect(await reasonOf(name)).toMatch(reason)
    // An act on it says the same instead of trying.
    await expect(house.admin.engines.info({ target: name })).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
    const probe = await house.admin.targets.probe({
      address: (await target(name)).address,
      ...((await target(name)).tls ? { tls: { ca: certificates.ca } } : {}),
    })
    expect(probe).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  },
  120_000,
)

test('the slow one comes as soon as it answers, the broken one as soon as it is well', async () => {
  engines.slow!.release()
  engines['broken-off']!.recover()
  await connected('slow', 'broken-off')
  expect((await house.admin.services.list({ target: 'slow,broken-off' })).total).toBe(6)
}, 120_000)

test('a host that goes silent later keeps its rows, holds up its own page alone, and no act on others', async () => {
  const { admin } = house
  const page = async (name: string): Promise<string> => (await admin.services.list({ target: name })).items[0]!.id
  const [bad, good] = [await page('slow'), await page('good')]
  engines.slow!.hold()
  let ended = false
  const pending = admin.services.inspect({ id: bad }).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  )
  void pending.then(() => (ended = true))
  await vi.waitFor(() => expect(engines.slow!.held).toBeGreaterThan(0), patient)
  expect((await admin.services.inspect({ id: good })).native).toMatchObject({ Name: '/good-web-0' })
  const started = await admin.services.bulk({
    act: 'restart',
    services: [bad, ...(await admin.services.list({ target: 'good,good-tls' })).items.map(({ id }) => id)],
  })
  const seen = await vi.waitFor(async () => {
    const job = await admin.jobs.get({ id: started.id })
    expect(job.steps.filter(({ state }) => state === 'done')).toHaveLength(6)
    return job
  }, patient)
  expect(seen.steps.filter(({ name }) => name.endsWith('on slow')).map(({ state }) => state)).toEqual(['running'])
  expect(ended).toBe(false)
  expect((await admin.services.list({ target: 'slow' })).total).toBe(3)
  engines.slow!.breakOff()
  expect(await pending).toBe('TARGET_UNREACHABLE')
  const job = await vi.waitFor(async () => {
    const now = await admin.jobs.get({ id: started.id })
    expect(now.state).toBe('failed')
    return now
  }, patient)
  const failed = BulkResult.parse(job.result).services.filter(({ outcome }) => outcome !== 'done')
  expect(failed).toMatchObject([{ id: bad, outcome: 'failed', errorCode: 'TARGET_UNREACHABLE' }])
  const rows = (await admin.services.list({ target: 'slow' })).items
  expect(rows.map(({ state, stale }) => [state, stale])).toEqual(Array(3).fill(['unknown', true]))
  engines.slow!.release()
  await connected('slow')
}, 120_000)

test('an act on a host that dies without a word ends when that is noticed, and the rest of it is left alone', async () => {
  const { admin } = house
  const services = (await admin.services.list({ target: 'good-tls', sort: 'name' })).items.map(({ id }) => id)
  const more = await new RecordedEngine({ name: 'dying', containers: 6 }).listen()
  engines.dying = more
  await admin.targets.register({ name: 'dying', address: more.address })
  await connected('dying')
  const doomed = (await admin.services.list({ target: 'dying', sort: 'name' })).items.map(({ id }) => id)
  more.fallSilent()
  const started = await admin.services.bulk({ act: 'restart', services: [...doomed, ...services] })
  const job = await vi.waitFor(
    async () => {
      const now = await admin.jobs.get({ id: started.id })
      expect(now.state).toBe('failed')
      return now
    },
    { timeout: 60_000, interval: 200 },
  )
  const rows = BulkResult.parse(job.result).services
  expect(rows.slice(6).map(({ outcome }) => outcome)).toEqual(Array(3).fill('done'))
  expect(rows.slice(0, 6).map(({ outcome }) => outcome)).toEqual([
    ...Array(4).fill('failed'),
    ...Array(2).fill('not-tried'),
  ])
  expect(rows[0]?.message).toMatch(
    /was lost while it was at work: .*\. Whether it was done shows when it is heard again\./,
  )
}, 120_000)
