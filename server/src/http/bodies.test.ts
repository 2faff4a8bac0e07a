import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BytesServer, openBytesServer, readAll } from '../../../test/fixtures/bytes-server.ts'

let server: BytesServer
beforeEach(async () => {
  server = await openBytesServer({ maxUploadBytes: 8 << 20 })
})
afterEach(() => server.close())

const megabyte = Buffer.alloc(1 << 20, 7)
/** Bytes that are made as they are pulled; counts them. */
function source(megabytes: number): { stream: ReadableStream<Uint8Array>; pulled: () => number } {
  let pulled = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled === megabytes) return controller.close()
        pulled += 1
        controller.enqueue(new Uint8Array(megabyte))
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, pulled: () => pulled }
}
const url = (id: string): string => `${server.url}/api/v1/parcels/${id}`
const put = (
  id: string,
  init: { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
): Promise<Response> =>
  fetch(url(id), { method: 'PUT', ...init, headers: { authorization: 'Bearer dev', ...init.headers } })
const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { errorCode: string }).errorCode

/** A request whose body is sent by hand. */
async function byHand(
  headers: Record<string, string | number>,
  path = '/api/v1/parcels/a',
  method = 'PUT',
): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const lines = Object.entries({ host: 'x', authorization: 'Bearer dev', ...headers }).map(([k, v]) => `${k}: ${v}`)
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return socket
}
const heard = async (socket: Socket): Promise<string> => {
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

describe('an upload', () => {
  test('brings its body to the handler, with path and query as its input', async () => {
    const client = server.client()
    expect(await client.put({ id: 'a b', stamps: 3 }, new Uint8Array(5))).toEqual({ id: 'a b', bytes: 5, stamps: 3 })
    expect(await client.put({ id: 'b' }, new Blob(['12', '345']))).toEqual({ id: 'b', bytes: 5, stamps: 0 })
    expect((await client.put({ id: 'c' }, source(3).stream)).bytes).toBe(3 << 20)
    expect((await client.put({ id: 'd' }, new Uint8Array())).bytes).toBe(0)
    expect(server.audited.map(({ id, outcome, resource }) => [id, outcome, resource])).toEqual(
      ['a b', 'b', 'c', 'd'].map((id) => ['parcels.put', 'done', `parcel:${id}`]),
    )
    const answer = await put('e', { body: megabyte, headers: { 'content-type': 'application/x-tar' } })
    expect([answer.status, await answer.json()]).toEqual([201, { id: 'e', bytes: 1 << 20, stamps: 0 }])
  })

  test('takes bytes alone: no JSON, no form, nothing packed', async () => {
    for (const type of [
      'application/json',
      'text/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ])
      expect(await codeOf(await put('a', { body: '{}', headers: { 'content-type': type } }))).toBe('MEDIA_TYPE_REFUSED')
    const packed = { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' }
    expect(await codeOf(await put('a', { body: megabyte, headers: packed }))).toBe('MEDIA_TYPE_REFUSED')
    expect(server.taken).toEqual([])
    // Without any type, as programs send a file.
    const socket = await byHand({ 'content-length': 3, connection: 'close' })
    socket.write('abc')
    expect(await heard(socket)).toContain('"bytes":3')
  })

  test('refuses names that do not fit, plans and keys', async () => {
    const init = { body: 'x', headers: { 'content-type': 'application/octet-stream' } }
    expect(await codeOf(await put('a?surprise=1', init))).toBe('VALIDATION_FAILED')
    expect(await codeOf(await put('a?id=b', init))).toBe('VALIDATION_FAILED')
    expect(await codeOf(await put('a?dryRun=true', init))).toBe('VALIDATION_FAILED')
    expect(await codeOf(await put('a', { ...init, headers: { ...init.headers, 'idempotency-key': 'k' } }))).toBe(
      'VALIDATION_FAILED',
    )
    expect(server.taken).toEqual([])
  })

  test('is read only as fast as the handler takes it', async () => {
    let go: () => void = () => undefined
    const waits = new Promise<void>((resolve) => (go = resolve))
    let first = 0
    // More than all the buffers between the two of them hold.
    await server.close()
    server = await openBytesServer({ maxUploadBytes: 1 << 30 })
    server.handle = async (body) => {
      first = await new Promise<number>((resolve) => body.once('readable', () => resolve(body.readableLength)))
      await waits
      return readAll(body)
    }
    const { stream, pulled } = source(64)
    const answer = server.client().put({ id: 'slow' }, stream)
    await vi.waitFor(() => expect(first).toBeGreaterThan(0), 60_000)
    // Quiet: nothing more is pulled.
    let before = -1
    await vi.waitFor(
      () => {
        const now = pulled()
        const same = now === before
        before = now
        expect(same).toBe(true)
      },
      { interval: 200, timeout: 60_000 },
    )
    expect(pulled()).toBeLessThan(40)
    go()
    expect((await answer).bytes).toBe(64 << 20)
  })

  test('that is larger than the bound is refused: at once where that is announced, else where it is met', async () => {
    const announced = await byHand({ 'content-length': (8 << 20) + 1, connection: 'close' })
    const told = await heard(announced)
    expect(told).toContain('HTTP/1.1 413')
    expect(told).toContain('BODY_TOO_LARGE')
    expect(server.taken).toEqual([])
    expect(server.audited.at(-1)).toMatchObject({ outcome: 'refused', errorCode: 'BODY_TOO_LARGE' })

    const { stream, pulled } = source(2_000)
    await expect(server.client().put({ id: 'b' }, stream)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      status: 413,
    })
    expect(pulled()).toBeLessThan(200)
    expect(server.taken).toMatchObject([{ id: 'b', ended: 'BODY_TOO_LARGE' }])
    // It had begun: what the handler did with the first bytes is not undone by a refusal.
    expect(server.audited.at(-1)).toMatchObject({ outcome: 'failed', errorCode: 'BODY_TOO_LARGE' })
  })

  test('of a client that goes half-way is never taken for whole', async () => {
    let body: Readable | null = null
    let aborted = false
    server.handle = (stream, signal) => {
      body = stream
      signal.addEventListener('abort', () => (aborted = true))
      return readAll(stream)
    }
    const socket = await byHand({ 'content-length': 5_000_000 })
    socket.write(megabyte)
    await vi.waitFor(() => expect(body).not.toBeNull(), 60_000)
    socket.destroy()
    await vi.waitFor(() => expect(server.audited).toHaveLength(1), 60_000)
    expect(server.taken).toMatchObject([{ ended: 'MALFORMED_BODY' }])
    expect(server.audited[0]).toMatchObject({ outcome: 'failed', errorCode: 'MALFORMED_BODY' })
    expect(aborted).toBe(true)
    // Nor when the handler has not noticed.
    server.handle = async (stream) => {
      await new Promise((resolve) => stream.once('data', resolve))
      stream.pause()
      await new Promise((resolve) => stream.once('close', resolve))
      return 1
    }
    const other = await byHand({ 'transfer-encoding': 'chunked' })
    other.write('5\r\nhello\r\n')
    await vi.waitFor(() => expect(server.audited).toHaveLength(1), 60_000)
    setTimeout(() => other.destroy(), 50)
    await vi.waitFor(() => expect(server.audited).toHaveLength(2), 60_000)
    expect(server.audited[1]).toMatchObject({ outcome: 'failed', errorCode: 'MALFORMED_BODY' })
  })

  test('may take its time, but not stand still; any other body has to be here in time', async () => {
    await server.close()
    server = await openBytesServer({ arrivalMs: 300, stalledMs: 600 })
    const trickle = async (socket: Socket, text: string): Promise<void> => {
      for (const letter of text) {
        if (!socket.writable) return
        socket.write(letter)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
    const slow = await byHand({ 'content-length': 8, connection: 'close' })
    const [told] = await Promise.all([heard(slow), trickle(slow, '12345678')])
    expect(told).toContain('"bytes":8')
    const still = await byHand({ 'content-length': 8, connection: 'close' })
    still.write('1234')
    expect(await heard(still)).toContain('"errorCode":"TIMED_OUT"')
    expect(server.audited.at(-1)).toMatchObject({ outcome: 'failed', errorCode: 'TIMED_OUT' })
    const json = { 'content-type': 'application/json', 'content-length': 12 }
    const note = await byHand(json, '/api/v1/parcels/a/note', 'POST')
    const [late] = await Promise.all([heard(note), trickle(note, '{"text":"a"}')])
    expect(late).toMatch(/^HTTP\/1.1 408 /)
    const soon = await byHand({ ...json, connection: 'close' }, '/api/v1/parcels/a/note', 'POST')
    soon.write('{"text":"a"}')
    expect(await heard(soon)).toContain('{"ok":true}')
    // A client that asks whether to send it at all is told to, whatever the body is for.
    const asks = await byHand(
      { ...json, expect: '100-continue', connection: 'close' },
      '/api/v1/parcels/a/note',
      'POST',
    )
    const [go] = (await once(asks, 'data')) as [Buffer]
    expect(String(go)).toContain('100 Continue')
    asks.write('{"text":"a"}')
    expect(await heard(asks)).toContain('{"ok":true}')
  })

  test('is answered though the handler leaves its body alone', async () => {
    server.handle = async () => 0
    expect((await server.client().put({ id: 'a' }, new Uint8Array(4 << 20))).bytes).toBe(0)
    expect((await server.client().put({ id: 'b' }, new Uint8Array(9))).bytes).toBe(0)
  })
})

describe('who may not', () => {
  const asks = { expect: '100-continue', 'content-length': 5_000_000, connection: 'close' }

  test('is refused before a byte of the body is sent', async () => {
    for (const [who, status] of [
      ['viewer', 403],
      ['nobody', 401],
    ] as const) {
      const told = await heard(await byHand({ ...asks, authorization: `Bearer ${who}` }))
      expect(told).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    }
    expect(server.taken).toEqual([])
    expect(server.audited.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
      ['refused', 'FORBIDDEN'],
      ['refused', 'UNAUTHENTICATED'],
    ])
    // Who may is told to go on.
    const socket = await byHand({ ...asks, 'content-length': 4 })
    const [go] = (await once(socket, 'data')) as [Buffer]
    expect(String(go)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('1234')
    expect(await heard(socket)).toContain('"bytes":4')
  })

  test('is told so although the client sends on, and the connection is not kept for it', async () => {
    const { stream, pulled } = source(2_000)
    await expect(server.client('viewer').put({ id: 'a' }, stream)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(pulled()).toBeLessThan(200)
    const socket = await byHand({ 'content-length': 1 << 30, authorization: 'Bearer viewer' })
    const gone = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const push = (): void => {
      while (socket.writable && socket.write(megabyte));
    }
    socket.on('drain', push)
    push()
    await gone
    expect(text).toContain('HTTP/1.1 403')
    expect(server.taken).toEqual([])
  })

  test('another origin, or one caller too often', async () => {
    const headers = { origin: 'http://evil.example', 'content-type': 'application/octet-stream' }
    expect(await codeOf(await put('a', { body: megabyte, headers }))).toBe('ORIGIN_REFUSED')
    await server.close()
    server = await openBytesServer({ requestsPerMinute: 2 })
    const answers: string[] = []
    for (let n = 0; n < 4; n++)
      answers.push(
        await server
          .client()
          .put({ id: 'a' }, new Uint8Array(9))
          .then(
            () => 'taken',
            (e: { code: string }) => e.code,
          ),
      )
    expect(answers).toEqual(['taken', 'taken', 'RATE_LIMITED', 'RATE_LIMITED'])
    expect(server.taken).toHaveLength(2)
  })
})

describe('a stream of bytes', () => {
  test('arrives byte for byte, with its name and type', async () => {
    const answer = await fetch(url('grün "x".tar'), { headers: { authorization: 'Bearer dev' } })
    expect(answer.headers.get('content-type')).toBe('application/x-tar')
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="gr_n__x_.tar"; filename*=UTF-8''gr%C3%BCn%20%22x%22.tar`,
    )
    const bytes = await answer.bytes()
    expect(bytes.length).toBe(1 << 20)
    const body = await server.client().get({ id: 'a', megabytes: 3 })
    const whole = Buffer.from(await new Response(body).arrayBuffer())
    // Bytes that are no text stay as they are.
    expect([whole.length, whole[0], whole.at(-1)]).toEqual([3 << 20, 0, 194])
  })

  test('that fails before its first byte is a proper error, and later a broken connection', async () => {
    await expect(server.client().get({ id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const refused = await fetch(url('none'), { headers: { authorization: 'Bearer dev' } })
    expect(refused.headers.get('content-disposition')).toBeNull()
    const body = await server.client().get({ id: 'breaks', megabytes: 2 })
    await expect(new Response(body).arrayBuffer()).rejects.toThrow()
  })

  test('waits for a client that does not read, and ends with one that goes', async () => {
    const request = httpRequest(`${url('big')}?megabytes=4000`, { headers: { authorization: 'Bearer dev' } }).end()
    const [answer] = (await once(request, 'response')) as [Readable]
    answer.pause()
    let before = -1
    await vi.waitFor(
      () => {
        const same = server.made.chunks === before
        before = server.made.chunks
        expect(same).toBe(true)
      },
      { interval: 200, timeout: 60_000 },
    )
    expect(server.made.chunks).toBeLessThan(100)
    expect(server.made.ended).toBe(false)
    request.destroy()
    await vi.waitFor(() => expect(server.made.ended).toBe(true), 60_000)
  })

  test('ends with its client though its source is silent', async () => {
    const controller = new AbortController()
    const body = await server.client().get({ id: 'silent', megabytes: 2 }, { signal: controller.signal })
    const reader = body.getReader()
    await reader.read()
    controller.abort()
    await vi.waitFor(() => expect(server.made.ended).toBe(true), 60_000)
  })
})
