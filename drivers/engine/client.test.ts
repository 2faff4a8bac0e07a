import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseAddress } from './address.ts'
import { negotiate } from './api-version.ts'
import { EngineClient } from './client.ts'
import { refusal, toldInside, unreachable } from './engine-failure.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function answering(listener: RequestListener): Promise<EngineClient> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new EngineClient(parseAddress({ address: `tcp://127.0.0.1:${port}`, tls: null }))
  closing.push(
    () => client.drop(),
    () => server.close(),
  )
  return client
}

test('addresses', () => {
  expect(parseAddress({ address: 'unix:///run/docker.sock', tls: null })).toMatchObject({
    connection: { socketPath: '/run/docker.sock' },
  })
  expect(parseAddress({ address: 'tcp://[::1]:2376', tls: { ca: 'x' } })).toEqual({
    label: '[::1]:2376',
    secure: true,
    connection: { host: '::1', port: 2376, ca: 'x' },
  })
  expect(() => parseAddress({ address: 'http://host', tls: null })).toThrow('Use unix:///path/to/docker.sock')
})

test('the version is the highest both speak', () => {
  expect(negotiate('1.41').text).toBe('1.41')
  expect(negotiate('1.52', '1.44').text).toBe('1.47')
  expect(negotiate('1.41').atLeast(42)).toBe(false)
  expect(() => negotiate('1.24')).toThrow(
    'The engine speaks 1.24; Wheelhouse needs 1.41, that is Docker 20.10 or newer.',
  )
  expect(() => negotiate('1.60', '1.50')).toThrow('Update Wheelhouse.')
})

test('what is no engine is told', async () => {
  const client = await answering((_request, response) => response.end('{}'))
  await expect(client.json({ path: '/info' })).rejects.toThrow('is no Docker engine')
})

test('silence counts as gone', async () => {
  const client = await answering((request, response) => {
    if (request.url === '/version') response.end('{"ApiVersion":"1.41"}')
  })
  await expect(client.json({ path: '/info', timeoutMs: 50 })).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
})

test('a kept socket that died unseen is not an error of a question', async () => {
  let count = 0
  const client = await answering((request, response) => {
    count += 1
    if (request.url === '/version') return response.end('{"ApiVersion":"1.41"}')
    if (count === 2) return request.socket.destroy()
    return response.end('{"ok":true}')
  })
  expect(await client.json({ path: '/info' })).toEqual({ ok: true })
})

test('the reason of a signal is what is thrown', async () => {
  const client = await answering((request, response) => {
    if (request.url === '/version') response.end('{"ApiVersion":"1.41"}')
  })
  const abort = new AbortController()
  const asked = client.json({ path: '/info', signal: abort.signal })
  setTimeout(() => abort.abort(new Error('enough')), 20)
  await expect(asked).rejects.toThrow('enough')
})

test.for([
  [404, 'No such container: x', 'NOT_FOUND'],
  [409, 'Conflict. The container name "/web" is already in use by container "1"', 'CONFLICT'],
  [409, 'Container 1 is not running', 'STATE_CONFLICT'],
  [500, 'Container 1 is not paused', 'STATE_CONFLICT'],
  [500, 'driver failed programming external connectivity', 'TARGET_REFUSED'],
  [400, 'Client sent an HTTP request to an HTTPS server.', 'TARGET_UNREACHABLE'],
] as const)('%i %s', ([status, message, code]) => {
  expect(refusal(status, JSON.stringify({ message }))).toMatchObject({ code })
  expect(refusal(status, `${message}\n`)).toMatchObject({ code })
})

test.for([
  ['ENOENT', 'Start Docker there'],
  ['EACCES', 'group that owns the socket'],
  ['ECONNREFUSED', 'Start Docker.'],
  ['ETIMEDOUT', 'does not answer'],
  ['CERT_HAS_EXPIRED', 'Renew it'],
] as const)('%s says what to do', ([code, words]) => {
  const endpoint = parseAddress({ address: 'unix:///run/docker.sock', tls: null })
  expect(unreachable(Object.assign(new Error(code), { code }), endpoint).message).toContain(words)
})

test('a disk that is full is told as that, with what to do, also inside an answer that began well', () => {
  const words = 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device'
  expect(refusal(500, JSON.stringify({ message: words }))).toMatchObject({
    code: 'STORAGE_FULL',
    message: expect.stringContaining('remove images, containers and volumes'),
  })
  expect(toldInside('a:1 was not pulled.', words)).toMatchObject({
    code: 'STORAGE_FULL',
    message: expect.stringContaining(`a:1 was not pulled. The engine says: ${words}. The disk of the engine is full`),
  })
  const built = toldInside(
    'a:1 was not built.',
    'it returned a non-zero code: 1',
    "\ndd: '/x': No space left on device",
  )
  expect(built.code).toBe('STORAGE_FULL')
  expect(toldInside('a:1 was not pulled.', 'no such image').code).toBe('TARGET_REFUSED')
})
