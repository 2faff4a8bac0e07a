import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Live } from '@wheelhouse/client'
import { checkDefaults, type LogLine, type MetricFrame, type Target } from '@wheelhouse/contract'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'
import { suite, where } from '../needs.ts'
import { applied, sleepers, until } from './control-plane.ts'
import { commandsIn, container, engineSocket, removed } from './engine-of-lab.ts'
import { Wire } from './wire.ts'

const mark = `faults-${process.pid}`
const names = { chatter: `${mark}-chatter`, idle: `${mark}-idle`, gone: `${mark}-gone` }

suite('the engine goes away', ['docker'], () => {
  let house: TestHouse
  let wire: Wire
  let live: Live
  const target = (): Promise<Target> => house.admin.targets.get({ id: 'far' })
  const stateIs = (state: Target['state'], withinMs = 60_000): Promise<Target> =>
    until(async () => {
      const now = await target()
      return now.state === state ? now : null
    }, withinMs)
  const mine = async () =>
    (await house.admin.services.list({ target: 'far', q: mark, limit: 1000 })).items.filter((row) =>
      row.name.startsWith(mark),
    )

  beforeAll(async () => {
    for (const name of Object.values(names)) await removed(name)
    await container(names.chatter, 'lab/chatter:1')
    await container(names.idle)
    wire = await Wire.to({ path: engineSocket() })
    house = await openTestHouse({ env: { WHEELHOUSE_TERMINAL_DETACHED_MS: '500' } })
    await house.admin.targets.register({ name: 'far', address: `tcp://127.0.0.1:${wire.port}` })
    await applied(house.admin, sleepers('near', ['a']))
    await stateIs('connected')
    await until(async () => ((await mine()).length === 2 ? true : null))
    live = house.live(house.admin)
  })
  afterEach(async () => {
    await wire.set('open')
    await stateIs('connected')
  })
  afterAll(async () => {
    live.close()
    await house.close()
    await wire.set('cut')
    for (const name of Object.values(names)) await removed(name)
  })

  /** What must hold while the engine is not heard. */
  async function expectUnheard(): Promise<void> {
    const rows = await mine()
    expect(rows.length).toBeGreaterThanOrEqual(2)
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'unknown', stale: true })
      expect(row.reason).toMatch(/far is not heard; it was running when last seen/)
    }
    for (const act of [
      () => house.admin.services.restart({ id: names.idle }),
      () => house.admin.services.exec({ id: names.idle, argv: ['true'] }),
      () => house.admin.services.remove({ id: names.idle }),
      () => house.admin.services.inspect({ id: names.idle }),
      () => house.admin.logs.tail({ id: names.idle }),
      () =>
        house.admin.stacks.apply({
          source: `name: ${mark}\nservices:\n  x:\n    image: lab/busybox:1\n`,
          target: 'far',
        }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE', status: 503 })
    }
    // Nothing else is touched by it.
    await house.admin.services.list()
    await house.admin.targets.list()
    await house.admin.dashboards.overview()
    await house.admin.stacks.list()
    await house.admin.metrics.system()
    expect(await house.admin.services.restart({ id: 'near-a' })).toMatchObject({ targetId: 'local' })
  }

  test('cut: unreachable with a reason, other targets unaffected, right again by itself', async () => {
    await container(names.gone)
    await until(async () => ((await mine()).length === 3 ? true : null))
    const lines: LogLine[] = []
    const readings: MetricFrame[] = []
    const ended: string[] = []
    const chatter = (await mine()).find((row) => row.name === names.chatter)!
    live.subscribe(
      'logs',
      { serviceId: chatter.id, tail: 0 },
      { onEvents: (e) => void lines.push(...e), onEnd: (r) => void ended.push(r) },
    )
    live.subscribe(
      'metrics',
      { serviceId: chatter.id },
      { onEvents: (e) => void readings.push(...e), onEnd: (r) => void ended.push(r) },
    )
    live.subscribe(
      'logs',
      { serviceId: `far:${(await mine()).find((row) => row.name === names.gone)!.id.slice(4)}` },
      {
        onEvents: () => undefined,
        onEnd: (reason) => void ended.push(reason),
      },
    )
    await until(() => (lines.length > 3 && readings.length > 1 ? true : null))
    await wire.set('cut')
    const { reason, stale } = await stateIs('unreachable')
    expect(stale).toBe(true)
    expect(reason).toMatch(/127\.0\.0\.1/)
    await expectUnheard()
    await removed(names.gone)
    const { items } = await house.admin.timeline.list({ type: 'target.lost', target: 'far' })
    await until(async () =>
      (await house.admin.timeline.list({ type: 'target.lost', target: 'far' })).items.length >= 1 ? true : null,
    )
    expect(items.length).toBeLessThanOrEqual(1)

    const before = { lines: lines.length, readings: readings.length }
    await wire.set('open')
    await stateIs('connected')
    await until(async () => {
      const rows = await mine()
      return rows.length === 2 && rows.every((row) => row.state === 'running' && !row.stale) ? true : null
    })
    await until(() => (lines.length > before.lines + 5 && readings.length > before.readings + 1 ? true : null))
    // The log goes on where it was: no line twice, none left out.
    const numbers = lines
      .filter((line) => line.stream !== 'system')
      .map((line) => Number(line.text.replace('line ', '')))
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
    // The stream of the one that was removed meanwhile has ended, and said so.
    await until(() => (ended.length > 0 ? true : null))
    expect(ended).toEqual([expect.stringContaining('was removed')])
    expect(
      (await house.admin.timeline.list({ type: 'target.connected', target: 'far' })).items.length,
    ).toBeLessThanOrEqual(1)
  }, 120_000)

  test('half-open: a host that says nothing is noticed, and an act on it ends in time', async () => {
    await wire.set('silent')
    let ended = false
    const act = house.admin.services.exec({ id: names.idle, argv: ['true'], timeoutMs: 60_000 }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
    void act.finally(() => (ended = true))
    // Before anybody has noticed: not one page waits for the silent engine, as the act does.
    await house.admin.services.list()
    await house.admin.targets.list()
    await house.admin.dashboards.overview()
    await house.admin.stacks.list()
    expect(ended).toBe(false)
    await stateIs('unreachable', 90_000)
    await expectUnheard()
    expect(['TARGET_UNREACHABLE', 'TIMED_OUT', 'TARGET_REFUSED']).toContain(await act)
    await wire.set('open')
    await stateIs('connected', 90_000)
    await until(async () => ((await mine()).every((row) => row.state === 'running') ? true : null))
  }, 120_000)

  test('checks that a person set are handed on to the container that takes the place', async () => {
    await container(names.gone)
    await until(async () => ((await mine()).some((row) => row.name === names.gone) ? true : null))
    const spec = { name: 'mine', kind: 'tcp', host: '127.0.0.1', port: wire.port, ...checkDefaults } as const
    const { serviceId } = await house.admin.health.set({ id: names.gone, checks: [spec] })
    await removed(names.gone)
    await container(names.gone)
    const id = await until(async () => {
      const row = (await mine()).find((one) => one.name === names.gone)
      return row && row.id !== serviceId ? row.id : null
    })
    const { checks } = await house.admin.health.list({ id })
    expect(checks.map((check) => [check.serviceId, check.spec.name])).toEqual([[id, 'mine']])
    await removed(names.gone)
  })

  test('a terminal that nobody comes back to, or whose line is cut, leaves no process behind', async () => {
    const open = async (command: string): Promise<WebSocket> => {
      const { ticket } = await house.admin.auth.ticket()
      const socket = new WebSocket(`${house.url.replace('http', 'ws')}/ws/containers/${names.idle}/exec`, [
        socketProtocol,
        ticketProtocol + ticket,
      ])
      await new Promise((resolve) => socket.addEventListener('open', resolve))
      const opened = new Promise((resolve) =>
        socket.addEventListener('message', ({ data }) => String(data).includes('opened') && resolve(null)),
      )
      socket.send(JSON.stringify({ type: 'open', columns: 80, rows: 24 }))
      await opened
      socket.send(new TextEncoder().encode(`${command}\n`))
      await until(async () => ((await commandsIn(names.idle)).some((one) => one.includes(command)) ? true : null))
      return socket
    }
    const idle = (await commandsIn(names.idle)).filter((one) => !one.includes('sleep 1')).length
    const left = await open('sleep 4711')
    left.close()
    await until(async () =>
      (await commandsIn(names.idle)).some((one) => /sleep 4711|exec sh|bash/.test(one)) ? null : true,
    )
    const cut = await open('sleep 4712')
    const closed = new Promise<number>((resolve) => cut.addEventListener('close', (event) => resolve(event.code)))
    await wire.set('cut')
    expect(await closed).toBeGreaterThanOrEqual(1000)
    await wire.set('open')
    await stateIs('connected')
    await until(
      async () => ((await commandsIn(names.idle)).some((one) => one.includes('sleep 4712')) ? null : true),
      60_000,
    )
    // What was cut off ends a moment after its own command.
    await expect
      .poll(async () => (await commandsIn(names.idle)).filter((one) => !one.includes('sleep 1')))
      .toHaveLength(idle)
  }, 120_000)
})

suite('an engine behind TLS', ['dockerTls'], () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await openTestHouse()
  })
  afterAll(() => house.close())
  const pem = (name: string): string => readFileSync(join(process.env.WHEELHOUSE_TEST_DOCKER_CERTS ?? '', name), 'utf8')

  test('wrong certificates say why, and the right ones connect', async () => {
    const address = where('dockerTls')
    const right = { ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem') }
    const tries: [string, object | undefined][] = [
      ['none', undefined],
      ['no certificate of ours', { ca: right.ca }],
      ['an authority we do not know', { cert: right.cert, key: right.key }],
    ]
    for (const [why, tls] of tries) {
      const probed = await house.admin.targets.probe({ address, ...(tls ? { tls } : {}) })
      expect(probed, why).toMatchObject({ ok: false, engine: null })
      const name = why.replaceAll(' ', '-')
      const { id } = await house.admin.targets.register({ name, address, ...(tls ? { tls } : {}) })
      const row = await until(async () => {
        const now = await house.admin.targets.get({ id })
        return now.state === 'unreachable' ? now : null
      })
      expect(row.reason, why).toBe(probed.reason)
      expect(row.reason, why).toMatch(/TLS|certificate|key/i)
      expect(row.reason).not.toMatch(/PRIVATE KEY|BEGIN/)
    }
    // What no connection could ever be made with is refused before it is kept.
    for (const [words, tls] of [
      ['does not belong to the certificate', { ...right, key: pem('ca-key.pem') }],
      ['it is not PEM text', { ...right, cert: 'nonsense' }],
      ['go together', { ca: right.ca, cert: right.cert }],
    ] as const) {
      const refusal = { code: 'VALIDATION_FAILED', message: expect.stringContaining(words) as string }
      await expect(house.admin.targets.probe({ address, tls })).rejects.toMatchObject(refusal)
      await expect(house.admin.targets.register({ name: 'never', address, tls })).rejects.toMatchObject(refusal)
    }
    const { id } = await house.admin.targets.register({ name: 'right', address, tls: right })
    await until(async () => ((await house.admin.targets.get({ id })).state === 'connected' ? true : null))
    expect(JSON.stringify(await house.admin.targets.list())).not.toContain('BEGIN')
  }, 120_000)
})
