import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '@wheelhouse/client'
import { applied, sleepers, Yard } from './control-plane.ts'

const yard = new Yard()
afterEach(() => yard.sweep())
const patience = { timeout: 90_000, interval: 250 }
const env = { WHEELHOUSE_METRICS_HISTORY: 'true', WHEELHOUSE_METRICS_INTERVAL_MS: '1000' }
const stepMs = 10_000

/** Epoch ms of each tick that something is known of. */
async function known(admin: Client, sinceMs: number): Promise<number[]> {
  const { since, series } = await admin.metrics.query({
    metric: 'memory.bytes',
    service: 'kill/one',
    since: new Date(sinceMs).toISOString(),
    stepMs,
  })
  expect(series.length).toBeLessThanOrEqual(1)
  return (series[0]?.values ?? []).flatMap((value, index) =>
    value === null ? [] : [Date.parse(since) + index * stepMs],
  )
}

test('killed between readings, what was kept stays, the time of being down is a gap, and the history goes on', async () => {
  const data = yard.folder()
  const from = Date.now()
  let { plane, admin } = await yard.admin(data, { env })
  await applied(admin, sleepers('kill', ['one']))
  for (let round = 0; round < 2; round++) {
    let before: number[] = []
    await vi.waitFor(async () => {
      before = await known(admin, from)
      expect(before.length).toBeGreaterThan(round)
    }, patience)
    await plane.stop('SIGKILL')
    ;({ plane, admin } = await yard.admin(data, { env }))
    expect(await known(admin, from)).toEqual(expect.arrayContaining(before))
    await vi.waitFor(async () => expect((await known(admin, from)).length).toBeGreaterThan(before.length), patience)
  }
  expect(await admin.metrics.storage()).toMatchObject({ enabled: true, brokenPlaces: 0, problem: null })
}, 300_000)
