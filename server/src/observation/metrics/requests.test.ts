import { linesOf } from '@wheelhouse/platform/lines'
import { expect, test } from 'vitest'
import { RequestCounter } from './requests.ts'

const now = Date.UTC(2026, 10, 22, 12)
const line = (status: number, bytes = 612): string =>
  `10.0.0.7 - - [22/Nov/2026:12:00:00 +0000] "GET /orders HTTP/1.1" ${status} ${bytes} "-" "curl/8"`

function counter() {
  const seen = new Map<string, number>()
  const counted = new RequestCounter((name, serviceId, value) =>
    seen.set(`${serviceId} ${name}`, (seen.get(`${serviceId} ${name}`) ?? 0) + value),
  )
  const say = (serviceId: string, texts: readonly string[], at = now): void =>
    counted.take({ serviceId, lines: linesOf(texts.map((text) => ({ at: at * 1000, marks: 0, text }))) }, now)
  return { seen, say }
}

test('requests are counted from the lines a service writes, by what became of them', () => {
  const { seen, say } = counter()
  say('web', [line(200), line(404), line(502), 'not about a request', line(204, 0)])
  expect(Object.fromEntries(seen)).toEqual({
    'web requests': 4,
    'web requests.errors': 1,
    'web requests.refused': 1,
    'web requests.bytes': 612 * 3,
  })
})

test('how long answers took is their average', () => {
  const { seen, say } = counter()
  const caddy = (seconds: number): string =>
    JSON.stringify({
      level: 'info',
      ts: 1_763_812_800,
      logger: 'http.log.access',
      msg: 'handled request',
      request: { method: 'GET', uri: '/', host: 'shop.test', remote_ip: '10.0.0.7' },
      status: 200,
      duration: seconds,
      size: 10,
    })
  say('edge', [caddy(0.1), caddy(0.3)])
  expect(seen.get('edge requests')).toBe(2)
  expect(seen.get('edge requests.response-ms')).toBeCloseTo(200)
})

test('what was said long ago is not counted as of now, and of too many those that are read stand for all', () => {
  const { seen, say } = counter()
  say('web', [line(200)], now - 3_600_000)
  expect(seen.size).toBe(0)
  say(
    'web',
    Array.from({ length: 20_000 }, () => line(500)),
  )
  expect(seen.get('web requests')).toBeCloseTo(20_000)
  expect(seen.get('web requests.errors')).toBeCloseTo(20_000)
})

test('of a service that writes of other things few lines are read, and its requests are found all the same', () => {
  const { seen, say } = counter()
  for (let batch = 0; batch < 300; batch++) say('worker', ['job done'])
  expect(seen.size).toBe(0)
  for (let batch = 0; batch < 500; batch++) say('worker', [line(200)])
  expect(seen.get('worker requests')).toBeGreaterThan(200)
})
