import { WebSocket as Socket } from 'ws'
import { type ServerMessage, socketProtocol, ticketProtocol } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminPassword, openTestHouse, type TestHouse } from '../../../test/fixtures/house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse({ env: { WHEELHOUSE_SOCKETS_PER_USER: '3', WHEELHOUSE_STREAMS_PER_SERVICE: '2' } })
})
afterAll(() => house.close())

interface Opened {
  readonly socket: Socket
  readonly messages: ServerMessage[]
  readonly closed: Promise<number>
  next(matches: (message: ServerMessage) => boolean): Promise<ServerMessage>
}

/** Opens a raw socket; rejects with the HTTP status when it is refused. */
async function open(
  path = '/ws',
  client = house.admin,
  headers: Record<string, string> = {},
  ticket?: string,
): Promise<Opened> {
  const value = ticket ?? (await client.auth.ticket()).ticket
  const socket = new Socket(`${house.url.replace('http', 'ws')}${path}`, [socketProtocol, ticketProtocol + value], {
    headers,
  })
  const messages: ServerMessage[] = []
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString('utf8')) as ServerMessage))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))))
    socket.on('error', reject)
  })
  const next = async (matches: (message: ServerMessage) => boolean): Promise<ServerMessage> => {
    await expect.poll(() => messages.some(matches), { timeout: 60_000 }).toBe(true)
    return messages.find(matches)!
  }
  return { socket, messages, closed, next }
}
const subscribe = (opened: Opened, sub: string, channel: string, more: object = {}): void =>
  opened.socket.send(JSON.stringify({ type: 'subscribe', sub, channel, ...more }))
const leave = async (opened: Opened): Promise<void> => {
  opened.socket.close()
  await opened.closed
}

test('a ticket opens one socket, once; a token in the address opens none', async () => {
  const { ticket } = await house.admin.auth.ticket()
  const first = await open('/ws', house.admin, {}, ticket)
  await expect(open('/ws', house.admin, {}, ticket)).rejects.toThrow('401')
  const { token } = await house.signIn('admin', adminPassword)
  await expect(open(`/ws?token=${token}`, house.admin, {}, 'nothing')).rejects.toThrow('401')
  await leave(first)
})

test('a page of another site is refused, and so is an address that is none', async () => {
  await expect(open('/ws', house.admin, { origin: 'http://evil.example' })).rejects.toThrow('403')
  await expect(open('/ws/nowhere')).rejects.toThrow('404')
})

test('a user has a bounded number of sockets', async () => {
  const opened = [await open(), await open(), await open()]
  await expect(open()).rejects.toThrow('429')
  for (const one of opened) await leave(one)
})

test('the channels open, and what is no channel says which there are', async () => {
  const one = await open()
  for (const channel of ['deployments', 'metrics', 'plugins', 'alerts', 'wizard', 'chat', 'system'])
    subscribe(one, channel, channel)
  for (const channel of ['deployments', 'metrics', 'plugins', 'alerts', 'wizard', 'chat', 'system']) {
    await one.next((message) => message.type === 'subscribed' && message.sub === channel)
  }
  subscribe(one, 'logs', 'logs', { params: { serviceId: 'nope' } })
  expect(await one.next((message) => message.type === 'error' && message.sub === 'logs')).toMatchObject({
    errorCode: 'NOT_FOUND',
  })
  subscribe(one, 'x', 'constructor')
  expect(await one.next((message) => message.type === 'error' && message.sub === 'x')).toMatchObject({
    errorCode: 'VALIDATION_FAILED',
  })
  one.socket.send('not json')
  expect(await one.next((message) => message.type === 'error' && message.sub === null)).toMatchObject({
    errorCode: 'MALFORMED_BODY',
  })
  await leave(one)
})

test('events arrive, and a dropped client gets what it missed', async () => {
  const first = await open()
  subscribe(first, 's', 'system')
  await first.next((message) => message.type === 'subscribed')
  house.house.domains.announce({ type: 'system.warning', message: 'one' })
  const batch = await first.next(
    (message) => message.type === 'batch' && JSON.stringify(message.events).includes('"one"'),
  )
  await leave(first)
  house.house.domains.announce({ type: 'system.warning', message: 'two' })
  const second = await open()
  subscribe(second, 's', 'system', { after: (batch as { seq: number }).seq })
  expect(await second.next((message) => message.type === 'subscribed')).toMatchObject({ resumed: true })
  await second.next((message) => message.type === 'batch' && JSON.stringify(message.events).includes('"two"'))
  expect(JSON.stringify(second.messages)).not.toContain('"one"')
  subscribe(second, 'old', 'system', { after: 5 })
  expect(await second.next((message) => message.type === 'subscribed' && message.sub === 'old')).toMatchObject({
    resumed: false,
  })
  await leave(second)
})

test('a client that does not read costs a bounded memory and is told what it missed', async () => {
  const slow = await open()
  subscribe(slow, 's', 'system')
  await slow.next((message) => message.type === 'subscribed')
  slow.socket.pause()
  const text = 'x'.repeat(10_000)
  for (let n = 0; n < 3000; n++) {
    house.house.domains.announce({ type: 'system.warning', message: text, data: { n } })
    if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 12))
  }
  slow.socket.resume()
  const gap = await slow.next((message) => message.type === 'gap')
  expect((gap as { missed: number }).missed).toBeGreaterThan(0)
  await leave(slow)
}, 120_000)

test('what a grant does not cover is not sent, and a revoked session closes its sockets', async () => {
  await house.admin.users.create({
    username: 'mara',
    password: 'a-long-enough-one',
    role: 'viewer',
    reach: 'granted',
    grants: [{ on: 'target', id: 'elsewhere', role: 'viewer' }],
  })
  const { client } = await house.signIn('mara', 'a-long-enough-one')
  const hers = await open('/ws', client)
  subscribe(hers, 's', 'system')
  await hers.next((message) => message.type === 'subscribed')
  house.house.domains.announce({
    type: 'service.started',
    message: 'of local',
    targetId: 'local',
    serviceId: 'local:x',
  })
  house.house.domains.announce({
    type: 'service.started',
    message: 'of elsewhere',
    targetId: 'elsewhere',
    serviceId: 'elsewhere:x',
  })
  await hers.next((message) => message.type === 'batch' && JSON.stringify(message.events).includes('of elsewhere'))
  expect(JSON.stringify(hers.messages)).not.toContain('of local')
  await house.admin.users.update({ id: 'mara', disabled: true })
  expect(await hers.closed).toBe(4401)
})

test('the direct paths of the seeds open their channel at once', async () => {
  for (const path of ['/ws/dashboard', '/ws/metrics', '/ws/services/any', '/ws/deployments/any']) {
    const one = await open(path)
    await one.next((message) => message.type === 'subscribed' && message.sub === 'main')
    await leave(one)
  }
  for (const path of ['/ws/logs/nope', '/ws/containers/nope/logs', '/ws/containers/nope/stats']) {
    const one = await open(path)
    expect(await one.next((message) => message.type === 'error')).toMatchObject({ errorCode: 'NOT_FOUND' })
    await leave(one)
  }
})

test('a client that talks without end is let go', async () => {
  const loud = await open()
  for (let n = 0; n < 1_300; n++) loud.socket.send('{"type":"nonsense"}')
  expect(await loud.closed).toBe(4429)
})

test('a change that leaves the rights as they were leaves the sockets open', async () => {
  const { client } = await house.signIn('admin', adminPassword)
  const terminal = await open('/ws/services/any/exec', client)
  const session = (await client.auth.sessions({})).items.find((one) => !one.current)!
  await client.auth.revokeSession({ id: session.id })
  const other = await open('/ws', client)
  subscribe(other, 's', 'system')
  await other.next((message) => message.type === 'subscribed')
  expect(terminal.socket.readyState).toBe(Socket.OPEN)
  await leave(terminal)
  await leave(other)
})
