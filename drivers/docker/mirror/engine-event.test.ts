import { anything, array, assert, asyncProperty, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLines } from '@wheelhouse/engine'
import { engineTime, readEvent } from './engine-event.ts'

const raw = (Action: string): Record<string, unknown> => ({
  Type: 'container',
  Action,
  Actor: { ID: 'abc', Attributes: { name: 'web' } },
  time: 1_700_000_000,
  timeNano: 1_700_000_000_250_000_000,
})

test.for([
  ['die', 'die', ''],
  ['exec_start: sh -c "echo a: b"', 'exec_start', 'sh -c "echo a: b"'],
  ['health_status: unhealthy', 'health_status', 'unhealthy'],
] as const)('%s', ([text, action, detail]) => {
  expect(readEvent(raw(text))).toMatchObject({ id: 'abc', name: 'web', action, detail, at: '2023-11-14T22:13:20.250Z' })
})

test('what is not about a container is nothing', () => {
  expect(readEvent({ ...raw('connect'), Type: 'network' })).toBeNull()
  assert(
    property(anything(), (anything) => {
      const event = readEvent(anything)
      expect(event === null || typeof event.id === 'string').toBe(true)
    }),
  )
})

test('times go to the engine in nanoseconds', () => {
  expect(engineTime(1_700_000_000_250_000_000)).toMatch(/^1700000000\.2(49999|50000)\d{3}$/)
  expect(engineTime(1e9)).toBe('1.000000000')
})

test('a stream of events may be cut anywhere', async () => {
  const events = [raw('start'), raw('exec_create: größer'), raw('die')]
  const bytes = Buffer.from(events.map((event) => JSON.stringify(event)).join('\r\n'))
  await assert(
    asyncProperty(array(nat({ max: bytes.length })), async (cuts) => {
      const places = [...cuts, 0, bytes.length].sort((a, b) => a - b)
      const chunks = places.map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
      const read = []
      for await (const event of jsonLines(asynchronous(chunks))) read.push(event)
      expect(read).toEqual(events)
    }),
  )
})

async function* asynchronous<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
