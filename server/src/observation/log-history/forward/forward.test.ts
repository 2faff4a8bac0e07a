import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { linesOf, markOf } from '@wheelhouse/platform/lines'
import { createLog } from '@wheelhouse/platform/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SourceRow } from '../store.ts'
import { destinationOf } from './destination.ts'
import { Forwarder } from './forwarder.ts'

// A stand-in for Loki and VictoriaLogs, neither of which Debian or npm has: it takes what their documents ask for.
let server: Server
let asked: { path: string; type: string; authorization: string; body: string }[]
let status: number
let forwarder: Forwarder | null
beforeEach(async () => {
  asked = []
  status = 204
  forwarder = null
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { 'content-type': type = '', authorization = '' } = request.headers
      asked.push({ path: request.url ?? '', type, authorization, body })
      response.writeHead(status).end(status === 204 ? '' : 'not now')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  await forwarder?.close()
  server.closeAllConnections()
  server.close()
})

const patience = { timeout: 60_000, interval: 50 }
const begun = 1_763_632_800_000_000
function open(kind: string, login = ''): Forwarder {
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const row = { name: 'web', stack: 'shop', targetName: 'north' } as SourceRow
  return (forwarder = new Forwarder({
    setting: `${kind}+http://${login}${address}`,
    log: createLog({ level: 'silent', pretty: false }),
    source: () => row,
  }))
}
const taken = (...texts: string[]) => ({
  serviceId: 'local:web',
  source: 1,
  firstSeq: 1,
  lines: linesOf(texts.map((each, index) => ({ at: begun + index, marks: markOf(5, 1, false), text: each }))),
})

test('Loki is sent streams with labels, and what is of a line beside it', async () => {
  const { take } = open('loki', 'mara:p%40ss@')
  take(taken('one', 'zwei ü'))
  await vi.waitFor(() => expect(asked).toHaveLength(1), patience)
  expect(asked[0]).toMatchObject({
    path: '/loki/api/v1/push',
    type: 'application/json',
    authorization: `Basic ${Buffer.from('mara:p@ss').toString('base64')}`,
  })
  expect(JSON.parse(asked[0]!.body)).toEqual({
    streams: [
      {
        stream: { job: 'wheelhouse', service: 'web', stack: 'shop', target: 'north' },
        values: [
          ['1763632800000000000', 'one', { stream: 'stderr', level: 'error' }],
          ['1763632800000001000', 'zwei ü', { stream: 'stderr', level: 'error' }],
        ],
      },
    ],
  })
  await vi.waitFor(
    () => expect(forwarder!.state).toMatchObject({ sent: 2, waiting: 0, dropped: 0, problem: null }),
    patience,
  )
  expect(JSON.stringify(forwarder!.state)).not.toContain('p@ss')
})

test('VictoriaLogs is sent lines of JSON', async () => {
  const { take } = open('victorialogs')
  take(taken('one', ''))
  await vi.waitFor(() => expect(asked).toHaveLength(1), patience)
  expect(asked[0]!.path).toContain('/insert/jsonline?_stream_fields=job,service,stack,target')
  expect(
    asked[0]!.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([{ _time: '2025-11-20T10:00:00.000Z', _msg: 'one', service: 'web', level: 'error' }, { _msg: ' ' }])
})

test('while it does not take them lines wait, and go once it does; the reason is told', async () => {
  status = 503
  const { take } = open('loki')
  take(taken('one'))
  await vi.waitFor(
    () => expect(forwarder!.state).toMatchObject({ waiting: 1, problem: 'It answers 503: not now' }),
    patience,
  )
  take(taken('two'))
  status = 204
  await vi.waitFor(() => expect(forwarder!.state).toMatchObject({ sent: 2, waiting: 0, problem: null }), patience)
})

test('what waits is bounded: the oldest lines are left out and counted', () => {
  status = 503
  const { take } = open('loki')
  const large = 'x'.repeat(1_000_000)
  for (let n = 0; n < 60; n++) take(taken(large))
  const { waiting, dropped } = forwarder!.state
  expect(waiting + dropped).toBe(60)
  expect(waiting).toBeLessThanOrEqual(34)
})

test('what it refuses for good is left out, and does not stand in the way', async () => {
  status = 400
  const { take } = open('loki')
  take(taken('bad'))
  await vi.waitFor(() => expect(forwarder!.state).toMatchObject({ dropped: 1, waiting: 0, problem: null }), patience)
  expect(() => destinationOf('http://127.0.0.1')).toThrow('loki+http')
})
