import type { AddressInfo } from 'node:net'
import type { LogLine } from '@wheelhouse/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type WebSocket as Peer, WebSocketServer } from 'ws'
import { type Feed, Live, type LiveOptions, type LiveState, type SocketLike } from './socket.ts'

interface Message {
  type: string
  sub?: string
  channel?: string
  params?: unknown
  after?: number
}

let server: WebSocketServer
let url: string
let peers: Peer[]
let heard: Message[]
let protocols: string[]
let live: Live | null

const last = (): Peer => {
  const peer = peers.at(-1)
  if (!peer) throw new Error('nobody is connected')
  return peer
}
const tell = (message: object): void => last().send(JSON.stringify(message))
const line = (text: string): LogLine => ({ at: '2026-11-20T10:00:00.000Z', stream: 'stdout', level: null, text })
const until = (met: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(met()).toBe(true), { timeout: 60_000, interval: 5 })
const subscriptions = (): Message[] => heard.filter((message) => message.type === 'subscribe')

function connect(options: Partial<LiveOptions> = {}): Live {
  live = new Live({
    url,
    ticket: () => Promise.resolve(`t${peers.length + 1}`),
    open: (address, names) => new WebSocket(address, names) as unknown as SocketLike,
    ...options,
  })
  return live
}

function follow(on: Live): {
  lines: string[]
  gaps: number[]
  ready: boolean[]
  ends: (string | null)[]
  stop(): void
} {
  const seen = { lines: [] as string[], gaps: [] as number[], ready: [] as boolean[], ends: [] as (string | null)[] }
  const feed: Feed<'logs'> = {
    onEvents: (events) => seen.lines.push(...events.map((event) => event.text)),
    onGap: (missed) => seen.gaps.push(missed),
    onReady: (resumed) => seen.ready.push(resumed),
    onEnd: (_, code) => seen.ends.push(code),
  }
  return { ...seen, stop: on.subscribe('logs', { serviceId: 'a' }, feed) }
}

beforeEach(async () => {
  peers = []
  heard = []
  protocols = []
  live = null
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => {
      protocols = [...offered]
      return 'wheelhouse.v1'
    },
  })
  server.on('connection', (peer) => {
    peers.push(peer)
    peer.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message))
  })
  await new Promise<void>((done) => server.once('listening', done))
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  live?.close()
  for (const peer of peers) peer.terminate()
  server.close()
})

describe('a subscription', () => {
  test('is announced with the ticket beside the protocol, and gets its events', async () => {
    const seen = follow(connect())
    await until(() => subscriptions().length === 1)
    expect(protocols).toEqual(['wheelhouse.v1', 'ticket.t1'])
    expect(subscriptions()[0]).toEqual({ type: 'subscribe', sub: 's1', channel: 'logs', params: { serviceId: 'a' } })
    tell({ type: 'subscribed', sub: 's1', seq: 0, resumed: false })
    tell({ type: 'batch', sub: 's1', seq: 2, events: [line('one'), line('two')] })
    await until(() => seen.lines.length === 2)
    expect(seen.lines).toEqual(['one', 'two'])
    expect(seen.ready).toEqual([false])
  })

  test('resumes after a drop from the last number it saw', async () => {
    const states: LiveState[] = []
    const seen = follow(connect({ onState: (state) => states.push(state) }))
    await until(() => subscriptions().length === 1)
    tell({ type: 'subscribed', sub: 's1', seq: 4, resumed: false })
    tell({ type: 'batch', sub: 's1', seq: 6, events: [line('five'), line('six')] })
    await until(() => seen.lines.length === 2)
    last().terminate()
    await until(() => subscriptions().length === 2)
    expect(subscriptions()[1]?.after).toBe(6)
    expect(protocols).toContain('ticket.t2')
    tell({ type: 'subscribed', sub: 's1', seq: 6, resumed: true })
    tell({ type: 'batch', sub: 's1', seq: 7, events: [line('seven')] })
    await until(() => seen.lines.length === 3)
    expect(seen.ready).toEqual([false, true])
    expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live'])
  })

  test('is told of a gap and goes on behind it', async () => {
    const seen = follow(connect())
    await until(() => subscriptions().length === 1)
    tell({ type: 'gap', sub: 's1', missed: 12, seq: 40 })
    await until(() => seen.gaps.length === 1)
    expect(seen.gaps).toEqual([12])
    last().terminate()
    await until(() => subscriptions().length === 2)
    expect(subscriptions()[1]?.after).toBe(40)
  })

  test('ends with the code of a refusal and is not announced again', async () => {
    const seen = follow(connect())
    await until(() => subscriptions().length === 1)
    tell({ type: 'error', sub: 's1', errorCode: 'FORBIDDEN', message: 'You may not.' })
    await until(() => seen.ends.length === 1)
    expect(seen.ends).toEqual(['FORBIDDEN'])
    last().terminate()
    await until(() => peers.length === 2)
    tell({ type: 'ping' })
    await until(() => heard.some((message) => message.type === 'pong'))
    expect(subscriptions()).toHaveLength(1)
  })

  test('that is stopped is taken back', async () => {
    const seen = follow(connect())
    await until(() => subscriptions().length === 1)
    seen.stop()
    await until(() => heard.some((message) => message.type === 'unsubscribe' && message.sub === 's1'))
  })
})

describe('the connection', () => {
  test('answers pings', async () => {
    follow(connect())
    await until(() => peers.length === 1 && subscriptions().length === 1)
    tell({ type: 'ping' })
    await until(() => heard.some((message) => message.type === 'pong'))
  })

  test('that has gone silent is given up, although nobody closed it', async () => {
    follow(connect())
    await until(() => subscriptions().length === 1)
    // From here on silence of two and a half times this counts as death.
    tell({ type: 'hello', socket: 'x', pingMs: 20 })
    tell({ type: 'ping' })
    last().pause()
    await until(() => subscriptions().length === 2)
    expect(peers).toHaveLength(2)
  })

  test('tries again when no ticket is given, and says why', async () => {
    const refusals: unknown[] = []
    let tries = 0
    const ticket = (): Promise<string> => (++tries === 1 ? Promise.reject(new Error('away')) : Promise.resolve('t'))
    follow(connect({ ticket, onRefused: (error) => refusals.push(error) }))
    await until(() => subscriptions().length === 1)
    expect(refusals).toHaveLength(1)
  })

  test('stays closed when it is closed on a refusal', async () => {
    let tries = 0
    const ticket = (): Promise<string> => {
      tries += 1
      return Promise.reject(new Error('ended'))
    }
    const on = connect({ ticket, onRefused: () => live?.close() })
    follow(on)
    await until(() => tries === 1 && on.state === 'closed')
    on.wake()
    expect(on.state).toBe('closed')
  })

  test('that is closed while it waits for its ticket brings no second socket', async () => {
    const waiting: ((ticket: string) => void)[] = []
    const on = connect({ ticket: () => new Promise((give) => waiting.push(give)) })
    follow(on)
    on.close()
    follow(on)
    await until(() => waiting.length === 2)
    for (const give of waiting) give('t')
    await until(() => subscriptions().length === 2)
    expect(peers).toHaveLength(1)
  })
})
