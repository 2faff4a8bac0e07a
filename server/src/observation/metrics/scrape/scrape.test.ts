import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { applied, sleepers } from '../../../../../test/faults/control-plane.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'

const patience = { timeout: 90_000, interval: 250 }

describe('a metrics endpoint of a service', { timeout: 180_000 }, () => {
  let house: TestHouse
  let server: Server
  let port: number
  let id: string
  const asked: (string | undefined)[] = []
  let answer = (): string => ''
  let served = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization)
      if (request.headers.authorization !== 'Bearer let-me-in') response.writeHead(403).end()
      else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(answer())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ;({ port } = server.address() as { port: number })
    house = await openTestHouse({ env: { WHEELHOUSE_METRICS_HISTORY: 'true' } })
    await applied(house.admin, sleepers('told', ['web']))
    id = (await house.admin.services.list({ q: 'told-web' })).items[0]!.id
    answer = () =>
      [
        '# HELP jobs_total Jobs that were done.',
        '# TYPE jobs_total counter',
        `jobs_total{queue="mail"} ${(served += 60)}`,
        `jobs_total{queue="print"} ${served * 2}`,
        'queue_length 4',
        '',
      ].join('\n')
  }, 120_000)
  afterAll(async () => {
    await house.close()
    server.close()
  }, 60_000)

  test('is asked once to see what it tells, and why it tells nothing', async () => {
    const refused = await house.admin.scrapes.test({ id, port })
    expect(refused).toMatchObject({ ok: false, problem: 'It answered 403, not 200.' })
    const told = await house.admin.scrapes.test({ id, port, headers: { Authorization: 'Bearer let-me-in' } })
    expect(told).toMatchObject({ ok: true, problem: null, series: 3, leftOut: 0 })
    expect(told.metrics[0]).toEqual({
      name: 'jobs_total',
      kind: 'counter',
      unit: 'count',
      summary: 'Jobs that were done.',
    })
    expect((await house.admin.scrapes.test({ id, port: 1 })).problem).toBe('It refused the connection.')
  })

  test('is scraped at its interval; counters are rates, and labels can be told apart', async () => {
    const set = await house.admin.scrapes.set({
      id,
      port,
      intervalMs: 5_000,
      headers: { Authorization: 'Bearer let-me-in' },
    })
    expect(set).toMatchObject({ service: 'told-web', origin: 'set', path: '/metrics', headers: ['Authorization'] })
    expect(JSON.stringify(await house.admin.scrapes.list({}))).not.toContain('let-me-in')
    const { items: audited } = await house.admin.audit.list({ operation: 'scrapes.set' })
    expect(JSON.stringify(audited)).not.toContain('let-me-in')

    const query = (more: object) => house.admin.metrics.query({ metric: 'jobs_total', stepMs: 10_000, ...more })
    const rates = async (more: object): Promise<number[]> =>
      (await query(more).catch(() => ({ series: [] }))).series.flatMap(({ values }) =>
        values.filter((value) => value !== null),
      )
    await vi.waitFor(async () => expect((await rates({})).length).toBeGreaterThan(1), patience)
    const { series } = await query({ group: 'labels' })
    expect(series.map(({ labels }) => labels).toSorted((a, b) => a!.localeCompare(b!))).toEqual([
      '{queue="mail"}',
      '{queue="print"}',
    ])
    const [mail] = await query({ metric: 'jobs_total{queue="mail"}', aggregate: 'increase' }).then((one) => one.series)
    expect(mail).toMatchObject({ metric: 'jobs_total{queue="mail"}', service: 'told-web', unit: 'count' })
    const length = await house.admin.metrics.query({ metric: 'queue_length,scrape.up' })
    expect(length.series.map(({ values }) => values.findLast((value) => value !== null))).toEqual([4, 1])
    const { items } = await house.admin.metrics.catalogue()
    expect(items.find(({ name }) => name === 'jobs_total')).toMatchObject({ kind: 'counter', origin: 'scrape' })
    expect((await house.admin.scrapes.list({})).items[0]).toMatchObject({ state: 'up', series: 3, problem: null })
  })

  test('that answers no more is down and its series have a gap; removed, it is asked no more', async () => {
    answer = () => '<p>moved</p>'
    await vi.waitFor(
      async () =>
        expect((await house.admin.scrapes.list({})).items[0]).toMatchObject({
          state: 'down',
          problem: expect.stringContaining('text format') as string,
        }),
      patience,
    )
    const isGap = async (): Promise<void> => {
      const since = new Date(Date.now() - 10_000).toISOString()
      const { series } = await house.admin.metrics.query({ metric: 'queue_length', stepMs: 10_000, since })
      expect(series).toEqual([])
    }
    await vi.waitFor(isGap, patience)
    await house.admin.scrapes.remove({ id })
    expect((await house.admin.scrapes.list({})).items).toEqual([])
  })
})
