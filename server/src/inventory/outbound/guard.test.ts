import type dns from 'node:dns/promises'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { guardedCall } from './call.ts'
import { AddressRefused, guardedAddress } from './guard.ts'

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
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/away') {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end('go')
      return
    }
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => response.writeHead(200).end(`${request.method} ${request.headers.host} ${body}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ;({ port } = server.address() as { port: number })
})
afterAll(() => void server.close())

const { signal } = new AbortController()

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
])('%s is refused', async (host) => {
  await expect(guardedAddress(host)).rejects.toThrow(AddressRefused)
})

test('this machine and private networks are where services live', async () => {
  for (const host of ['127.0.0.1', '[::1]', '10.1.2.3', '192.168.0.1', 'fd12::1'])
    expect(await guardedAddress(host)).toHaveProperty('address')
})

test('a call looks a name up once, keeps it as the host, and sends its body', async () => {
  asked.length = 0
  const url = new URL(`http://once.test:${port}/`)
  const { status, body } = await guardedCall(url, { method: 'POST', body: 'grüße', readBytes: 100, signal })
  expect([status, body.toString()]).toEqual([200, `POST once.test:${port} grüße`])
  expect(asked).toEqual(['once.test'])
})

test('a redirect is the answer, and no more of it is read than was asked for', async () => {
  const url = new URL(`http://127.0.0.1:${port}/away`)
  expect(await guardedCall(url, { signal })).toMatchObject({
    status: 302,
    body: Buffer.alloc(0),
    headers: { location: 'http://169.254.169.254/' },
  })
  expect((await guardedCall(url, { readBytes: 1, signal })).body.toString()).toBe('g')
})

test('a call refuses the same addresses, and other schemes', async () => {
  await expect(guardedCall(new URL('http://metadata.test/'), { signal })).rejects.toThrow(AddressRefused)
  await expect(guardedCall(new URL('http://169.254.43518/'), { signal })).rejects.toThrow(AddressRefused)
  await expect(guardedCall(new URL('file:///etc/passwd'), { signal })).rejects.toThrow('http://')
})
