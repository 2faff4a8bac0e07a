import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Terminal, type TerminalServerMessage } from '@wheelhouse/contract'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const execute = promisify(execFile)
const name = `terminals-${process.pid}`
const password = 'a-long-enough-one'
type Of<T extends TerminalServerMessage['type']> = Extract<TerminalServerMessage, { type: T }>

/** One client of a terminal, as a browser is one. */
class Client {
  readonly socket: WebSocket
  readonly told: TerminalServerMessage[] = []
  readonly closed: Promise<[number, string]>
  shown = ''
  bytes = 0

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, binary) => {
      if (binary) {
        this.bytes += data.length
        this.shown = (this.shown + data.toString()).slice(-1_000_000)
      } else this.told.push(JSON.parse(data.toString()) as TerminalServerMessage)
    })
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])))
    socket.on('error', () => undefined)
  }
  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }
  type(text: string): void {
    this.socket.send(Buffer.from(text))
  }
  async heard<T extends TerminalServerMessage['type']>(
    type: T,
    fits: (m: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    const find = () => this.told.findLast((one) => one.type === type && fits(one as Of<T>)) as Of<T> | undefined
    await vi.waitFor(() => expect(find(), `${type} in ${JSON.stringify(this.told)}`).toBeDefined(), 60_000)
    return find()!
  }
  async shows(text: string | RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.shown).toMatch(text), 60_000)
  }
}

suite('terminals in a container', ['docker'], () => {
  let house: TestHouse
  const clients: Client[] = []
  const docker = async (...args: string[]) =>
    (await execute('docker', args, { env: { ...process.env, DOCKER_HOST: where('docker') } })).stdout

  beforeAll(async () => {
    house = await openTestHouse({
      engine: where('docker'),
      env: { WHEELHOUSE_TERMINALS_PER_USER: '3', WHEELHOUSE_TERMINAL_DETACHED_MS: '4000' },
    })
    await docker('run', '-d', '--init', '--name', name, 'lab/busybox:1', 'sleep', '600')
    await vi.waitFor(async () => expect((await house.admin.services.list({ q: name })).total).toBe(1), 60_000)
    for (const [username, role] of [
      ['dora', 'developer'],
      ['emil', 'developer'],
      ['vera', 'viewer'],
    ] as const)
      await house.admin.users.create({ username, password, role })
  }, 120_000)
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate()
    for (const { id } of (await house.admin.terminals.list({})).items) await house.admin.terminals.end({ id })
  })
  afterAll(async () => {
    await docker('rm', '-f', name)
    await house.close()
  })

  async function connect(path: string, who = 'admin'): Promise<Client> {
    const client = who === 'admin' ? house.admin : (await house.signIn(who, password)).client
    const { ticket } = await client.auth.ticket()
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}${path}`, [socketProtocol, ticketProtocol + ticket])
    const made = new Client(socket)
    clients.push(made)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return made
  }
  const size = { columns: 100, rows: 30 }
  async function opened(who = 'admin', argv = ['sh']): Promise<{ client: Client; id: string }> {
    const client = await connect(`/ws/containers/${name}/exec`, who)
    client.say({ type: 'open', ...size, argv })
    return { client, id: (await client.heard('opened')).terminal.id }
  }
  async function joined(id: string, more: object = {}, who = 'admin'): Promise<Client> {
    const client = await connect(`/ws/terminals/${id}`, who)
    client.say({ type: 'join', ...size, ...more })
    return client
  }
  const alive = async (mark: string): Promise<boolean> => (await docker('exec', name, 'ps')).includes(mark)
  const entries = async (operation: string) => (await house.admin.audit.list({ operation })).items

  test('survives its socket: the command runs on, and what it printed meanwhile is there', async () => {
    const { client, id } = await opened()
    client.type('for i in 1 2 3 4 5 6; do echo tick-$i; sleep 0.3; done\n')
    await client.shows('\ntick-2')
    const { bytes } = client
    client.socket.terminate()
    await vi.waitFor(async () => expect((await house.admin.terminals.get({ id })).state).toBe('detached'), 60_000)
    const view = await house.admin.terminals.get({ id })
    expect(Terminal.parse(view)).toMatchObject({ openedBy: 'admin', serviceName: name, viewers: [], command: ['sh'] })
    expect(Date.parse(view.expiresAt ?? '')).toBeGreaterThan(Date.now())
    const again = await joined(id, { writes: true, after: bytes })
    expect(await again.heard('opened')).toMatchObject({ offset: bytes, missed: 0, writes: true })
    await again.shows('tick-6')
    expect(client.shown + again.shown).toMatch(/tick-1\r\ntick-2\r\ntick-3\r\ntick-4\r\ntick-5\r\ntick-6/)
    again.type('echo mark-$((40+2)); exit 5\n')
    await again.shows('mark-42')
    expect(await again.heard('exit')).toEqual({ type: 'exit', exitCode: 5 })
    expect((await again.closed)[0]).toBe(1000)
    expect(await house.admin.terminals.get({ id })).toMatchObject({ state: 'ended', exitCode: 5 })
    expect((await house.admin.terminals.list({})).items).toEqual([])
    // Whoever was cut off in the last moment still learns how it ended.
    const late = await joined(id, { after: 0 })
    expect(await late.heard('exit')).toMatchObject({ exitCode: 5 })

    // The audit has who, where and how it ended, and nothing of what was typed or shown.
    expect((await entries('services.exec'))[0]).toMatchObject({
      outcome: 'done',
      actor: 'admin',
      after: { terminalId: id },
    })
    expect((await entries('terminals.join'))[0]).toMatchObject({ resource: `terminal:${id}`, actor: 'admin' })
    await vi.waitFor(async () => expect(await entries('terminals.ended')).not.toEqual([]), 60_000)
    const [end] = await entries('terminals.ended')
    expect(end).toMatchObject({ resource: `terminal:${id}`, after: { exitCode: 5, why: 'its command ended' } })
    expect((end!.after as { outputBytes: number }).outputBytes).toBeGreaterThan(100)
    expect(JSON.stringify((await house.admin.audit.list({ limit: 100 })).items)).not.toContain('mark-')
    await vi.waitFor(async () => {
      const told = (await house.admin.timeline.list({ type: 'service.exec' })).items.map((event) => event.data.phase)
      expect(told.slice(0, 2)).toEqual(['ended', 'opened'])
    }, 60_000)
  })

  test('that nobody comes back to ends with its command', async () => {
    const { client, id } = await opened('admin', ['sh', '-c', 'sleep 4711'])
    expect(await alive('sleep 4711')).toBe(true)
    client.socket.terminate()
    await vi.waitFor(async () => expect((await house.admin.terminals.get({ id })).state).toBe('ended'), 60_000)
    expect(await alive('sleep 4711')).toBe(false)
    expect((await entries('terminals.ended'))[0]).toMatchObject({ after: { why: 'nobody came back to it' } })
  }, 120_000)

  test('is ended by who may, and its viewers are told', async () => {
    const { client, id } = await opened('dora', ['sh', '-c', 'sleep 4712'])
    await (await house.signIn('emil', password)).client.terminals.end({ id })
    await client.heard('exit')
    expect((await client.closed)[0]).toBe(1000)
    expect(await alive('sleep 4712')).toBe(false)
    const { client: vera } = await house.signIn('vera', password)
    await expect(vera.terminals.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(vera.terminals.end({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('has several viewers: one types, the others look on, and may ask for the pen', async () => {
    const { client: dora, id } = await opened('dora')
    const emil = await joined(id, {}, 'emil')
    await emil.heard('opened', ({ writes }) => !writes)
    emil.type('echo not-$((1+1))\n')
    emil.say({ type: 'resize', columns: 20, rows: 5 })
    dora.type('echo seen-$((40+2)); stty size\n')
    await emil.shows('seen-42')
    // The size is that of the one who types.
    await emil.shows('30 100')
    expect(emil.shown).not.toContain('not-2')
    const seats = await dora.heard('viewers', ({ viewers }) => viewers.length === 2)
    expect(seats.viewers.map(({ username, writes, you }) => [username, writes, you])).toEqual([
      ['dora', true, true],
      ['emil', false, false],
    ])
    emil.say({ type: 'write', on: true })
    await dora.heard('viewers', ({ viewers }) => viewers[1]?.writes === true)
    emil.type('echo pen-$((2+1))\n')
    await dora.shows('pen-3')
    emil.say({ type: 'resize', columns: 91, rows: 17 })
    expect(await dora.heard('size', ({ columns }) => columns === 91)).toMatchObject({ rows: 17 })

    // Who may not open one sees nothing of it, unless it is shared; then he looks on and cannot have the pen.
    const refused = await joined(id, {}, 'vera')
    expect(await refused.heard('error')).toMatchObject({ errorCode: 'FORBIDDEN' })
    dora.say({ type: 'share', on: true })
    await dora.heard('viewers', ({ shared }) => shared)
    const vera = await joined(id, { writes: true }, 'vera')
    expect(await vera.heard('opened')).toMatchObject({ writes: false })
    await vera.shows('seen-42')
    vera.type('echo never-$((1+1))\n')
    vera.say({ type: 'write', on: true })
    expect(await vera.heard('refused')).toMatchObject({ errorCode: 'FORBIDDEN' })
    expect(await vera.heard('viewers')).toMatchObject({ mayWrite: false })
    dora.say({ type: 'share', on: false })
    expect((await vera.closed)[0]).toBe(4403)
    expect(dora.shown).not.toContain('never-2')
  })

  test('a viewer that does not read delays neither the command nor the others', async () => {
    const { client: dora, id } = await opened('dora')
    const emil = await joined(id, {}, 'emil')
    await emil.heard('opened')
    emil.socket.pause()
    const before = dora.bytes
    dora.type('yes 0123456789012345678901234567890123456789 | head -c 30000000; echo; echo done-$((40+2))\n')
    await vi.waitFor(() => expect(dora.shown).toContain('done-42'), 60_000)
    expect(dora.bytes - before).toBeGreaterThan(30_000_000)
    emil.socket.resume()
    await vi.waitFor(() => expect(emil.shown).toContain('done-42'), 60_000)
    const gap = await emil.heard('gap')
    expect(gap.missed).toBeGreaterThan(10_000_000)
    expect(gap.missed + emil.bytes).toBe(dora.bytes)
  }, 120_000)

  test('rights that are taken away end or detach at once', async () => {
    const { client: dora, id } = await opened('dora', ['sh', '-c', 'sleep 4713'])
    const emil = await joined(id, { writes: true }, 'emil')
    await emil.heard('opened')
    await house.admin.users.update({ id: 'emil', role: 'viewer' })
    expect(await emil.closed).toEqual([4403, 'your rights have changed'])
    expect((await house.admin.terminals.get({ id })).viewers.map(({ username }) => username)).toEqual(['dora'])
    // Of a shared one he may go on looking.
    dora.say({ type: 'share', on: true })
    await dora.heard('viewers', ({ shared }) => shared)
    await house.admin.users.update({ id: 'emil', role: 'developer' })
    const again = await joined(id, { writes: true }, 'emil')
    await again.heard('opened', ({ writes }) => writes)
    await house.admin.users.update({ id: 'emil', role: 'viewer' })
    await again.heard('viewers', ({ viewers }) => viewers.some(({ you, writes }) => you && !writes))
    again.say({ type: 'write', on: true })
    await again.heard('refused')
    // And what its opener may not use any more ends, also while he is away.
    dora.socket.terminate()
    again.socket.terminate()
    await vi.waitFor(async () => expect((await house.admin.terminals.get({ id })).state).toBe('detached'), 60_000)
    await house.admin.users.update({ id: 'dora', disabled: true })
    await vi.waitFor(async () => expect((await house.admin.terminals.get({ id })).state).toBe('ended'), 60_000)
    expect(await alive('sleep 4713')).toBe(false)
    expect((await entries('terminals.ended'))[0]).toMatchObject({ after: { why: 'dora may not use it any more' } })
    await house.admin.users.update({ id: 'dora', disabled: false })
    await house.admin.users.update({ id: 'emil', role: 'developer' })
  }, 120_000)

  test('a person has so many and no more, also of those that wait', async () => {
    for (let n = 0; n < 3; n++) await opened('dora')
    const fourth = await connect(`/ws/containers/${name}/exec`, 'dora')
    fourth.say({ type: 'open', ...size })
    expect(await fourth.heard('error')).toMatchObject({ errorCode: 'LIMIT_REACHED' })
    await opened('emil')
    const { items } = await house.admin.terminals.list({ service: name })
    expect(items.map(({ openedBy }) => openedBy).sort()).toEqual(['dora', 'dora', 'dora', 'emil'])
    expect((await house.admin.terminals.list({ q: 'nothing-like-it' })).items).toEqual([])
  })

  test('a full-screen program is drawn anew for who joins', async () => {
    const { client, id } = await opened('admin', ['sh', '-c', 'trap "stty size" WINCH; while :; do sleep 0.1; done'])
    client.socket.terminate()
    const again = await joined(id, { writes: true })
    // The same size as before, and yet it was told of a change.
    await again.shows('30 100')
  })

  test('sockets say the right first word', async () => {
    const { id } = await opened()
    const wrong = await connect(`/ws/terminals/${id}`)
    wrong.say({ type: 'open', ...size })
    expect(await wrong.heard('error')).toMatchObject({ errorCode: 'VALIDATION_FAILED' })
    const nowhere = await joined('nowhere')
    expect(await nowhere.heard('error')).toMatchObject({ errorCode: 'NOT_FOUND' })
  })
})
