import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failureOf, type Street } from '../../../../../test/identity/house.ts'
import { backup, deploy, nightly, openTriggerHouse, type TriggerHouse } from './trigger-house.ts'
import { webhookSuite } from './webhook-suite.ts'

const hour = 3_600_000

/** What triggers do on every kind of database. */
export function triggersSuite(name: string, open: () => Promise<Street>): void {
  describe(`triggers on ${name}`, () => {
    let street: Street
    let t: TriggerHouse
    beforeAll(async () => void (street = await open()))
    afterAll(() => street.close())
    beforeEach(async () => void (t = await openTriggerHouse(street)))
    afterEach(() => t.close())
    const mara = () => t.signIn('mara')
    const schedule = async (more: object = {}) => {
      const { id, caller } = await mara()
      const made = await t.handlers.create(
        { kind: 'schedule', name: 'nightly', ...nightly, action: deploy, ...more },
        t.as(caller),
      )
      return { ...made, maker: id, caller }
    }

    test('a schedule is shown with its next time, and a viewer may look but not make one', async () => {
      const made = await schedule()
      expect(made).toMatchObject({ nextAt: '2026-06-11T01:00:00.000Z', secret: null, createdBy: 'mara', missed: 0 })
      expect(await t.one(made.id)).toMatchObject({ id: made.id, cron: '0 3 * * *', timezone: 'Europe/Berlin' })
      const viewer = await t.signIn('vic', 'viewer')
      const input = { kind: 'schedule', name: 'other', ...nightly, action: deploy } as const
      expect(await failureOf(t.handlers.create(input, t.as(viewer.caller)))).toBe('FORBIDDEN')
      expect(await failureOf(t.handlers.create({ ...input, name: 'nightly' }, t.as(made.caller)))).toBe('CONFLICT')
      await expect(t.handlers.create({ ...input, cron: '99 * * * *' }, t.as(made.caller))).rejects.toThrow('minute: 99')
      await expect(t.handlers.create({ ...input, timezone: 'Mars' }, t.as(made.caller))).rejects.toThrow('no time zone')
      const { cron: _, ...without } = input
      await expect(t.handlers.create(without, t.as(made.caller))).rejects.toThrow('needs one')
    })

    test('at its time it acts for its maker, keeps how it went, tells and is audited', async () => {
      const made = await schedule()
      await t.triggers.start()
      t.hand.pass(14 * hour)
      await expect.poll(() => t.started).toHaveLength(1)
      expect(t.started[0]).toMatchObject({
        action: deploy,
        caller: { kind: 'user', username: 'mara', userId: made.maker, sessionId: null, face: 'system' },
        reason: 'schedule nightly',
        by: { kind: 'schedule', name: 'nightly' },
      })
      await expect
        .poll(() => t.one(made.id))
        .toMatchObject({
          lastResult: 'Started deployment deployment-1',
          lastAt: '2026-06-11T02:00:00.000Z',
          nextAt: '2026-06-12T01:00:00.000Z',
        })
      expect(t.events).toMatchObject([
        { type: 'trigger.fired', message: 'nightly started a deployment.', actor: 'mara' },
      ])
      const admin = await t.signIn('root', 'admin')
      const audited = () => t.house.audit.handlers.list({ operation: 'triggers.fire' }, t.as(admin.caller))
      await expect
        .poll(async () => (await audited()).items)
        .toMatchObject([{ actor: 'mara', outcome: 'done', resource: `trigger:${made.id}` }])
      t.hand.pass(24 * hour)
      await expect.poll(() => t.started).toHaveLength(2)
    })

    test('when its maker lost the role it is refused and says so; another takes it over with its action', async () => {
      const made = await schedule()
      const admin = await t.signIn('root', 'admin')
      await t.house.users.handlers.update({ id: made.maker, role: 'viewer' }, t.as(admin.caller))
      await t.triggers.start()
      t.hand.pass(14 * hour)
      await expect.poll(async () => (await t.one(made.id))?.lastResult).toContain('Refused: You may not do this')
      expect(t.events).toMatchObject([{ type: 'trigger.fired', severity: 'error' }])
      const acting = await t.house.auth.callerFor({ userId: made.maker, tokenId: null }, t.house.anonymous())
      expect(acting).toMatchObject({ authority: { role: 'viewer' } })
      await t.house.users.handlers.remove({ id: made.maker }, t.as(admin.caller))
      expect(acting && (await t.house.auth.callerStillValid(acting))).toBeNull()
      t.hand.pass(24 * hour)
      await expect.poll(async () => (await t.one(made.id))?.lastResult).toContain('mara may not sign in any more')
      expect(t.started).toEqual([])

      await t.handlers.update({ id: made.id, action: deploy }, t.as(admin.caller))
      t.hand.pass(24 * hour)
      await expect.poll(() => t.started).toMatchObject([{ caller: { username: 'root' } }])
    })

    test('one made with a token goes no further than the token, and ends with it', async () => {
      const { caller } = await mara()
      const scopes = ['triggers.manage', 'deployments.run', 'deployments.read'] as const
      const { secret, token } = await t.house.tokens.handlers.create({ name: 'ci', scopes: [...scopes] }, t.as(caller))
      const bearer = await t.house.bearer(secret)
      const input = { kind: 'schedule', name: 'nightly', ...nightly } as const
      expect(await failureOf(t.handlers.create({ ...input, action: backup }, t.as(bearer)))).toBe('FORBIDDEN')
      const made = await t.handlers.create({ ...input, action: deploy }, t.as(bearer))
      await t.triggers.start()
      t.hand.pass(14 * hour)
      await expect.poll(() => t.started).toMatchObject([{ caller: { kind: 'token', authority: { limits: scopes } } }])
      await t.house.tokens.handlers.revoke({ id: token.id }, t.as(caller))
      t.hand.pass(24 * hour)
      await expect.poll(async () => (await t.one(made.id))?.lastResult).toContain('the API token of mara has ended')
      expect(t.started).toHaveLength(1)
    })

    test('deployments missed while nobody was there are counted and told once, and not run', async () => {
      const made = await schedule()
      t.hand.jump(72 * hour)
      await t.triggers.start()
      t.hand.pass(0)
      await expect.poll(async () => (await t.one(made.id))?.missed).toBe(3)
      expect(t.events).toMatchObject([{ type: 'trigger.missed', severity: 'warning', data: { missed: 3 } }])
      expect(t.events[0]?.message).toBe(
        'nightly was due 3 times while the control plane was away, last at 2026-06-13 03:00 Europe/Berlin.',
      )
      const again = t.neighbour()
      await again.start()
      t.hand.pass(hour)
      await expect.poll(async () => (await t.one(made.id))?.nextAt).toBe('2026-06-14T01:00:00.000Z')
      expect([t.events.length, t.started.length]).toEqual([1, 0])
      again.close()
    })

    test('missed backups raise an error, and one is made now', async () => {
      const made = await schedule({ action: backup })
      t.hand.jump(48 * hour)
      await t.triggers.start()
      t.hand.pass(0)
      await expect.poll(() => t.started).toMatchObject([{ action: backup, caller: { username: 'mara' } }])
      await expect
        .poll(() => t.events.map(({ type, severity }) => [type, severity ?? 'info']))
        .toEqual([
          ['trigger.missed', 'warning'],
          ['backup.missed', 'error'],
          ['trigger.fired', 'info'],
        ])
      expect(await t.one(made.id)).toMatchObject({ missed: 2, lastResult: 'Started job job-1' })
    })

    test('a scheduled backup that cannot start is a failed backup', async () => {
      await schedule({ action: backup })
      await t.triggers.start()
      t.trouble.next = new Error('a bug with password=hunter2')
      t.hand.pass(14 * hour)
      await expect.poll(() => t.events).toMatchObject([{ type: 'backup.failed', severity: 'error' }])
      expect(JSON.stringify(t.events)).not.toContain('hunter2')
    })

    test('of two instances one meets a time', async () => {
      await schedule()
      const second = t.neighbour()
      await t.triggers.start()
      await second.start()
      for (const day of [1, 2, 3]) {
        t.hand.pass(24 * hour)
        await expect.poll(() => t.started).toHaveLength(day)
      }
      expect(t.events.map((event) => event.type)).toEqual(['trigger.fired', 'trigger.fired', 'trigger.fired'])
      second.close()
    })

    test('one that is off is not met, and what passed meanwhile was not missed', async () => {
      const made = await schedule()
      await t.triggers.start()
      expect((await t.handlers.update({ id: made.id, enabled: false }, t.as(made.caller))).nextAt).toBeNull()
      t.hand.pass(72 * hour)
      const on = await t.handlers.update({ id: made.id, enabled: true }, t.as(made.caller))
      expect(on).toMatchObject({ missed: 0, nextAt: '2026-06-14T01:00:00.000Z' })
      await expect.poll(() => t.hand.sleeps).toBe(true)
      t.hand.pass(24 * hour)
      await expect.poll(() => t.started).toHaveLength(1)
    })

    test('by hand it acts with the rights of the one who does it', async () => {
      const made = await schedule()
      const bob = await t.signIn('bob')
      expect(await t.handlers.fire({ id: made.id }, t.as(bob.caller))).toEqual({
        deploymentId: 'deployment-1',
        jobId: null,
      })
      expect(t.started[0]).toMatchObject({ caller: { username: 'bob' }, by: { kind: 'person' } })
      const viewer = await t.signIn('vic', 'viewer')
      expect(await failureOf(t.handlers.fire({ id: made.id }, t.as(viewer.caller)))).toBe('FORBIDDEN')
    })

    test('variables are sealed, never shown, and kept only for the one who gave them', async () => {
      const action = { ...deploy, variables: { DB_PASSWORD: 'kettle-77' }, source: 'services: {}' }
      const made = await schedule({ action })
      const hidden = { ...deploy, variables: { DB_PASSWORD: '[secret]' }, source: '[secret]' }
      expect(made.action).toEqual(hidden)
      expect(JSON.stringify(await t.rows.selectFrom('triggers').selectAll().execute())).not.toContain('kettle-77')
      await t.handlers.update({ id: made.id, action: { ...hidden, force: true } as typeof action }, t.as(made.caller))
      await t.handlers.fire({ id: made.id }, t.as(made.caller))
      expect(t.started[0]?.action).toEqual({ ...action, force: true })
      const bob = await t.signIn('bob')
      const borrowed = t.handlers.update({ id: made.id, action: hidden }, t.as(bob.caller))
      await expect(borrowed).rejects.toThrow('only its maker can keep it')
      const own = await t.handlers.update({ id: made.id, action: deploy }, t.as(bob.caller))
      expect(own.createdBy).toBe('bob')
    })

    test('the schedules of a manifest come, change and go with it', async () => {
      const { caller } = await mara()
      const entry = { name: 'shop-nightly', ...nightly, action: deploy }
      const other = { name: 'shop-backup', cron: '0 1 * * *', action: backup }
      await t.triggers.syncManifest('shop', 'production', [entry, other], caller)
      await t.triggers.syncManifest('shop', 'staging', [{ ...other, name: 'staging-backup' }], caller)
      const list = async () => (await t.handlers.list({}, t.as(caller))).items
      const first = await list()
      expect(first.map(({ name, origin, stack }) => [name, origin, stack])).toEqual([
        ['shop-backup', 'manifest', 'shop'],
        ['shop-nightly', 'manifest', 'shop'],
        ['staging-backup', 'manifest', 'shop'],
      ])
      await t.triggers.syncManifest('shop', 'production', [{ ...entry, cron: '0 4 * * *' }], caller)
      const second = await list()
      expect(second.map(({ name, cron }) => [name, cron])).toEqual([
        ['shop-nightly', '0 4 * * *'],
        ['staging-backup', '0 1 * * *'],
      ])
      expect(second[0]?.id).toBe(first[1]?.id)

      const id = second[0]?.id ?? ''
      expect(await failureOf(t.handlers.remove({ id }, t.as(caller)))).toBe('STATE_CONFLICT')
      expect(await failureOf(t.handlers.update({ id, cron: '0 5 * * *' }, t.as(caller)))).toBe('STATE_CONFLICT')
      expect((await t.handlers.update({ id, enabled: false }, t.as(caller))).enabled).toBe(false)
      await t.triggers.syncManifest('shop', 'production', [{ ...entry, cron: '0 4 * * *' }], caller)
      expect((await list())[0]?.enabled).toBe(false)

      await t.triggers.syncManifest('shop', 'qa', [entry], caller)
      expect((await list()).map((each) => each.name)).toEqual(['shop-nightly', 'shop-nightly', 'staging-backup'])
      await t.triggers.syncManifest('shop', 'qa', [], caller)
      expect((await list())[0]).toMatchObject({ id, name: 'shop-nightly', enabled: false })
      const clash = t.triggers.syncManifest('blog', 'production', [entry], caller)
      expect(await failureOf(clash)).toBe('CONFLICT')
      const wrong = t.triggers.syncManifest('shop', 'production', [{ ...entry, cron: 'nope' }], caller)
      expect(await failureOf(wrong)).toBe('VALIDATION_FAILED')
      expect(await list()).toHaveLength(2)
      await t.triggers.syncManifest('shop', 'production', [], caller)
      expect((await list()).map((each) => each.name)).toEqual(['staging-backup'])
    })

    webhookSuite(() => t)
  })
}
