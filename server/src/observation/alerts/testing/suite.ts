import type { AlertRuleSpec } from '@wheelhouse/contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf, type House, type Street } from '../../../../../test/identity/house.ts'
import type { CallContext } from '../../../dispatch/index.ts'
import { givenRules } from '../rules/given.ts'
import { type AlertBench, openAlertBench } from './bench.ts'
import { service, target } from './registry.ts'

const minuteMs = 60_000

/** Rules, alerts, silences and what is told of them, on every kind of database. */
export function alertsSuite(name: string, openStreet: () => Promise<Street>): void {
  describe(`alerts on ${name}`, () => {
    let street: Street
    let house: House
    let bench: AlertBench
    let admin: CallContext

    beforeAll(async () => void (street = await openStreet()))
    afterAll(() => street.close())
    beforeEach(async () => {
      house = await street.house()
      bench = await openAlertBench(house)
      await house.person('root', 'admin')
      admin = house.call((await house.login('root')).caller).context
      bench.putTarget(target('n1'))
    })
    afterEach(() => bench.close())

    const ops = (on?: ('alert.fired' | 'alert.cleared' | 'alert.escalated')[]) =>
      house.database.db && createChannel('ops', on)
    const createChannel = (
      channel: string,
      on: ('alert.fired' | 'alert.cleared' | 'alert.escalated' | 'backup.failed')[] = [
        'alert.fired',
        'alert.cleared',
        'alert.escalated',
      ],
    ) =>
      bench.notifications.handlers.create(
        { name: channel, channel: { kind: 'webhook', url: bench.hooks.url(`/${channel}`) }, on },
        admin,
      )
    const rule = (spec: Partial<AlertRuleSpec> = {}) =>
      bench.alerts.handlers.alertRules.create(
        { name: 'Failed', severity: 'critical', where: {}, condition: { kind: 'state', states: ['failed'] }, ...spec },
        admin,
      )
    const list = (input: Parameters<AlertBench['alerts']['handlers']['alerts']['list']>[0] = {}) =>
      bench.alerts.handlers.alerts.list(input, admin)
    const one = (id: string) => bench.alerts.handlers.alerts.get({ id }, admin)
    const fail = (name: string, stack: string | null = null) =>
      bench.putService(service('n1', name, { stack, state: 'failed', exitCode: 3, reason: 'Exited with code 3' }))
    const heal = (name: string, stack: string | null = null) => bench.putService(service('n1', name, { stack }))
    const arrived = (count: number) => expect.poll(() => bench.told().length, { timeout: 10_000 }).toBe(count)

    test('given rules are there once; one that was removed stays removed, one that was edited stays edited', async () => {
      await bench.close()
      bench = await openAlertBench(house, { seeds: true })
      const rules = async () => (await bench.alerts.handlers.alertRules.list({}, admin)).items
      expect(await rules()).toHaveLength(givenRules.length)
      const [first, second] = await rules()
      await bench.alerts.handlers.alertRules.remove({ id: first!.id }, admin)
      const {
        id,
        given: _,
        open: __,
        firedAt: ___,
        problem: ____,
        createdBy: _____,
        createdAt: ______,
        changedAt: _______,
        ...spec
      } = second!
      await bench.alerts.handlers.alertRules.update({ id, ...spec, enabled: false, severity: 'info' }, admin)
      await bench.restart()
      expect(await rules()).toHaveLength(givenRules.length - 1)
      expect((await rules()).find((one) => one.id === id)).toMatchObject({
        enabled: false,
        severity: 'info',
        given: true,
      })
    })

    test('a service that fails is told once with its evidence, and once that it is over', async () => {
      await ops()
      await rule({ summary: 'See its last lines.' })
      heal('web', 'shop')
      bench.announce({
        type: 'deployment.finished',
        message: 'shop: r7 serves.',
        stack: 'shop',
        data: { deploymentId: '5f0c7c1e-0000-4000-8000-000000000001', number: 7, state: 'succeeded' },
      })
      await bench.kept(1)
      await bench.pass(minuteMs)
      fail('web', 'shop')
      await bench.settle()
      const { items, counts } = await list()
      expect(items).toMatchObject([
        {
          number: 1,
          state: 'open',
          subject: 'web',
          stack: 'shop',
          severity: 'critical',
          message: 'web failed: Exited with code 3.',
          told: 0,
        },
      ])
      expect(counts).toEqual({ critical: 1 })
      // What belongs together is gathered for a moment before it is told.
      expect(bench.told()).toEqual([])
      await bench.pass(15_000)
      await arrived(1)
      expect(bench.told()[0]).toMatchObject({
        occasion: 'alert.fired',
        title: 'Critical: web',
        message: 'web failed: Exited with code 3.',
        link: 'https://wheel.example.com/alerts/1',
        alert: { number: 1 },
      })
      await bench.pass(5 * minuteMs)
      expect(bench.told()).toHaveLength(1)
      const shown = await one('1')
      expect(shown.evidence).toMatchObject({
        summary: 'See its last lines.',
        exit: { exitCode: 3, reason: 'Exited with code 3' },
        deployment: { title: 'shop, run 7', state: 'succeeded' },
      })
      expect(shown.acts).toEqual([
        { operation: 'services.restart', input: { id: 'n1:web' }, label: 'Restart web', reason: 'Exited with code 3' },
        expect.objectContaining({ operation: 'deployments.rollback' }),
      ])
      heal('web', 'shop')
      await bench.pass(3 * minuteMs)
      await arrived(2)
      expect(bench.told()[1]).toMatchObject({ occasion: 'alert.cleared', title: 'Over: web' })
      expect((await list()).items).toEqual([])
      expect((await list({ state: 'cleared' })).items).toMatchObject([{ number: 1, state: 'cleared', told: 2 }])
      expect((await one('1')).steps.map(({ what }) => what)).toEqual(['fired', 'told', 'cleared', 'told'])
    })

    test('one that is stopped on purpose, or frozen, fires nothing', async () => {
      await rule({ condition: { kind: 'state', states: ['failed', 'stopped', 'paused'] } })
      await rule({ name: 'Silent', condition: { kind: 'absence', of: 'readings', windowMs: minuteMs } })
      const at = new Date(bench.clock.ms).toISOString()
      heal('web')
      bench.announce({ type: 'service.stopped', message: 'web was stopped.', targetId: 'n1', serviceId: 'n1:web' })
      bench.putService(service('n1', 'web', { state: 'stopped', changedAt: at }))
      bench.putService(service('n1', 'db', { state: 'paused' }))
      await bench.pass(5 * minuteMs)
      expect((await list()).items).toEqual([])
      // What ends by itself is another matter for a rule that asks for it.
      bench.announce({
        type: 'service.stopped',
        message: 'job ended by itself with code 0.',
        targetId: 'n1',
        serviceId: 'n1:job',
      })
      bench.putService(service('n1', 'job', { state: 'stopped' }))
      await vi.waitFor(
        async () => {
          await bench.settle()
          expect((await list()).items).toMatchObject([{ subject: 'job' }])
        },
        { timeout: 10_000 },
      )
    })

    test('a restart goes on where it was: what was pending, what was open, and nothing is told twice', async () => {
      await ops()
      await rule({ forMs: 2 * minuteMs })
      fail('web')
      await bench.pass(minuteMs)
      await bench.restart()
      expect((await list()).items).toEqual([])
      await bench.pass(75_000)
      await arrived(1)
      expect((await list()).items).toHaveLength(1)
      await bench.restart()
      await bench.pass(2 * minuteMs)
      expect((await list({ state: 'all' })).items).toHaveLength(1)
      expect(bench.told()).toHaveLength(1)
      heal('web')
      await bench.pass(30_000)
      await bench.restart()
      await bench.pass(2 * minuteMs)
      await arrived(2)
      expect((await list({ state: 'all' })).items).toMatchObject([{ state: 'cleared' }])
    })

    test('a target that is gone is one alert, its services are folded into it, and stand for themselves when it is back', async () => {
      await ops()
      await rule({ name: 'Lost', condition: { kind: 'target' }, forMs: 30_000 })
      await rule({
        name: 'Errors',
        condition: { kind: 'event', types: ['service.out-of-memory'], windowMs: minuteMs * 30, atLeast: 1 },
      })
      for (const name of ['a', 'b', 'c']) heal(name)
      await bench.pass(15_000)
      // It broke down on the way out, seconds before nobody heard of it.
      bench.announce({
        type: 'service.out-of-memory',
        message: 'a ran out of memory.',
        targetId: 'n1',
        serviceId: 'n1:a',
        serviceName: 'a',
      })
      bench.lose('n1')
      await bench.settle()
      await bench.pass(45_000)
      bench.announce({
        type: 'service.out-of-memory',
        message: 'b ran out of memory.',
        targetId: 'n1',
        serviceId: 'n1:b',
        serviceName: 'b',
      })
      await bench.pass(30_000)
      const { items } = await list()
      expect(items).toMatchObject([{ subject: 'n1', children: 2, rule: 'Lost' }])
      const [incident] = items
      const folded = (await one(incident!.id)).folded
      expect(folded.map(({ subject, told }) => [subject, told])).toEqual([
        ['a', expect.any(Number)],
        ['b', 0],
      ])
      const { length } = bench.told()
      expect(length).toBeLessThanOrEqual(2)
      expect(bench.told().at(-1)).toMatchObject({ title: 'Critical: n1' })
      bench.putTarget(target('n1'))
      for (const name of ['a', 'b', 'c']) heal(name)
      await bench.pass(90_000)
      expect((await list()).items.map(({ subject }) => subject).toSorted()).toEqual(['a', 'b'])
      expect((await list({ state: 'cleared' })).items).toMatchObject([{ subject: 'n1' }])
    })

    test('services of one stack that fail within a minute are one alert and one message, and so is their end', async () => {
      await ops()
      await rule()
      for (const name of ['web', 'api', 'worker']) heal(name, 'shop')
      heal('other')
      await bench.pass(15_000)
      for (const name of ['web', 'api', 'worker']) fail(name, 'shop')
      await bench.pass(15_000)
      await arrived(1)
      const { items } = await list()
      expect(items).toMatchObject([{ subject: 'shop', children: 3, severity: 'critical' }])
      expect(bench.told()[0]?.message).toMatch(/^3 services of shop need you: web, api and worker\./)
      // A member that falls later belongs to it no longer.
      await bench.pass(3 * minuteMs)
      fail('other')
      await bench.pass(15_000)
      await arrived(2)
      expect((await list()).items).toHaveLength(2)
      for (const name of ['web', 'api', 'worker']) heal(name, 'shop')
      heal('other')
      await bench.pass(2 * minuteMs)
      await arrived(3)
      expect(bench.told()[2]).toMatchObject({ occasion: 'alert.cleared', title: 'Over: 2 alerts' })
      expect((await list()).items).toEqual([])
    })

    test('many at once that have nothing in common are one message', async () => {
      await ops()
      await rule()
      for (let n = 0; n < 12; n++) fail(`lone-${n}`)
      await bench.pass(30_000)
      await arrived(1)
      expect(bench.told()[0]).toMatchObject({ title: '12 alerts at once' })
      expect(bench.told()[0]?.lines).toHaveLength(12)
      expect((await list()).items).toHaveLength(12)
    })

    test('what goes back and forth is one alert, told once as that', async () => {
      await ops()
      await rule({ clearAfterMs: 15_000 })
      for (let round = 0; round < 6; round++) {
        fail('web')
        await bench.pass(30_000)
        heal('web')
        await bench.pass(60_000)
      }
      const { items } = await list({ state: 'all' })
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({ state: 'open' })
      const before = bench.told().length
      expect(bench.told().filter(({ message }) => message.includes('back and forth'))).toHaveLength(1)
      await bench.pass(12 * minuteMs)
      await arrived(before + 1)
      expect(bench.told().at(-1)).toMatchObject({ occasion: 'alert.cleared' })
      expect((await one('1')).steps.filter(({ what }) => what === 'back').length).toBeGreaterThan(1)
    })

    test('acknowledged, snoozed, opened again: who is at it hears no more, the others do', async () => {
      await ops()
      await createChannel('boss', ['backup.failed'])
      await rule({
        remindMs: 5 * minuteMs,
        escalate: [{ afterMs: 10 * minuteMs, channels: ['boss'] }],
        channels: ['ops'],
      })
      fail('web')
      await bench.pass(15_000)
      await arrived(1)
      await bench.pass(6 * minuteMs)
      await arrived(2)
      expect(bench.told()[1]?.message).toMatch(/^Still so after \d+(\.\d)? min\. web failed/)
      await bench.pass(5 * minuteMs)
      await expect.poll(() => bench.hooks.hits.filter(({ path }) => path === '/boss').length).toBe(1)
      const { acknowledge, snooze, reopen } = bench.alerts.handlers.alerts
      const [{ id }] = (await list()).items as [{ id: string }]
      const traced = house.call(admin.caller)
      expect(await acknowledge({ id: '1', reason: 'on it' }, traced.context)).toMatchObject({
        state: 'acknowledged',
        acknowledgedBy: 'root',
        reason: 'on it',
      })
      expect(traced.audited).toMatchObject([
        { resource: `alert:${id}`, before: { state: 'open' }, after: { state: 'acknowledged' } },
      ])
      expect(await failureOf(acknowledge({ id: '1' }, admin))).toBe('STATE_CONFLICT')
      const { length } = bench.told()
      await bench.pass(30 * minuteMs)
      expect(bench.told()).toHaveLength(length)
      expect(await reopen({ id: '1' }, admin)).toMatchObject({ state: 'open', acknowledgedBy: null })
      await bench.pass(30_000)
      await arrived(length + 1)
      expect(await snooze({ id: '1', forMs: 20 * minuteMs }, admin)).toMatchObject({ state: 'snoozed' })
      await bench.pass(19 * minuteMs)
      expect(bench.told()).toHaveLength(length + 1)
      await bench.pass(2 * minuteMs)
      await arrived(length + 2)
      expect((await one('1')).state).toBe('open')
      heal('web')
      await bench.pass(2 * minuteMs)
      expect(await failureOf(snooze({ id: '1', forMs: minuteMs }, admin))).toBe('STATE_CONFLICT')
      expect(await failureOf(acknowledge({ id: '77' }, admin))).toBe('NOT_FOUND')
    })

    test('silences and maintenance windows keep it from being told, and it is told when they end', async () => {
      await ops()
      await rule()
      const { create, remove, list: listed } = bench.alerts.handlers.silences
      // Each night from two to three in Berlin; it is ten in the morning there.
      const nightly = await create(
        { reason: 'backups', repeat: { cron: '0 2 * * *', durationMs: 60 * minuteMs, timeZone: 'Europe/Berlin' } },
        admin,
      )
      expect(nightly).toMatchObject({ active: false, nextAt: '2026-06-11T00:00:00.000Z' })
      const silence = await create({ reason: 'moving house', target: 'n1' }, admin)
      expect(silence.active).toBe(true)
      fail('web')
      await bench.pass(minuteMs)
      expect(bench.told()).toEqual([])
      expect((await list()).items).toMatchObject([{ silencedBy: silence.id, told: 0 }])
      await remove({ id: silence.id }, admin)
      await bench.pass(15_000)
      await arrived(1)
      heal('web')
      await bench.pass(2 * minuteMs)
      await arrived(2)
      bench.clock.ms = Date.parse('2026-06-11T00:10:00Z')
      await bench.settle()
      fail('web')
      await bench.pass(minuteMs)
      expect((await listed({}, admin)).items).toMatchObject([{ reason: 'backups', active: true }])
      expect(bench.told()).toHaveLength(2)
      bench.clock.ms = Date.parse('2026-06-11T01:00:00Z')
      await bench.pass(15_000)
      await arrived(3)
      expect(await failureOf(create({ reason: 'x', repeat: { cron: 'nope', durationMs: minuteMs } }, admin))).toBe(
        'VALIDATION_FAILED',
      )
      expect(await failureOf(create({ reason: 'x', target: 'nowhere' }, admin))).toBe('NOT_FOUND')
      expect(await failureOf(create({ reason: 'x', until: '2020-01-01T00:00:00Z' }, admin))).toBe('VALIDATION_FAILED')
    })

    test('a metric over its threshold fires with its value, and what nothing has is a problem of the rule', async () => {
      await rule({
        name: 'CPU',
        severity: 'warning',
        condition: {
          kind: 'metric',
          metric: 'cpu.percent',
          windowMs: minuteMs,
          compare: 'above',
          threshold: 90,
          clearAt: 70,
        },
      })
      await rule({
        name: 'Odd',
        condition: { kind: 'metric', metric: 'nothing', windowMs: minuteMs, compare: 'above', threshold: 1 },
      })
      let now = 95
      heal('web')
      bench.series.push({
        metric: 'cpu.percent',
        serviceId: 'n1:web',
        service: 'web',
        targetId: 'n1',
        valueAt: () => now,
      })
      await bench.pass(30_000)
      expect((await list()).items).toMatchObject([
        { message: 'cpu.percent of web is 95 % on average over 1 min, above 90 %.', value: 95 },
      ])
      now = 80
      await bench.pass(5 * minuteMs)
      expect((await list()).items).toHaveLength(1)
      now = 60
      await bench.pass(3 * minuteMs)
      expect((await list()).items).toEqual([])
      const { items } = await bench.alerts.handlers.alertRules.list({}, admin)
      expect(items.map(({ name, problem }) => [name, problem])).toEqual([
        ['CPU', null],
        ['Odd', 'There is no metric "nothing".'],
      ])
    })

    test('a rule that is edited, switched off or removed ends what it no longer covers', async () => {
      const made = await rule()
      fail('web')
      fail('api')
      await bench.settle()
      expect((await list()).items).toHaveLength(2)
      const { alertRules } = bench.alerts.handlers
      const spec = { name: 'Failed', severity: 'critical' as const, condition: made.condition }
      await alertRules.update({ id: made.id, ...spec, where: { service: 'api' } }, admin)
      await bench.settle()
      expect((await list()).items).toMatchObject([{ subject: 'api' }])
      expect(await alertRules.update({ id: made.id, ...spec, where: {}, enabled: false }, admin)).toMatchObject({
        enabled: false,
      })
      await bench.settle()
      expect((await list()).items).toEqual([])
      await alertRules.update({ id: made.id, ...spec, where: {}, enabled: true }, admin)
      await bench.settle()
      expect((await list()).items).toHaveLength(2)
      await alertRules.remove({ id: made.id }, admin)
      await bench.settle()
      expect((await list()).items).toEqual([])
      expect((await list({ state: 'all' })).items).toHaveLength(2)
      expect(await failureOf(rule({ channels: ['nobody'] }))).toBe('NOT_FOUND')
      expect(await failureOf(rule({ condition: { kind: 'state', states: ['sad'] } }))).toBe('VALIDATION_FAILED')
      expect(await failureOf(rule({ condition: { kind: 'log', regex: '(', windowMs: minuteMs, atLeast: 1 } }))).toBe(
        'VALIDATION_FAILED',
      )
      await rule()
      expect(await failureOf(rule())).toBe('CONFLICT')
    })

    test('a channel that hears of the event itself is not told of the alert too; one that cannot be reached stands with it', async () => {
      await createChannel('both', ['alert.fired', 'backup.failed'])
      await ops(['alert.fired'])
      await rule({
        name: 'Backups',
        condition: { kind: 'event', types: ['backup'], windowMs: minuteMs * 10, atLeast: 1, until: ['backup.created'] },
      })
      await rule({
        name: 'Named',
        condition: { kind: 'event', types: ['backup.failed'], windowMs: minuteMs * 10, atLeast: 1 },
        where: { stack: 'blog' },
      })
      bench.hooks.answers.push(200, 500, 500, 500)
      bench.announce({ type: 'backup.failed', message: 'The backup of blog failed.', stack: 'blog' })
      await bench.settle()
      await arrived(1)
      await bench.pass(15_000)
      await expect
        .poll(async () => (await one((await list()).items[0]!.id)).steps.map(({ what }) => what), { timeout: 10_000 })
        .toContain('not-told')
      const toBoth = bench.hooks.hits
        .filter(({ path }) => path === '/both')
        .map(({ body }) => (JSON.parse(body) as { occasion: string }).occasion)
      expect(toBoth.filter((occasion) => occasion === 'backup.failed')).toHaveLength(1)
    })

    test('whoever may see but a part sees the alerts of that part alone, and who may not act is refused', async () => {
      await rule()
      fail('web', 'shop')
      fail('api', 'shop')
      await bench.settle()
      await house.person('vera', 'viewer')
      const viewer = house.call((await house.login('vera')).caller).context
      const { alerts, alertRules, silences } = bench.alerts.handlers
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
      const granted = house.call(caller).context
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
      const house2 = await silences.create({ reason: 'house' }, admin)
      expect((await silences.list({}, granted)).items.map(({ id }) => id)).toEqual([own.id])
      expect(await failureOf(silences.remove({ id: house2.id }, granted))).toBe('NOT_FOUND')
      expect(await silences.remove({ id: own.id }, granted)).toEqual({ ok: true })
    })
  })
}
