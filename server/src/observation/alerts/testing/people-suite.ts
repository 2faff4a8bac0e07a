import { describe, expect, test } from 'vitest'
import { failureOf, type Street } from '../../../../../test/identity/house.ts'
import { openStage } from './stage.ts'

const minuteMs = 60_000

/** What people do to alerts, and who may, on every kind of database. */
export function peopleSuite(name: string, openStreet: () => Promise<Street>): void {
  describe(`people and alerts on ${name}`, () => {
    const stage = openStage(openStreet)
    const { channel, ops, rule, list, one, fail, heal, arrived } = stage

    test('acknowledged, snoozed, opened again: who is at it hears no more, the others do', async () => {
      await ops()
      await channel('boss', ['backup.failed'])
      await rule({
        remindMs: 5 * minuteMs,
        escalate: [{ afterMs: 10 * minuteMs, channels: ['boss'] }],
        channels: ['ops'],
      })
      fail('web')
      await stage.bench.pass(15_000)
      await arrived(1)
      await stage.bench.pass(6 * minuteMs)
      await arrived(2)
      expect(stage.bench.told()[1]?.message).toMatch(/^Still so after \d+(\.\d)? min\. web failed/)
      await stage.bench.pass(5 * minuteMs)
      await expect.poll(() => stage.bench.hooks.hits.filter(({ path }) => path === '/boss').length).toBe(1)
      const { acknowledge, snooze, reopen } = stage.bench.alerts.handlers.alerts
      const { id } = (await list()).items[0]!
      const traced = stage.house.call(stage.admin.caller)
      expect(await acknowledge({ id: '1', reason: 'on it' }, traced.context)).toMatchObject({
        state: 'acknowledged',
        acknowledgedBy: 'root',
        reason: 'on it',
      })
      expect(traced.audited).toMatchObject([
        { resource: `alert:${id}`, before: { state: 'open' }, after: { state: 'acknowledged' } },
      ])
      expect(await failureOf(acknowledge({ id: '1' }, stage.admin))).toBe('STATE_CONFLICT')
      const { length } = stage.bench.told()
      await stage.bench.pass(30 * minuteMs)
      expect(stage.bench.told()).toHaveLength(length)
      expect(await reopen({ id: '1' }, stage.admin)).toMatchObject({ state: 'open', acknowledgedBy: null })
      await stage.bench.pass(30_000)
      await arrived(length + 1)
      expect(await snooze({ id: '1', forMs: 20 * minuteMs }, stage.admin)).toMatchObject({ state: 'snoozed' })
      await stage.bench.pass(19 * minuteMs)
      expect(stage.bench.told()).toHaveLength(length + 1)
      await stage.bench.pass(2 * minuteMs)
      await arrived(length + 2)
      expect((await one('1')).state).toBe('open')
      heal('web')
      await stage.bench.pass(2 * minuteMs)
      expect(await failureOf(snooze({ id: '1', forMs: minuteMs }, stage.admin))).toBe('STATE_CONFLICT')
      expect(await failureOf(acknowledge({ id: '77' }, stage.admin))).toBe('NOT_FOUND')
    })

    test('silences and maintenance windows keep it from being told, and it is told when they end', async () => {
      await ops()
      await rule()
      const { create, remove, list: listed } = stage.bench.alerts.handlers.silences
      // Each night from two to three in Berlin; it is ten in the morning there.
      const nightly = await create(
        { reason: 'backups', repeat: { cron: '0 2 * * *', durationMs: 60 * minuteMs, timeZone: 'Europe/Berlin' } },
        stage.admin,
      )
      expect(nightly).toMatchObject({ active: false, nextAt: '2026-06-11T00:00:00.000Z' })
      const silence = await create({ reason: 'moving house', target: 'n1' }, stage.admin)
      expect(silence.active).toBe(true)
      fail('web')
      await stage.bench.pass(minuteMs)
      expect(stage.bench.told()).toEqual([])
      expect((await list()).items).toMatchObject([{ silencedBy: silence.id, told: 0 }])
      await remove({ id: silence.id }, stage.admin)
      await stage.bench.pass(15_000)
      await arrived(1)
      heal('web')
      await stage.bench.pass(2 * minuteMs)
      await arrived(2)
      stage.bench.clock.ms = Date.parse('2026-06-11T00:10:00Z')
      await stage.bench.settle()
      fail('web')
      await stage.bench.pass(minuteMs)
      expect((await listed({}, stage.admin)).items).toMatchObject([{ reason: 'backups', active: true }])
      expect(stage.bench.told()).toHaveLength(2)
      stage.bench.clock.ms = Date.parse('2026-06-11T01:00:00Z')
      await stage.bench.pass(15_000)
      await arrived(3)
      expect(
        await failureOf(create({ reason: 'x', repeat: { cron: 'nope', durationMs: minuteMs } }, stage.admin)),
      ).toBe('VALIDATION_FAILED')
      expect(await failureOf(create({ reason: 'x', target: 'nowhere' }, stage.admin))).toBe('NOT_FOUND')
      expect(await failureOf(create({ reason: 'x', until: '2020-01-01T00:00:00Z' }, stage.admin))).toBe(
        'VALIDATION_FAILED',
      )
    })

    test('whoever may see but a part sees the alerts of that part alone, and who may not act is refused', async () => {
      await rule()
      fail('web', 'shop')
      fail('api', 'shop')
      await stage.bench.settle()
      await stage.house.person('vera', 'viewer')
      const viewer = stage.house.call((await stage.house.login('vera')).caller).context
      const { alerts, alertRules, silences } = stage.bench.alerts.handlers
      const group = (await list()).items[0]!
      expect(await failureOf(alerts.acknowledge({ id: group.id }, viewer))).toBe('FORBIDDEN')
      expect(await failureOf(alerts.snooze({ id: group.id, forMs: minuteMs }, viewer))).toBe('FORBIDDEN')
      expect(await failureOf(alertRules.remove({ id: 'Failed' }, viewer))).toBe('FORBIDDEN')
      expect(await failureOf(silences.create({ reason: 'x' }, viewer))).toBe('FORBIDDEN')
      expect((await alerts.list({}, viewer)).items).toHaveLength(1)
      const caller = {
        ...viewer.caller,
        username: 'dev',
        authority: {
          role: 'viewer' as const,
          reach: 'granted' as const,
          grants: [{ on: 'service' as const, id: 'n1:web', role: 'developer' as const }],
          limits: null,
        },
      }
      const granted = stage.house.call(caller).context
      const mine = await alerts.list({}, granted)
      expect(mine.items.map(({ subject }) => subject)).toEqual(['web'])
      expect([mine.total, mine.counts]).toEqual([1, { critical: 1 }])
      const api = (await list({ children: true })).items.find(({ subject }) => subject === 'api')!
      expect(await failureOf(alerts.get({ id: api.id }, granted))).toBe('NOT_FOUND')
      expect(await failureOf(alerts.get({ id: group.id }, granted))).toBe('NOT_FOUND')
      expect(await failureOf(alerts.acknowledge({ id: String(api.number) }, granted))).toBe('NOT_FOUND')
      expect(await alerts.acknowledge({ id: mine.items[0]!.id }, granted)).toMatchObject({ acknowledgedBy: 'dev' })
      const seen = await alerts.get({ id: mine.items[0]!.id }, granted)
      expect(JSON.stringify(seen.evidence)).not.toContain('n1:api')
      expect(await failureOf(alertRules.list({}, granted))).toBe('FORBIDDEN')
      expect(await failureOf(silences.create({ reason: 'all' }, granted))).toBe('FORBIDDEN')
      expect(await failureOf(silences.create({ reason: 'api', service: 'api' }, granted))).toBe('NOT_FOUND')
      expect(await failureOf(silences.create({ reason: 'stack', stack: 'shop' }, granted))).toBe('FORBIDDEN')
      const own = await silences.create({ reason: 'mine', service: 'web' }, granted)
      const house2 = await silences.create({ reason: 'house' }, stage.admin)
      expect((await silences.list({}, granted)).items.map(({ id }) => id)).toEqual([own.id])
      expect(await failureOf(silences.remove({ id: house2.id }, granted))).toBe('NOT_FOUND')
      expect(await silences.remove({ id: own.id }, granted)).toEqual({ ok: true })
    })
  })
}
