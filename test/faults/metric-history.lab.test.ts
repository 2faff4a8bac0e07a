import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'
import { suite } from '../needs.ts'
import { ask, container, engineSocket, removed } from './engine-of-lab.ts'
import { Wire } from './wire.ts'

const mark = `metrics-${process.pid}`
const names = { idle: `${mark}-idle`, telling: `${mark}-telling` }
const patience = { timeout: 120_000, interval: 500 }
const stepMs = 10_000
const told = 'things_total{kind="big"} 7\nthings_now 3\n'

suite('kept readings of a real engine', ['docker'], () => {
  let house: TestHouse
  let wire: Wire

  beforeAll(async () => {
    for (const name of Object.values(names)) await removed(name)
    await container(names.idle)
    wire = await Wire.to({ path: engineSocket() })
    house = await openTestHouse({
      env: { WHEELHOUSE_METRICS_HISTORY: 'true', WHEELHOUSE_METRICS_INTERVAL_MS: '1000' },
    })
    await house.admin.targets.register({ name: 'far', address: `tcp://127.0.0.1:${wire.port}` })
  }, 120_000)
  afterAll(async () => {
    await house.close()
    await wire.set('cut')
    for (const name of Object.values(names)) await removed(name)
  }, 60_000)

  /** When something was known of it, epoch ms, since `from`. */
  async function known(metric: string, from: number, service = names.idle): Promise<{ at: number; value: number }[]> {
    const since = new Date(from).toISOString()
    const asked = metric.startsWith('target') ? { target: 'far' } : { service }
    const answer = await house.admin.metrics
      .query({ metric, since, stepMs, aggregate: 'last', ...asked })
      .catch(() => null)
    expect(answer?.series.length ?? 0).toBeLessThanOrEqual(1)
    return (answer?.series[0]?.values ?? []).flatMap((value, index) =>
      value === null ? [] : [{ at: Date.parse(answer!.since) + index * answer!.stepMs, value }],
    )
  }

  test('a container that is made anew goes on under its name, with what was read of the one before', async () => {
    const from = Date.now() - stepMs
    await vi.waitFor(async () => expect((await known('memory.bytes', from)).length).toBeGreaterThan(0), patience)
    for (const { value } of await known('memory.bytes', from)) expect(value).toBeGreaterThan(4_096)
    const id = async (): Promise<string | undefined> =>
      (await house.admin.services.list({ q: names.idle, target: 'far' })).items[0]?.id
    const before = await id()
    await removed(names.idle)
    await container(names.idle)
    await vi.waitFor(async () => expect(await id()).not.toBe(before), patience)
    const first = (await known('memory.bytes', from)).length
    await vi.waitFor(async () => expect((await known('memory.bytes', from)).length).toBeGreaterThan(first), patience)
    const { series } = await house.admin.metrics.query({ metric: 'memory.bytes', service: names.idle })
    await vi.waitFor(async () => expect(series[0]?.serviceId).toBe(await id()), patience)
  })

  test('while the engine is not heard nothing is known of what runs there, and nothing is told as zero', async () => {
    const from = Date.now() - stepMs
    await vi.waitFor(async () => expect((await known('service.up', from)).length).toBeGreaterThan(0), patience)
    await wire.set('cut')
    await vi.waitFor(
      async () => expect((await house.admin.targets.get({ id: 'far' })).state).toBe('unreachable'),
      patience,
    )
    const cutAt = Date.now()
    await vi.waitFor(
      async () =>
        expect((await known('target.up', cutAt)).filter(({ value }) => value === 0).length).toBeGreaterThan(1),
      patience,
    )
    // The step in which it was lost may hold a reading of before.
    const within = cutAt + stepMs
    for (const metric of ['service.up', 'memory.bytes', 'cpu.percent', 'restarts'])
      expect(
        (await known(metric, from)).filter(({ at }) => at > within),
        metric,
      ).toEqual([])
    await wire.set('open')
    await vi.waitFor(async () => {
      const after = (await known('memory.bytes', from)).filter(({ at }) => at > within)
      expect(after.length).toBeGreaterThan(0)
      for (const { value } of after) expect(value).toBeGreaterThan(4_096)
    }, patience)
  })

  test('a container that asks for it by its labels is scraped', async () => {
    const script = `mkdir -p /w && printf '${told.replaceAll('\n', '\\n')}' > /w/metrics && exec httpd -f -p 8080 -h /w`
    const { Id } = await ask<{ Id: string }>('POST', `/containers/create?name=${names.telling}`, {
      Image: 'lab/busybox:1',
      Cmd: ['sh', '-c', script],
      Labels: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    })
    await ask('POST', `/containers/${Id}/start`)
    const scrape = async () => (await house.admin.scrapes.list({ q: names.telling })).items[0]
    await vi.waitFor(
      async () => expect(await scrape()).toMatchObject({ origin: 'label', state: 'up', series: 2, problem: null }),
      patience,
    )
    const from = Date.now() - stepMs
    await vi.waitFor(async () => {
      const values = await known('things_now', from, names.telling)
      expect(values.at(-1)?.value).toBe(3)
    }, patience)
  })
})
