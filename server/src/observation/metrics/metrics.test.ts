import type { MetricAnswer } from '@wheelhouse/contract'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { applied, sleepers } from '../../../../test/faults/control-plane.ts'

const patience = { timeout: 90_000, interval: 250 }
const latest = ({ series }: MetricAnswer): (number | null)[] =>
  series.map(({ values }) => values.findLast((value) => value !== null) ?? null)

describe('kept readings', { timeout: 180_000 }, () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await openTestHouse({
      env: { WHEELHOUSE_METRICS_HISTORY: 'true', WHEELHOUSE_METRICS_INTERVAL_MS: '1000' },
    })
    await applied(house.admin, sleepers('kept', ['one', 'two']))
  }, 120_000)
  afterAll(() => house.close(), 60_000)
  const query = (of: Parameters<TestHouse['admin']['metrics']['query']>[0]) => house.admin.metrics.query(of)
  const codeOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => null,
      (error: unknown) => (error instanceof Problem ? error.code : error),
    )

  test('of services and targets are answered in steps, by service, stack, target or as one', async () => {
    await expect
      .poll(async () => (await query({ metric: 'memory.bytes', stack: 'kept' })).series.length, patience)
      .toBe(2)
    const each = await query({ metric: 'memory.bytes', stack: 'kept' })
    expect(
      each.series
        .map(({ service, stack, unit }) => `${service} ${stack} ${unit}`)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['kept-one kept bytes', 'kept-two kept bytes'])
    expect(each.stepMs).toBe(20_000)
    expect(each.asked).toEqual({ stepMs: 20_000 })
    for (const value of latest(each)) expect(value).toBeGreaterThan(10_000)
    const until = each.series[0]!.values.length * each.stepMs + Date.parse(each.since)
    expect(until).toBeGreaterThan(Date.now() - 1_000)

    const [stack] = (await query({ metric: 'service.up', stack: 'kept', group: 'stack' })).series
    expect(stack).toMatchObject({ stack: 'kept', service: null, targetId: 'local' })
    expect(latest(await query({ metric: 'service.up', stack: 'kept', group: 'stack' }))).toEqual([2])
    expect(latest(await query({ metric: 'service.up', group: 'all', across: 'max' }))).toEqual([1])
    expect((await query({ metric: 'service.up', stack: 'kept', top: 1 })).series).toHaveLength(1)
    expect((await query({ metric: 'service.up', service: 'kept/two' })).series.map(({ service }) => service)).toEqual([
      'kept-two',
    ])

    const targets = await query({ metric: 'target.up,target.memory-percent' })
    expect(targets.series.map(({ metric }) => metric)).toEqual(['target.up', 'target.memory-percent'])
    expect(targets.series[0]).toMatchObject({ targetId: 'local', serviceId: null })
    expect(latest(targets)[1]).toBeGreaterThan(0)
  })

  test('before the first reading there is a gap, and none is made up', async () => {
    const since = new Date(Date.now() - 86_400_000).toISOString()
    const { series, stepMs } = await query({ metric: 'cpu.percent', stack: 'kept', since })
    expect(stepMs).toBe(600_000)
    expect(series[0]!.values.slice(0, 100).every((value) => value === null)).toBe(true)
  })

  test('a counter is shown as a rate, and a rate is not asked of a gauge', async () => {
    const { series } = await query({ metric: 'restarts', stack: 'kept' })
    expect(series.every(({ unit }) => unit === 'count/s')).toBe(true)
    expect((await query({ metric: 'restarts', stack: 'kept', aggregate: 'max' })).series.length).toBe(series.length)
    expect(await codeOf(query({ metric: 'cpu.percent', aggregate: 'rate' }))).toBe('VALIDATION_FAILED')
    expect(await codeOf(query({ metric: 'cpu.percents' }))).toBe('NOT_FOUND')
    expect(await codeOf(query({ metric: 'cpu.percent', service: 'nobody' }))).toBe('NOT_FOUND')
    const since = new Date(Date.now() - 86_400_000).toISOString()
    expect(await codeOf(query({ metric: 'cpu.percent', since, stepMs: 1_000 }))).toBe('VALIDATION_FAILED')
  })

  test('who may see one service is answered of that one alone', async () => {
    const { id } = (await house.admin.services.list({ q: 'kept-one' })).items[0]!
    const password = 'narrow-sight-here'
    await house.admin.users.create({
      username: 'onlooker',
      password,
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'service', id, role: 'viewer' }],
    })
    const { client, token } = await house.signIn('onlooker', password)
    const seen = async () => (await client.metrics.query({ metric: 'service.up' })).series.map(({ service }) => service)
    await expect.poll(seen, patience).toEqual(['kept-one'])
    expect(latest(await client.metrics.query({ metric: 'service.up', group: 'all' }))).toEqual([1])
    expect((await client.metrics.query({ metric: 'target.up' })).series).toEqual([])
    expect(await codeOf(client.metrics.query({ metric: 'service.up', service: 'kept-two' }))).toBe('NOT_FOUND')
    const text = await (await fetch(`${house.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
    expect(text).toContain('service="kept-one"')
    expect(text).not.toContain('kept-two')
    expect(text).not.toContain('process_')
  })

  test('are exposed as text with help and type to the bearer of a token, to nobody else, and a browser gets the page', async () => {
    const { secret: token } = await house.admin.tokens.create({ name: 'prometheus', scopes: ['metrics.read'] })
    const answer = await fetch(`${house.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBeNull()
    const text = await answer.text()
    expect(text).toMatch(
      /^# HELP wheelhouse_target_up .+\n# TYPE wheelhouse_target_up gauge\nwheelhouse_target_up\{target="[^"]+",target_id="local"\} 1\n/,
    )
    expect(text).toMatch(
      /wheelhouse_service_restarts_total\{service="kept-one",stack="kept",stack_service="one",[^}]+\} \d+\n/,
    )
    expect(text).toMatch(/\nprocess_resident_memory_bytes \d+\n/)
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="(\\.|[^"\\])*",?)+\})? -?[\d.]+(e[+-]?\d+)?)$/)
    expect((await fetch(`${house.url}/metrics`)).status).toBe(401)
    expect((await fetch(`${house.url}/metrics?token=${token}`)).status).toBe(401)
    const page = await fetch(`${house.url}/metrics`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    })
    expect([200, 503]).toContain(page.status)
    expect(await page.text()).not.toContain('wheelhouse_target_up')
  })

  test('tell what they take, and which metrics there are', async () => {
    const storage = await house.admin.metrics.storage()
    expect(storage).toMatchObject({ enabled: true, problem: null, brokenPlaces: 0 })
    expect(storage.tiers.map(({ stepMs }) => stepMs)).toEqual([1_000, 10_000, 60_000, 1_800_000])
    expect(storage.bytes).toBeGreaterThan(0)
    expect(storage.entities).toBeGreaterThanOrEqual(3)
    const { items } = await house.admin.metrics.catalogue()
    expect(items.find(({ name }) => name === 'memory.bytes')).toMatchObject({
      of: 'service',
      kind: 'gauge',
      unit: 'bytes',
    })
  })

  test('of other domains are kept with them: a gauge holds, a counter rises', async () => {
    const { reader } = house.house.domains.metrics
    const { id } = (await house.admin.services.list({ q: 'kept-one' })).items[0]!
    const unknown = 'no.such' as 'check.up'
    reader.observe('check.response-ms', id, 10, 60_000)
    reader.observe('check.response-ms', id, 30, 60_000)
    reader.observe('requests', id, 5)
    expect(() => reader.observe(unknown, id, 1)).toThrow(RangeError)
    await expect
      .poll(async () => latest(await reader.query({ metric: 'check.response-ms', service: id })), patience)
      .toEqual([20])
    reader.observe('requests', id, 100)
    const increase = async (): Promise<number> => {
      const { series } = await reader.query({ metric: 'requests', service: id, aggregate: 'increase' })
      return Math.round(series.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + (value ?? 0), 0))
    }
    await expect.poll(increase, patience).toBe(100)
    expect(reader.catalogue().map(({ name }) => name)).toContain('check.response-ms')
  })

  test('of a service that was removed and made again are one history', async () => {
    await applied(house.admin, sleepers('again', ['one']))
    const since = new Date(Date.now() - 60_000).toISOString()
    const known = async (): Promise<{ count: number; services: number }> => {
      const { series } = await query({ metric: 'service.up', stack: 'again', since, stepMs: 10_000 })
      return {
        services: series.length,
        count: series.flatMap(({ values }) => values).filter((value) => value !== null).length,
      }
    }
    await expect.poll(async () => (await known()).count, patience).toBeGreaterThan(0)
    const { id: first } = (await house.admin.services.list({ stack: 'again' })).items[0]!
    await house.admin.services.remove({ id: first })
    await expect.poll(async () => (await house.admin.services.list({ stack: 'again' })).total, patience).toBe(0)
    const before = await known()
    expect(before.services).toBe(1)
    await applied(house.admin, sleepers('again', ['one']))
    await expect.poll(async () => (await known()).count, patience).toBeGreaterThan(before.count)
    expect((await known()).services).toBe(1)
  })
})

test('nothing is kept where the history is off, and questions are answered all the same', async () => {
  const house = await openTestHouse()
  try {
    expect(await house.admin.metrics.query({ metric: 'cpu.percent,target.up' })).toMatchObject({ series: [], more: 0 })
    expect(await house.admin.metrics.storage()).toMatchObject({ enabled: false, bytes: 0, problem: null })
  } finally {
    await house.close()
  }
}, 120_000)

test('a folder that cannot be opened keeps nobody from anything but the history', async () => {
  const data = mkdtempSync(join(tmpdir(), 'wheelhouse-test-'))
  writeFileSync(join(data, 'metrics'), 'in the way')
  const house = await openTestHouse({ env: { WHEELHOUSE_METRICS_HISTORY: 'true', WHEELHOUSE_DATA: data } })
  try {
    await expect
      .poll(async () => (await house.admin.metrics.storage()).problem, patience)
      .toMatch(/^Readings are not kept: /)
    expect((await house.admin.services.list()).items).toEqual([])
  } finally {
    await house.close()
  }
}, 120_000)
