import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../proxy/conformance.ts'
import { ask, echo, upgradeTo, who } from '../../proxy/testing/ask.ts'
import { startInstance } from '../../proxy/testing/instance.ts'
import { freePort } from '../../../test/fixtures/free-port.ts'
import { Board, rawTalk } from './board.ts'

let at: Board
beforeEach(() => {
  at = new Board({ answerMs: 300, connectMs: 500, headersMs: 300, stallMs: 5_000 })
})
afterEach(() => at.close())

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Answers the first request of a connection; what it does with a second one is the test's. */
async function fickle(second: (socket: Socket) => void): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = []
  const upstream = await at.raw((socket) => {
    let requests = 0
    socket.on('data', (chunk) => {
      const line = chunk.toString().split('\r\n')[0] ?? ''
      if (!line.includes('HTTP/1.1')) return
      seen.push(line.split(' ')[0] ?? '')
      if (requests++ === 0) socket.write(ok)
      else second(socket)
    })
    socket.on('end', () => socket.end())
  })
  return { port: await at.serve([upstream]), seen }
}

test('a kept connection that closes under a request costs nobody an answer, where sending again does no harm', async () => {
  const { port, seen } = await fickle((socket) => socket.destroy())
  const status = async (method: string, headers = {}): Promise<number> =>
    (await ask({ port, method, headers, ...(method === 'GET' ? {} : { body: Buffer.from('body') }) })).status
  expect(await status('GET')).toBe(200)
  expect(await status('GET')).toBe(200)
  expect(seen).toEqual(['GET', 'GET', 'GET'])
  expect(await status('PUT')).toBe(200)

  // One that must not be done twice reaches the upstream once, and the client hears that nobody knows.
  expect(await status('POST')).toBe(200)
  const before = seen.length
  expect(await status('POST')).toBe(502)
  expect(seen.length).toBe(before + 1)
  expect(await status('POST')).toBe(200)
  // With a key the client has said that twice is once.
  expect(await status('GET', {})).toBe(200)
  expect(await status('PUT', { 'idempotency-key': 'k' })).toBe(200)
})

test('a kept connection that was closed while it rested is not used', async () => {
  const upstream = await at.raw((socket) => {
    socket.on('data', (chunk) => {
      if (!chunk.toString().includes('HTTP/1.1')) return
      socket.write(ok)
      setTimeout(() => socket.end(), 1) // without a word in the answer
    })
  })
  const port = await at.serve([upstream])
  const agent = new Agent({ keepAlive: true })
  const body = Buffer.from('x')
  for (let round = 0; round < 40; round++) {
    expect((await ask({ port, agent, method: 'POST', body })).status).toBe(200)
    await new Promise((done) => setTimeout(done, 10))
  }
  agent.destroy()
})

test('an upstream that dies in the middle of a GET is passed over for another, once', async () => {
  const dying = await at.raw((socket) => void socket.once('data', () => socket.destroy()))
  const alive = await startInstance('alive')
  const port = await at.serve([dying, alive.upstream])
  for (let round = 0; round < 6; round++) expect(await who(port)).toBe('alive')
  const statuses = []
  for (let round = 0; round < 2; round++) {
    statuses.push((await ask({ port, path: '/echo', method: 'POST', body: Buffer.from('x') })).status)
  }
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 502])
  await alive.kill()
})

test('silence becomes 504, nonsense 502, nobody 503', async () => {
  const silent = await at.raw(() => {})
  const port = await at.serve([silent])
  expect((await ask({ port })).status).toBe(504)
  const nonsense = await at.raw((socket) => void socket.once('data', () => socket.end('SSH-2.0-server\r\n')))
  expect((await ask({ port: await at.serve([nonsense]) })).status).toBe(502)
  const both = await at.raw((socket) => {
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    )
  })
  expect((await ask({ port: await at.serve([both]) })).status).toBe(502)
  expect((await ask({ port: await at.serve([]) })).status).toBe(503)
  expect((await ask({ port: await at.serve([{ ...silent, weight: 0 }]) })).status).toBe(503)
})

test('a client that does not finish the head of its request is let go', async () => {
  const one = await startInstance('one')
  const port = await at.serve([one.upstream])
  expect(await rawTalk(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ')).toMatch(/^HTTP\/1.1 408 /)
  expect(await rawTalk(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 /,
  )
  expect(await who(port)).toBe('one')
  await one.kill()
})

test('a drain waits for upgraded connections and cuts them when its time is over', async () => {
  const [one, two] = [await startInstance('one'), await startInstance('two')]
  const port = await at.serve([one.upstream])
  const { socket } = await upgradeTo(port)
  const listen = { host: '127.0.0.1', port }
  await at.board.set({ id: at.id, protocol: 'http', listen, hostnames: [], upstreams: [two.upstream] })
  await echo(socket, 'still here\n')
  const closed = new Promise((done) => socket.once('close', done))
  expect(await at.board.drain(at.id, 'one', 100, new AbortController().signal)).toBe(0)
  await closed

  const second = await upgradeTo(port)
  const gaveUp = AbortSignal.timeout(50)
  expect(await at.board.drain(at.id, 'two', 10_000, gaveUp)).toBe(1)
  await echo(second.socket, 'not cut\n')
  second.socket.end()
  expect(await at.board.drain(at.id, 'two', 10_000, new AbortController().signal)).toBe(0)
  await Promise.all([one.kill(), two.kill()])
})

test('requests that are under way survive the removal of their route', async () => {
  const one = await startInstance('one')
  const port = await at.serve([one.upstream])
  const slow = ask({ port, path: '/slow?ms=400' })
  await until(() => one.taken === 1)
  await at.board.remove(at.id)
  await expect(who(port)).rejects.toThrow(/ECONNREFUSED/)
  expect(await at.board.drain(at.id, 'one', 5_000, new AbortController().signal)).toBe(0)
  expect((await slow).body.toString()).toMatch(/one$/)
  await one.kill()
})

test('tcp: the end of one side is passed on, a dead upstream passed over, a drain waits', async () => {
  const greeter = await at.raw((socket) => {
    socket.write('hello\n')
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('end', () => socket.end('bye'))
  })
  const dead = { id: 'dead', host: '127.0.0.1', port: await freePort(), weight: 1 }
  const port = await at.serve([dead, greeter], 'tcp')
  for (let round = 0; round < 3; round++) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString()))
    await until(() => heard === 'hello\n')
    socket.end('last words\n')
    await new Promise((done) => socket.once('close', done))
    expect(heard).toBe('hello\nlast words\nbye')
  }
  const open = connect({ port, host: '127.0.0.1' })
  await new Promise((done) => open.once('data', done))
  expect(await at.board.drain(at.id, greeter.id, 50, new AbortController().signal)).toBe(1)
  const drained = at.board.drain(at.id, greeter.id, 10_000, new AbortController().signal)
  open.end()
  expect(await drained).toBe(0)
  expect(at.board.stats(at.id).find(({ id }) => id === greeter.id)).toMatchObject({ requests: 4, active: 0, errors: 0 })
})

test('figures are of the upstream since it was added', async () => {
  const [one, two] = [await startInstance('one'), await startInstance('two')]
  const port = await at.serve([one.upstream])
  for (const status of [200, 200, 404, 500, 503]) await ask({ port, path: `/?status=${status}` })
  const listen = { host: '127.0.0.1', port }
  const route = { id: at.id, protocol: 'http', listen, hostnames: [] } as const
  await at.board.set({ ...route, upstreams: [{ ...one.upstream, weight: 5 }, two.upstream] })
  const [first, second] = at.board.stats(at.id)
  expect(first).toMatchObject({ id: 'one', active: 0, requests: 5, errors: 2 })
  expect(first?.p50Ms).toBeGreaterThan(0)
  expect(first?.p99Ms).toBeGreaterThanOrEqual(first?.p50Ms ?? Infinity)
  expect(second).toEqual({ id: 'two', active: 0, requests: 0, errors: 0, p50Ms: null, p99Ms: null })
  await Promise.all([one.kill(), two.kill()])
})

test('an upload of any length reaches another upstream whole when the first takes no connection', async () => {
  const { upstream } = await at.service((request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () => response.end(String(bytes)))
  })
  const dead = { id: 'dead', host: '127.0.0.1', port: await freePort(), weight: 1 }
  const port = await at.serve([dead, upstream])
  const answer = await new Promise<string>((done, fail) => {
    const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false }, (heard) => {
      done(heard.toArray().then((chunks) => chunks.join('')))
    })
    sent.on('error', fail)
    for (let piece = 0; piece < 80; piece++) sent.write(Buffer.alloc(100_000))
    sent.end()
  })
  expect(answer).toBe('8000000')
})
