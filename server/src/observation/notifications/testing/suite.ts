import { randomBytes } from 'node:crypto'
import type { NewEvent, NotificationChannelSpec, NotificationOccasion } from '@wheelhouse/contract'
import { createMemoryBus, type Bus } from '@wheelhouse/platform/bus'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failureOf, type House, type Street } from '../../../../../test/identity/house.ts'
import { type Announce, type CallContext, createAnnouncer } from '../../../dispatch/index.ts'
import { createNotifications, type Message, type Notifications } from '../index.ts'
import { openHookServer } from './receivers.ts'

const log = createLog({ level: 'silent', pretty: false })

/** Channels and the outbox on every kind of database. */
export function notificationsSuite(name: string, openStreet: () => Promise<Street>): void {
  describe(`notifications on ${name}`, () => {
    let street: Street
    let house: House
    let bus: Bus
    let hooks: Awaited<ReturnType<typeof openHookServer>>
    let domain: Notifications
    let failed: NewEvent[]
    let admin: CallContext
    let announce: Announce
    const secrets = openSecrets({ key: randomBytes(32).toString('base64') })
    const rows = () =>
      house.database.db.withTables<{
        notificationChannels: { id: string; sealed: string }
        notificationOutbox: { id: string; state: string; attempts: number }
      }>()
    const open = (): Notifications =>
      createNotifications({
        database: house.database,
        secrets,
        bus,
        log,
        announce: (event) => failed.push(event),
        publicUrl: 'https://wheel.example.com/',
        retriesMs: [20, 20],
      })

    beforeAll(async () => void (street = await openStreet()))
    afterAll(() => street.close())
    beforeEach(async () => {
      house = await street.house()
      await rows().deleteFrom('notificationOutbox').execute()
      await rows().deleteFrom('notificationChannels').execute()
      bus = createMemoryBus({ log })
      announce = createAnnouncer(bus)
      hooks = await openHookServer()
      failed = []
      domain = open()
      domain.start()
      await house.person('root', 'admin')
      admin = house.call((await house.login('root')).caller).context
    })
    afterEach(async () => {
      await domain.close()
      hooks.close()
      await bus.close()
    })

    const hook = (more: { name?: string; on?: NotificationOccasion[]; stacks?: string[]; enabled?: boolean } = {}) =>
      domain.handlers.create(
        { name: 'ops', channel: { kind: 'slack', url: hooks.url('/T0/secret-path') }, ...more },
        admin,
      )
    const finished = (state: string, stack = 'shop', deploymentId = 'd-1') =>
      announce({
        type: 'deployment.finished',
        severity: 'error',
        message: 'r118 failed.',
        stack,
        data: { state, deploymentId },
      })
    const titles = () =>
      hooks.hits.map(({ body }) => (JSON.parse(body) as { text: string }).text.replace(': r118 failed.', ''))
    const states = async () => (await rows().selectFrom('notificationOutbox').selectAll().execute()).map((r) => r.state)

    test('a channel is sealed, shows only its host, and is an administrator’s', async () => {
      const made = await hook()
      expect(made).toMatchObject({
        name: 'ops',
        kind: 'slack',
        address: new URL(hooks.url('/')).host,
        on: [
          'deployment.rolled-back',
          'deployment.failed',
          'backup.failed',
          'backup.missed',
          'alert.fired',
          'alert.escalated',
          'alert.cleared',
        ],
        stacks: [],
        enabled: true,
        lastAt: null,
        createdBy: 'root',
      })
      const kept = JSON.stringify(await rows().selectFrom('notificationChannels').selectAll().execute())
      expect(kept).not.toContain('secret-path')
      expect(JSON.stringify(await domain.handlers.list({}, admin))).not.toContain('secret-path')
      expect(await failureOf(hook())).toBe('CONFLICT')

      await house.person('dev', 'developer')
      const developer = house.call((await house.login('dev')).caller).context
      expect((await domain.handlers.list({ q: 'OP' }, developer)).items).toHaveLength(1)
      expect(await failureOf(domain.handlers.test({ id: made.id }, developer))).toBe('FORBIDDEN')
      expect(await failureOf(domain.handlers.remove({ id: made.id }, developer))).toBe('FORBIDDEN')
      expect(await failureOf(domain.handlers.remove({ id: 'nope' }, admin))).toBe('NOT_FOUND')
    })

    test('what could never be sent to is refused', async () => {
      const create = (channel: Parameters<typeof domain.handlers.create>[0]['channel']) =>
        failureOf(domain.handlers.create({ name: 'bad', channel }, admin))
      const email: NotificationChannelSpec = {
        kind: 'email',
        host: 'smtp.example.com',
        port: 25,
        from: 'w@example.com',
        to: ['a@example.com'],
      }
      expect(await create({ kind: 'webhook', url: 'ftp://example.com/' })).toBe('VALIDATION_FAILED')
      expect(await create({ ...email, to: ['a@example.com\r\nBcc: b@example.com'] })).toBe('VALIDATION_FAILED')
      expect(await create({ ...email, from: 'nobody' })).toBe('VALIDATION_FAILED')
      expect(await create({ ...email, password: 'x' })).toBe('VALIDATION_FAILED')
      expect(await create({ ...email, from: 'Wheel <w@example.com>' })).toBe('no failure')
    })

    test('it is told of what it listens to, of its stacks, and of nothing else', async () => {
      await hook({ on: ['deployment.failed', 'backup.missed'], stacks: ['shop'] })
      finished('succeeded')
      finished('failed', 'blog', 'd-2')
      finished('failed')
      announce({ type: 'backup.missed', message: 'r118 failed.', stack: 'shop' })
      await expect.poll(() => titles().toSorted()).toEqual(['Backup missed: shop', 'Deployment failed: shop'])
      await expect.poll(states).toEqual(['done', 'done'])
      expect(hooks.hits.map(({ body }) => body).join()).toContain('https://wheel.example.com/deployments/d-1')
    })

    test('it is told once, although every instance hears the event and the manifest names it too', async () => {
      await hook()
      const second = open()
      second.start()
      finished('failed')
      await expect.poll(states).toEqual(['done'])
      const message: Message = {
        key: 'd-1/deployment.failed',
        occasion: 'deployment.failed',
        severity: 'error',
        title: 'Deployment failed',
        sentence: 'r118 failed.',
        stack: 'shop',
        environment: null,
        release: null,
        failed: null,
        link: null,
        lines: [],
        at: new Date().toISOString(),
      }
      expect(await domain.deliver(['ops', 'not-there'], message)).toEqual({ missing: ['not-there'] })
      expect(await domain.deliver(['ops'], { ...message, key: 'd-2/deployment.succeeded' })).toEqual({ missing: [] })
      await expect.poll(states).toEqual(['done', 'done'])
      expect(hooks.hits).toHaveLength(2)
      await second.close()
    })

    test('it is tried again, and the channel says how it went', async () => {
      const { id } = await hook()
      hooks.answers.push(500, 503)
      finished('failed')
      await expect.poll(states).toEqual(['done'])
      expect(hooks.hits).toHaveLength(3)
      // What the channel shows is written after the message was marked as sent.
      await expect
        .poll(async () => (await domain.handlers.list({}, admin)).items)
        .toMatchObject([{ id, lastError: null, lastAt: expect.any(String) as string }])
      expect(failed).toEqual([])
    })

    test('when it never arrives that is told, without the address of the hook', async () => {
      const { id } = await hook()
      hooks.answers.push(500, 500, 500)
      finished('failed')
      await expect.poll(() => failed).toHaveLength(1)
      expect(failed[0]).toMatchObject({
        type: 'notification.failed',
        severity: 'error',
        message: expect.stringMatching(
          /^"Deployment failed: shop" did not reach ops in 3 tries: .* answered 500\.$/,
        ) as string,
      })
      expect(JSON.stringify(failed)).not.toContain('secret-path')
      expect(await states()).toEqual(['failed'])
      expect((await domain.handlers.list({}, admin)).items).toMatchObject([{ id, lastError: 'answered 500' }])
    })

    test('what was on its way when the control plane stopped is sent after the next start', async () => {
      await hook()
      hooks.answers.push(0)
      finished('failed')
      await expect.poll(() => hooks.hits).toHaveLength(1)
      await domain.close()
      expect(await states()).toEqual(['waiting'])
      domain = open()
      domain.start()
      await expect.poll(states).toEqual(['done'])
      expect(hooks.hits).toHaveLength(2)
    })

    test('many at once reach their places, a few at a time', async () => {
      await Promise.all(Array.from({ length: 6 }, (_, n) => hook({ name: `ops-${n}` })))
      for (let n = 0; n < 5; n++) finished('failed', 'shop', `d-${n}`)
      await expect.poll(async () => (await states()).filter((state) => state === 'done').length).toBe(30)
      expect(hooks.hits).toHaveLength(30)
    })

    test('a test is sent now and says what came of it', async () => {
      const { id } = await hook()
      const good = await domain.handlers.test({ id }, admin)
      expect(good).toMatchObject({ ok: true, message: 'The message arrived.' })
      hooks.answers.push(403)
      const bad = await domain.handlers.test({ id }, admin)
      expect(bad).toMatchObject({ ok: false, message: expect.stringMatching(/answered 403\.$/) as string })
      expect((await domain.handlers.list({}, admin)).items).toMatchObject([{ lastError: 'answered 403' }])
    })

    test('a changed channel goes elsewhere; one that is off or gone is told nothing', async () => {
      const { id } = await hook()
      const channel = { kind: 'slack', url: hooks.url('/new') } as const
      await domain.handlers.update({ id, channel, on: ['deployment.succeeded'], name: 'ops-2' }, admin)
      finished('succeeded')
      await expect.poll(() => hooks.hits.map(({ path }) => path)).toEqual(['/new'])
      await domain.handlers.update({ id, enabled: false }, admin)
      finished('succeeded', 'shop', 'd-2')
      await domain.handlers.remove({ id }, admin)
      expect((await domain.handlers.list({}, admin)).items).toEqual([])
      expect(await states()).toEqual([])
      expect(hooks.hits).toHaveLength(1)
    })
  })
}
