import { randomBytes } from 'node:crypto'
import type { Event, NewEvent } from '@wheelhouse/contract'
import { createMemoryBus } from '@wheelhouse/platform/bus'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { createMemoryState } from '@wheelhouse/platform/state'
import { expect } from 'vitest'
import type { House } from '../../../../../test/identity/house.ts'
import { createAnnouncer } from '../../../dispatch/index.ts'
import { createNotifications } from '../../notifications/index.ts'
import { openHookServer } from '../../notifications/testing/receivers.ts'
import { createTimeline } from '../../timeline/index.ts'
import { type Alerts, createAlerts, type LineReader } from '../index.ts'
import { handMetrics, type HandSeries } from './metrics.ts'
import { handRegistry } from './registry.ts'

const log = createLog({ level: 'silent', pretty: false })
const tables = ['alertSteps', 'alerts', 'alertHolds', 'alertRules', 'alertRulesGiven', 'alertSilences'] as const

/** Alerts over a real database, timeline and outbox, whose clock stands until it is moved. Its world is put there by hand. */
export async function openAlertBench(
  house: House,
  more: { readonly seeds?: boolean; readonly lines?: LineReader } = {},
) {
  const db = house.database.db.withTables<Record<string, Record<string, unknown>>>()
  for (const table of [...tables, 'notificationOutbox', 'notificationChannels', 'events'])
    await db.deleteFrom(table).execute()
  const bus = createMemoryBus({ log })
  const clock = { ms: Date.parse('2026-06-10T08:00:00Z') }
  const announced: Event[] = []
  const announcer = createAnnouncer(bus, () => new Date(clock.ms))
  const announce = (event: NewEvent): Event => {
    const whole = announcer(event)
    announced.push(whole)
    return whole
  }
  const hand = handRegistry()
  const series: HandSeries[] = []
  const metrics = handMetrics(series)
  const hooks = await openHookServer()
  const secrets = openSecrets({ key: randomBytes(32).toString('base64') })
  const state = createMemoryState()
  const timeline = createTimeline({ database: house.database, bus, log, registry: hand.registry, keepEvents: 10_000 })
  const notifications = createNotifications({
    database: house.database,
    secrets,
    bus,
    log,
    announce,
    publicUrl: 'https://wheel.example.com',
    retriesMs: [10, 10],
  })
  notifications.start()
  const open = (): Alerts =>
    createAlerts({
      database: house.database,
      registry: hand.registry,
      bus,
      state,
      log,
      timeline,
      notifications,
      metrics,
      lines: more.lines ?? null,
      announce,
      now: () => clock.ms,
      // The tests move the clock themselves.
      everyMs: 3_600_000,
      tellEveryMs: 3_600_000,
      evidenceAfterMs: 0,
      seeds: more.seeds ?? false,
    })
  let alerts = open()
  await alerts.start()
  return {
    ...hand,
    bus,
    clock,
    announced,
    announce,
    series,
    metrics,
    hooks,
    notifications,
    timeline,
    get alerts() {
      return alerts
    },
    /** Lets time go by as it does: a look each 15 s. */
    async pass(ms: number): Promise<void> {
      await alerts.pass()
      for (let left = ms; left > 0; left -= 15_000) {
        clock.ms += Math.min(15_000, left)
        await alerts.pass()
      }
    },
    /** What is announced is written to the timeline a moment later. */
    kept: (count: number) =>
      expect
        .poll(async () => (await timeline.recent({ limit: 1_000 })).length, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(count),
    /** Everything that was handed in is worked off; no time passes. */
    settle: () => alerts.pass(),
    async restart(): Promise<void> {
      await alerts.close()
      alerts = open()
      await alerts.start()
    },
    /** What arrived, as the sentences of plain webhooks. */
    told: () =>
      hooks.hits.map(
        ({ body }) =>
          JSON.parse(body) as {
            occasion: string
            title: string
            message: string
            lines: string[]
            link: string
            alert?: { number: number }
          },
      ),
    async close(): Promise<void> {
      await alerts.close()
      await notifications.close()
      await timeline.close()
      await bus.close()
      await state.close()
      hooks.close()
    },
  }
}
export type AlertBench = Awaited<ReturnType<typeof openAlertBench>>
