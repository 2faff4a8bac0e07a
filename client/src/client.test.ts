import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { contract } from '@wheelhouse/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Client, type ClientOptions, createClient } from './client.ts'
import type { ParcelClient } from '../../test/fixtures/bytes-server.ts'
import { Problem } from './problem.ts'
import { tableOf } from './table.ts'

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: unknown
}

let server: Server
let origin: string
let seen: Seen[]
let answer: (request: Seen, response: ServerResponse) => void

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const refusal = (errorCode: string, message: string, details = {}): object => ({
  errorCode,
  message,
  details,
  timestamp: '2026-11-20T10:00:00.000Z',
  requestId: 'request-1',
})
const clientWith = (options: Partial<ClientOptions> = {}): Client =>
  createClient({ origin, table: tableOf(contract), ...options })
const caught = async (promise: Promise<unknown>): Promise<Problem> => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Problem)
  return error as Problem
}

beforeEach(async () => {
  seen = []
  answer = (_, response) => json(response, 200, {})
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await text(request)
    const body = request.headers['content-type'] === 'application/octet-stream' ? JSON.stringify(raw) : raw
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: body === '' ? undefined : (JSON.parse(body) as unknown),
    }
    seen.push(one)
    answer(one, response)
  }
  server = createServer((request, response) => void take(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('a request', () => {
  test('puts path parameters in the path, the rest in the query of a read', async () => {
    await clientWith().logs.tail({ id: 'local:a/b c', tail: 5 })
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/services/local%3Aa%2Fb%20c/logs?tail=5' })
    expect(seen[0]?.body).toBeUndefined()
  })

  test('puts the rest in the body of a mutation, with token, headers and idempotency key', async () => {
    const client = clientWith({ token: () => 'wh_1', headers: { 'user-agent': 'wh/1' } })
    await client.services.stop({ id: 'x', timeoutMs: 10 }, { idempotencyKey: 'once' })
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/services/x/stop', body: { timeoutMs: 10 } })
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer wh_1',
      'user-agent': 'wh/1',
      'idempotency-key': 'once',
    })
  })

  test('asks for the plan with dryRun', async () => {
    await clientWith().services.remove.plan({ id: 'x' })
    expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/services/x?dryRun=true' })
  })
})

describe('an error', () => {
  test('carries code, message, details and request id', async () => {
    answer = (_, response) => json(response, 404, refusal('NOT_FOUND', 'There is no service "x".', { kind: 'service' }))
    const problem = await caught(clientWith().services.get({ id: 'x' }))
    expect(problem).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      message: 'There is no service "x".',
      details: { kind: 'service' },
      requestId: 'request-1',
    })
  })

  test.each([502, 200])('of something else with status %i says that it is not Wheelhouse', async (status) => {
    answer = (_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>proxy</h1>')
    expect(await caught(clientWith().services.list())).toMatchObject({ code: 'NOT_WHEELHOUSE', status })
  })

  test('of a server that is away says where', async () => {
    const problem = await caught(clientWith({ origin: 'http://127.0.0.1:1' }).services.list())
    expect(problem.code).toBe('NO_CONNECTION')
    expect(problem.message).toContain('http://127.0.0.1:1 does not answer')
  })

  test('of an aborted call is ABORTED', async () => {
    const controller = new AbortController()
    answer = () => controller.abort()
    expect((await caught(clientWith().services.list({}, { signal: controller.signal }))).code).toBe('ABORTED')
  })
})

describe('renewal', () => {
  const expired = (): void => {
    answer = (request, response) =>
      request.headers.authorization === 'Bearer new'
        ? json(response, 200, { ok: true })
        : json(response, 401, refusal('SESSION_ENDED', 'The session has ended.'))
  }

  test('happens once for many at a time, and each is tried again', async () => {
    expired()
    let token = 'old'
    let renewals = 0
    const client = clientWith({
      token: () => token,
      renew: async () => {
        renewals += 1
        await new Promise((done) => setImmediate(done))
        token = 'new'
        return true
      },
    })
    const answers = await Promise.all([client.services.list(), client.targets.list(), client.users.list()])
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }])
    expect(renewals).toBe(1)
  })

  test('that does not help is not repeated', async () => {
    expired()
    let renewals = 0
    const client = clientWith({
      token: () => 'old',
      renew: () => {
        renewals += 1
        return Promise.resolve(true)
      },
    })
    expect((await caught(client.services.list())).code).toBe('SESSION_ENDED')
    expect(renewals).toBe(1)
  })
})

test('a stream gives its bytes as they come', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' })
    response.write('a,b\n')
    response.end('1,2\n')
  }
  const body = await clientWith().audit.export({ format: 'csv' })
  expect(await new Response(body).text()).toBe('a,b\n1,2\n')
})

describe('an upload', () => {
  const bytes = (options: Partial<ClientOptions> = {}) =>
    (
      createClient({
        origin,
        table: { parcels: { put: ['PUT', '/api/v1/parcels/:id', 'upload'] } } as unknown as ClientOptions['table'],
        ...options,
      }) as unknown as { parcels: Pick<ParcelClient, 'put'> }
    ).parcels

  test('sends its bytes as the body, and all of its input in the address', async () => {
    await bytes().put({ id: 'a/b', stamps: 2 }, new Blob(['{"x":1}'], { type: 'application/json' }))
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/api/v1/parcels/a%2Fb?stamps=2', body: '{"x":1}' })
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-length': '7' })
  })

  test('is sent again with a new token, unless it was a stream and is read', async () => {
    answer = (request, response) =>
      request.headers.authorization === 'Bearer new'
        ? json(response, 200, { id: 'a', bytes: 3, stamps: 0 })
        : json(response, 401, refusal('SESSION_ENDED', 'The session has ended.'))
    let token = 'old'
    const renew = () => Promise.resolve((token = 'new') === 'new')
    const client = bytes({ token: () => token, renew })
    expect((await client.put({ id: 'a' }, new Blob(['abc']))).bytes).toBe(3)
    expect(seen.map(({ body }) => body)).toEqual(['abc', 'abc'])
    token = 'old'
    const once = new Blob(['abc']).stream()
    await expect(client.put({ id: 'a' }, once)).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })
})
