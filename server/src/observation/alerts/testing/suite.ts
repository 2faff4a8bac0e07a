import { describe, expect, test, vi } from 'vitest'
import { failureOf, type Street } from '../../../../../test/identity/house.ts'
import { givenRules } from '../rules/given.ts'
import { service, target } from './registry.ts'
import { openStage } from './stage.ts'

const minuteMs = 60_000

/** Rules, and what becomes of what they find, on every kind of database. */
export function alertsSuite(name: string, openStreet: () => Promise<Street>): void {
  describe(`alerts on ${name}`, () => {
    const stage = openStage(openStreet)
    const { channel, ops, rule, list, one, fail, heal, arrived } = stage

    test('given rules are there once; one that was removed stays removed, one that was edited stays edited', async () => {
      await stage.again({ seeds: true })
      const rules = async () => (await stage.bench.alerts.handlers.alertRules.list({}, stage.admin)).items
      expect(await rules()).toHaveLength(givenRules.length)
      const [first, second] = await rules()
      await stage.bench.alerts.handlers.alertRules.remove({ id: first!.id }, stage.admin)
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
      await stage.bench.alerts.handlers.alertRules.update(
        { id, ...spec, enabled: false, severity: 'info' },
        stage.admin,
      )
      await stage.bench.restart()
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
      stage.bench.announce({
        type: 'deployment.finished',
        message: 'shop: r7 serves.',
        stack: 'shop',
        data: { deploymentId: '5f0c7c1e-0000-4000-8000-000000000001', number: 7, state: 'succeeded' },
      })
      await stage.bench.kept(1)
      await stage.bench.pass(minuteMs)
      fail('web', 'shop')
      await stage.bench.settle()
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
      expect(stage.bench.told()).toEqual([])
      await stage.bench.pass(15_000)
      await arrived(1)
      expect(stage.bench.told()[0]).toMatchObject({
        occasion: 'alert.fired',
        title: 'Critical: web',
        message: 'web failed: Exited with code 3.',
        link: 'https://wheel.example.com/alerts/1',
        alert: { number: 1 },
      })
      await stage.bench.pass(5 * minuteMs)
      expect(stage.bench.told()).toHaveLength(1)
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
      await stage.bench.pass(3 * minuteMs)
      await arrived(2)
      expect(stage.bench.told()[1]).toMatchObject({ occasion: 'alert.cleared', title: 'Over: web' })
      expect((await list()).items).toEqual([])
      expect((await list({ state: 'cleared' })).items).toMatchObject([{ number: 1, state: 'cleared', told: 2 }])
      expect((await one('1')).steps.map(({ what }) => what)).toEqual(['fired', 'told', 'cleared', 'told'])
    })

    test('one that is stopped on purpose, or frozen, fires nothing', async () => {
      await rule({ condition: { kind: 'state', states: ['failed', 'stopped', 'paused'] } })
      await rule({ name: 'Silent', condition: { kind: 'absence', of: 'readings', windowMs: minuteMs } })
      const at = new Date(stage.bench.clock.ms).toISOString()
      heal('web')
      stage.bench.announce({
        type: 'service.stopped',
        message: 'web was stopped.',
        targetId: 'n1',
        serviceId: 'n1:web',
      })
      stage.bench.putService(service('n1', 'web', { state: 'stopped', changedAt: at }))
      stage.bench.putService(service('n1', 'db', { state: 'paused' }))
      await stage.bench.pass(5 * minuteMs)
      expect((await list()).items).toEqual([])
      // What ends by itself is another matter for a rule that asks for it.
      stage.bench.announce({
        type: 'service.stopped',
        message: 'job ended by itself with code 0.',
        targetId: 'n1',
        serviceId: 'n1:job',
      })
      stage.bench.putService(service('n1', 'job', { state: 'stopped' }))
      await vi.waitFor(
        async () => {
          await stage.bench.settle()
          expect((await list()).items).toMatchObject([{ subject: 'job' }])
        },
        { timeout: 10_000 },
      )
    })

    test('a restart goes on where it was: what was pending, what was open, and nothing is told twice', async () => {
      await ops()
      await rule({ forMs: 2 * minuteMs })
      fail('web')
      await stage.bench.pass(minuteMs)
      await stage.bench.restart()
      expect((await list()).items).toEqual([])
      await stage.bench.pass(75_000)
      await arrived(1)
      expect((await list()).items).toHaveLength(1)
      await stage.bench.restart()
      await stage.bench.pass(2 * minuteMs)
      expect((await list({ state: 'all' })).items).toHaveLength(1)
      expect(stage.bench.told()).toHaveLength(1)
      heal('web')
      await stage.bench.pass(30_000)
      await stage.bench.restart()
      await stage.bench.pass(2 * minuteMs)
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
      await stage.bench.pass(15_000)
      // It broke down on the way out, seconds before nobody heard of it.
      stage.bench.announce({
        type: 'service.out-of-memory',
        message: 'a ran out of memory.',
        targetId: 'n1',
        serviceId: 'n1:a',
        serviceName: 'a',
      })
      stage.bench.lose('n1')
      await stage.bench.settle()
      await stage.bench.pass(45_000)
      stage.bench.announce({
        type: 'service.out-of-memory',
        message: 'b ran out of memory.',
        targetId: 'n1',
        serviceId: 'n1:b',
        serviceName: 'b',
      })
      await stage.bench.pass(30_000)
      const { items } = await list()
      expect(items).toMatchObject([{ subject: 'n1', children: 2, rule: 'Lost' }])
      const [incident] = items
      const folded = (await one(incident!.id)).folded
      expect(folded.map(({ subject, told }) => [subject, told])).toEqual([
        ['a', expect.any(Number)],
        ['b', 0],
      ])
      // Messages of two incidents are on their way side by side.
      await expect
        .poll(() => stage.bench.told().map(({ title }) => title), { timeout: 30_000 })
        .toContain('Critical: n1')
      expect(stage.bench.told().length).toBeLessThanOrEqual(2)
      stage.bench.putTarget(target('n1'))
      for (const name of ['a', 'b', 'c']) heal(name)
      await stage.bench.pass(90_000)
      expect((await list()).items.map(({ subject }) => subject).toSorted()).toEqual(['a', 'b'])
      expect((await list({ state: 'cleared' })).items).toMatchObject([{ subject: 'n1' }])
    })

    test('services of one stack that fail within a minute are one alert and one message, and so is their end', async () => {
      await ops()
      await rule()
      for (const name of ['web', 'api', 'worker']) heal(name, 'shop')
      heal('other')
      await stage.bench.pass(15_000)
      for (const name of ['web', 'api', 'worker']) fail(name, 'shop')
      await stage.bench.pass(15_000)
      await arrived(1)
      const { items } = await list()
      expect(items).toMatchObject([{ subject: 'shop', children: 3, severity: 'critical' }])
      expect(stage.bench.told()[0]?.message).toMatch(/^3 services of shop need you: web, api and worker\./)
      // A member that falls later belongs to it no longer.
      await stage.bench.pass(3 * minuteMs)
      fail('other')
      await stage.bench.pass(15_000)
      await arrived(2)
      expect((await list()).items).toHaveLength(2)
      for (const name of ['web', 'api', 'worker']) heal(name, 'shop')
      heal('other')
      await stage.bench.pass(2 * minuteMs)
      await arrived(3)
      expect(stage.bench.told()[2]).toMatchObject({ occasion: 'alert.cleared', title: 'Over: 2 alerts' })
      expect((await list()).items).toEqual([])
    })

    test('many at once that have nothing in common are one message', async () => {
      await ops()
      await rule()
      for (let n = 0; n < 12; n++) fail(`lone-${n}`)
      await stage.bench.pass(30_000)
      await arrived(1)
      expect(stage.bench.told()[0]).toMatchObject({ title: '12 alerts at once' })
      expect(stage.bench.told()[0]?.lines).toHaveLength(12)
      expect((await list()).items).toHaveLength(12)
    })

    test('what goes back and forth is one alert, told once as that', async () => {
      await ops()
      await rule({ clearAfterMs: 15_000 })
      for (let round = 0; round < 6; round++) {
        fail('web')
        await stage.bench.pass(30_000)
        heal('web')
        await stage.bench.pass(60_000)
      }
      const { items } = await list({ state: 'all' })
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({ state: 'open' })
      const before = stage.bench.told().length
      expect(stage.bench.told().filter(({ message }) => message.includes('back and forth'))).toHaveLength(1)
      await stage.bench.pass(12 * minuteMs)
      await arrived(before + 1)
      expect(stage.bench.told().at(-1)).toMatchObject({ occasion: 'alert.cleared' })
      expect((await one('1')).steps.filter(({ what }) => what === 'back').length).toBeGreaterThan(1)
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
      stage.bench.series.push({
        metric: 'cpu.percent',
        serviceId: 'n1:web',
        service: 'web',
        targetId: 'n1',
        valueAt: () => now,
      })
      await stage.bench.pass(30_000)
      expect((await list()).items).toMatchObject([
        { message: 'cpu.percent of web is 95 % on average over 1 min, above 90 %.', value: 95 },
      ])
      now = 80
      await stage.bench.pass(5 * minuteMs)
      expect((await list()).items).toHaveLength(1)
      now = 60
      await stage.bench.pass(3 * minuteMs)
      expect((await list()).items).toEqual([])
      const { items } = await stage.bench.alerts.handlers.alertRules.list({}, stage.admin)
      expect(items.map(({ name, problem }) => [name, problem])).toEqual([
        ['CPU', null],
        ['Odd', 'There is no metric "nothing".'],
      ])
    })

    test('a rule that is edited, switched off or removed ends what it no longer covers', async () => {
      const made = await rule()
      fail('web')
      fail('api')
      await stage.bench.settle()
      expect((await list()).items).toHaveLength(2)
      const { alertRules } = stage.bench.alerts.handlers
      const spec = { name: 'Failed', severity: 'critical' as const, condition: made.condition }
      await alertRules.update({ id: made.id, ...spec, where: { service: 'api' } }, stage.admin)
      await stage.bench.settle()
      expect((await list()).items).toMatchObject([{ subject: 'api' }])
      expect(await alertRules.update({ id: made.id, ...spec, where: {}, enabled: false }, stage.admin)).toMatchObject({
        enabled: false,
      })
      await stage.bench.settle()
      expect((await list()).items).toEqual([])
      await alertRules.update({ id: made.id, ...spec, where: {}, enabled: true }, stage.admin)
      await stage.bench.settle()
      expect((await list()).items).toHaveLength(2)
      await alertRules.remove({ id: made.id }, stage.admin)
      await stage.bench.settle()
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
      await channel('both', ['alert.fired', 'backup.failed'])
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
      stage.bench.hooks.answers.push(200, 500, 500, 500)
      stage.bench.announce({ type: 'backup.failed', message: 'The backup of blog failed.', stack: 'blog' })
      await stage.bench.settle()
      await arrived(1)
      await stage.bench.pass(15_000)
      await expect
        .poll(async () => (await one((await list()).items[0]!.id)).steps.map(({ what }) => what), { timeout: 10_000 })
        .toContain('not-told')
      const toBoth = stage.bench.hooks.hits
        .filter(({ path }) => path === '/both')
        .map(({ body }) => (JSON.parse(body) as { occasion: string }).occasion)
      expect(toBoth.filter((occasion) => occasion === 'backup.failed')).toHaveLength(1)
    })
  })
}
