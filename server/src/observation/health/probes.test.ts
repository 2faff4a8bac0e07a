import type dns from 'node:dns/promises'
import { createServer, type Server } from 'node:http'
import { type HealthCheckSpec, checkDefaults } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { AddressRefused, guardedAddress } from './guard.ts'
import { probe } from './probes.ts'

// A name that answers once: whoever looks it up a second time could be told another address (DNS rebinding).
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
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end()
    else response.writeHead(request.url === '/bad' ? 500 : 200, { 'x-host': request.headers.host }).end('hello')
  })
  sockets = new WebSocketServer({ server, path: '/socket' })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ;({ port } = server.address() as { port: number })
})
afterAll(() => {
  sockets.close()
  server.close()
})

const never = new AbortController().signal
const timing = { name: 'check', ...checkDefaults, timeoutMs: 2_000 }
const check = (spec: object): ReturnType<typeof probe> =>
  probe({ ...timing, ...spec } as HealthCheckSpec, async () => ({ exitCode: 3, output: 'one\nlast words\n' }), never)
const http = (url: string, expectStatus: number | null = null) => check({ kind: 'http', url, expectStatus })

describe('addresses that checks do not call', () => {
  test.each([
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '::a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    'fd00:ec2::254',
    'fe80::1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '100.100.100.200',
    'metadata.test',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
  ])('%s', async (host) => {
    await expect(guardedAddress(host)).rejects.toThrow(AddressRefused)
    expect(await check({ kind: 'tcp', host, port: 80 })).toMatchObject({ ok: false })
  })

  test.each([
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:a9fe:a9fe]',
    'metadata.test',
  ])('http://%s', async (host) => {
    const told = { ok: false, message: expect.stringContaining('do not call') as string }
    expect(await http(`http://${host}/`)).toMatchObject(told)
    expect(await check({ kind: 'websocket', url: `ws://${host}/` })).toMatchObject(told)
  })

  test('this machine and private networks are where services live', async () => {
    for (const host of ['127.0.0.1', '[::1]', '10.1.2.3', '192.168.0.1', 'fd12::1']) {
      expect(await guardedAddress(host)).toHaveProperty('address')
    }
  })
})

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

test('what is wrong is said in words', async () => {
  expect(await http(`http://127.0.0.1:${port}/bad`)).toMatchObject({ ok: false, message: 'answered 500' })
  expect(await http('http://127.0.0.1:1/')).toMatchObject({ ok: false, message: 'refused the connection' })
  expect(await http('file:///etc/passwd')).toMatchObject({
    ok: false,
    message: expect.stringContaining('http://') as string,
  })
  expect(await http('nonsense')).toMatchObject({ ok: false })
  expect(await check({ kind: 'websocket', url: `ws://127.0.0.1:${port}/none` })).toMatchObject({ ok: false })
  expect(await check({ kind: 'command', argv: ['x'] })).toMatchObject({ ok: false, message: 'exit 3: last words' })
})
