import { createServer, type Server } from 'node:http'
import { createLog } from '@wheelhouse/platform/log'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RemoteWrite } from './remote-write.ts'
import { snappy } from './snappy.ts'
import type { Written } from './write-request.ts'
import { labelsIn } from './written.ts'

/** The block format of snappy, taken apart by its own description. */
function plain(bytes: Buffer): Buffer {
  let at = 0
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    length += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  const into = Buffer.alloc(length)
  let to = 0
  while (at < bytes.length) {
    const tag = bytes[at++]!
    if ((tag & 3) === 0) {
      let size = tag >> 2
      if (size >= 60) {
        const width = size - 59
        size = bytes.readUIntLE(at, width)
        at += width
      }
      bytes.copy(into, to, at, at + size + 1)
      at += size + 1
      to += size + 1
    } else {
      expect(tag & 3).toBe(2)
      const offset = bytes.readUInt16LE(at)
      at += 2
      for (let rest = (tag >> 2) + 1; rest > 0; rest--, to++) into[to] = into[to - offset]!
    }
  }
  expect(to).toBe(length)
  return into
}

test('snappy gives back what it was given, and less of what repeats', () => {
  const words = Buffer.from('wheelhouse_service_cpu_percent{service="web"} '.repeat(5_000))
  const noise = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 2_654_435_761) >>> 13))
  for (const bytes of [Buffer.alloc(0), Buffer.from('abc'), words, noise, Buffer.concat([noise, words, noise])])
    expect(plain(snappy(bytes)).equals(bytes)).toBe(true)
  expect(snappy(words).length).toBeLessThan(words.length / 10)
})

test('labels of an endpoint are read with their escapes', () => {
  expect(labelsIn('{code="200",path="/a,b{c}",said="\\"x\\\\y\\n"}')).toEqual({
    code: '200',
    path: '/a,b{c}',
    said: '"x\\y\n',
  })
})

let server: Server
let url: string
let status = 200
const bodies: Buffer[] = []
const tokens: (string | undefined)[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      tokens.push(request.headers.authorization)
      if (status === 200) bodies.push(plain(Buffer.concat(chunks)))
      response.writeHead(status).end(status === 200 ? '' : 'out of order')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/api/v1/write`
})
afterAll(() => void server.close())

test('readings wait while the store does not take them, and are dropped where it never will', async () => {
  const log = createLog({ level: 'silent', pretty: false })
  let read: Written[] = [{ name: 'up', labels: { target: 'local' }, value: 1 }]
  status = 503
  const remote = new RemoteWrite({ url, token: 'secret-token', log, intervalMs: 200, read: () => read })
  remote.start()
  const patience = { timeout: 30_000, interval: 50 }
  await vi.waitFor(() => {
    expect(remote.state.waiting).toBeGreaterThan(1)
    expect(remote.state).toMatchObject({ sent: 0, dropped: 0, problem: 'It answered 503: out of order' })
  }, patience)
  status = 200
  await vi.waitFor(() => expect(remote.state).toMatchObject({ waiting: 0, problem: null, dropped: 0 }), patience)
  expect(remote.state.sent).toBeGreaterThan(1)
  expect(tokens.at(-1)).toBe('Bearer secret-token')
  expect(bodies.at(-1)!.includes(Buffer.from('__name__'))).toBe(true)
  // What is gone is told to be gone, by the NaN that stands for it.
  read = []
  await vi.waitFor(
    () => expect(bodies.some((body) => body.includes(Buffer.from('020000000000f07f', 'hex')))).toBe(true),
    patience,
  )
  read = [{ name: 'up', labels: {}, value: 1 }]
  status = 400
  await vi.waitFor(() => expect(remote.state.dropped).toBeGreaterThan(0), patience)
  await remote.close()
})
