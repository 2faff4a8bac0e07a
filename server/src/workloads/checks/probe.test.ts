import type dns from 'node:dns/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { createServer as createListener, type Server as Listener } from 'node:net'
import { type HealthCheckSpec, checkDefaults } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { selfSigned } from './testing/self-signed.ts'
import { probe } from './index.ts'

const asked: string[] = []
vi.mock('node:dns/promises', async (original) => {
  const real = await original<typeof dns>()
  return {
    ...real,
    lookup: async (host: string) => {
      asked.push(host)
      if (host === 'once.test') return { address: '127.0.0.1', family: 4 }
      if (host === 'metadata.test') return { address: '169.254.169.254', family: 4 }
      return real.lookup(host)
    },
  }
})

let server: Server
let port: number
let sockets: WebSocketServer
let deaf: Listener
let deafPort: number
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end()
    else if (request.url === '/late') response.writeHead(200).end(`${'x'.repeat(1_048_576)}needle`)
    else if (request.url === '/split') {
      response.writeHead(200).write('nee')
      setTimeout(() => response.end('dle'), 20)
    } else response.writeHead(request.url === '/bad' ? 500 : 200, { 'x-host': request.headers.host }).end('hello')
  })
  sockets = new WebSocketServer({ server, path: '/socket' })
  deaf = createListener((socket) => void socket.on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
  ;({ port } = server.address() as { port: number })
  ;({ port: deafPort } = deaf.address() as { port: number })
})
afterAll(() => {
  sockets.close()
  server.close()
  deaf.close()
})

const never = new AbortController().signal
const timing = { name: 'check', ...checkDefaults, timeoutMs: 2_000 }
const variables: Record<string, string> = { DB_PASSWORD: 'tulip-harbour-42' }
const context = {
  run: async () => ({ exitCode: 3, output: 'one\nlast words\n' }),
  secret: async (name: string) => variables[name] ?? null,
}
const check = (spec: object): ReturnType<typeof probe> =>
  probe({ ...timing, ...spec } as HealthCheckSpec, context, never)
const http = (url: string, expectStatus: number | null = null) => check({ kind: 'http', url, expectStatus })
const store = {
  kind: 'database',
  engine: 'mysql',
  host: '127.0.0.1',
  port: 1,
  username: 'shop',
  passwordVariable: 'DB_PASSWORD',
  database: null,
}

test.each(['2852039166', '169.254.43518', '[::ffff:a9fe:a9fe]', 'metadata.test'])(
  'no kind of check calls %s',
  async (host) => {
    const told = { ok: false, message: expect.stringContaining('does not call') as string }
    expect(await http(`http://${host}/`)).toMatchObject(told)
    expect(await check({ kind: 'websocket', url: `ws://${host}/` })).toMatchObject(told)
    expect(await check({ kind: 'tcp', host, port: 80 })).toMatchObject(told)
    for (const engine of ['mysql', 'postgres', 'redis'])
      expect(await check({ ...store, engine, host, port: 80 })).toMatchObject(told)
  },
)

test('a name is looked up once, and the answer is what is called', async () => {
  asked.length = 0
  expect(await http(`http://once.test:${port}/`)).toMatchObject({ ok: true, message: '200' })
  expect(await check({ kind: 'websocket', url: `ws://once.test:${port}/socket` })).toMatchObject({ ok: true })
  expect(await check({ kind: 'tcp', host: 'once.test', port })).toMatchObject({ ok: true })
  expect(asked).toEqual(['once.test', 'once.test', 'once.test'])
})

test('a redirect is the answer; it is not followed', async () => {
  expect(await http(`http://127.0.0.1:${port}/away`)).toMatchObject({ ok: true, message: '302' })
  expect(await http(`http://127.0.0.1:${port}/away`, 200)).toMatchObject({
    ok: false,
    message: 'answered 302, not 200',
  })
})

test('the answer must hold the text, across its chunks, within its first megabyte', async () => {
  const holds = (path: string, contains: string) =>
    check({ kind: 'http', url: `http://127.0.0.1:${port}${path}`, expectStatus: null, contains })
  expect(await holds('/', 'ell')).toMatchObject({ ok: true, message: '200' })
  expect(await holds('/split', 'needle')).toMatchObject({ ok: true, message: '200' })
  expect(await holds('/', 'goodbye')).toMatchObject({ ok: false, message: 'answered 200 without the text "goodbye"' })
  expect(await holds('/late', 'needle')).toMatchObject({ ok: false })
  expect(await holds('/bad', 'hello')).toMatchObject({ ok: false, message: 'answered 500' })
})

test('what is wrong is said in words', async () => {
  expect(await http(`http://127.0.0.1:${port}/bad`)).toMatchObject({ ok: false, message: 'answered 500' })
  expect(await http('http://127.0.0.1:1/')).toMatchObject({ ok: false, message: 'refused the connection' })
  expect(await http('file:///etc/passwd')).toMatchObject({
    ok: false,
    message: expect.stringContaining('http://') as string,
  })
  expect(await http('nonsense')).toMatchObject({ ok: false })
  expect(await check({ kind: 'websocket', url: `ws://127.0.0.1:${port}/none` })).toMatchObject({
    ok: false,
    message: expect.stringContaining('answered 400') as string,
  })
  expect(await check({ kind: 'command', argv: ['x'] })).toMatchObject({ ok: false, message: 'exit 3: last words' })
})

test('what is wrong with TLS is said in words, over HTTP and WebSocket alike', async () => {
  const tls = createSecure(selfSigned('127.0.0.1'), (_, response) => void response.end('hello'))
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
  const secure = (tls.address() as { port: number }).port
  try {
    const untrusted = { ok: false, message: 'its certificate is signed by itself, so it is not trusted' }
    expect(await http(`https://127.0.0.1:${secure}/`)).toMatchObject(untrusted)
    expect(await check({ kind: 'websocket', url: `wss://127.0.0.1:${secure}/` })).toMatchObject(untrusted)
    expect(await http(`https://127.0.0.1:${port}/`)).toMatchObject({
      ok: false,
      message: expect.stringContaining('does not speak TLS') as string,
    })
  } finally {
    tls.close()
  }
})

test('an answer that never ends is cut off by its deadline, or read no further than its first megabyte', async () => {
  let sent = 0
  const flood = createServer((request, response) => {
    response.writeHead(200)
    if (request.url === '/drip') {
      setInterval(() => response.write('.'), 20).unref()
      return
    }
    const more = (): void => {
      while (response.writable && sent < 64_000_000) {
        sent += 65_536
        if (response.write(Buffer.alloc(65_536, 'x'))) continue
        response.once('drain', more)
        return
      }
    }
    more()
  })
  await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(flood.address() as { port: number }).port}`
  try {
    const drip = { kind: 'http', url: `${at}/drip`, expectStatus: null, contains: 'needle', timeoutMs: 300 }
    expect(await check(drip)).toMatchObject({ ok: false, message: 'did not answer within 300 ms' })
    expect(await check({ ...drip, url: `${at}/flood`, timeoutMs: 10_000 })).toMatchObject({
      ok: false,
      message: 'answered 200 without the text "needle"',
    })
    expect(sent).toBeLessThan(32_000_000)
  } finally {
    flood.closeAllConnections()
    flood.close()
  }
})

test.each(['mysql', 'postgres', 'redis'])('a %s that is not there, or is deaf, is told of', async (engine) => {
  expect(await check({ ...store, engine })).toMatchObject({ ok: false, message: 'refused the connection' })
  expect(await check({ ...store, engine, port: deafPort, timeoutMs: 300 })).toMatchObject({
    ok: false,
    message: 'did not answer within 300 ms',
  })
  expect(await check({ ...store, engine, passwordVariable: 'NOT_THERE' })).toMatchObject({
    ok: false,
    message: 'the service has no variable NOT_THERE, so there is no password to sign in with',
  })
})
