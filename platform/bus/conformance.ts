import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bus } from './index.ts'

/** What every bus must do alike. */
export function busConformance(open: () => Promise<Bus>): void {
  let bus: Bus
  beforeAll(async () => {
    bus = await open()
  })
  afterAll(() => bus.close())

  /** Collects until `count` messages of the topic have come. */
  function collect(topic: string, count: number): { done: Promise<[unknown, string][]>; stop: () => void } {
    const { promise, resolve } = Promise.withResolvers<[unknown, string][]>()
    const got: [unknown, string][] = []
    const stop = bus.subscribe(topic, (message, name) => {
      got.push([message, name])
      if (got.length === count) resolve(got)
    })
    return { done: promise, stop }
  }

  it('keeps the order across topics and hears itself', async () => {
    const { done } = collect('order.*', 200)
    for (let n = 0; n < 200; n += 1) bus.publish(n % 2 ? 'order.odd' : 'order.even', n)
    expect((await done).map(([message]) => message)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })

  it('matches exact topics and prefixes, and nothing else', async () => {
    const got: string[] = []
    bus.subscribe('a.b', (_message, topic) => got.push(`exact ${topic}`))
    bus.subscribe('a.*', (_message, topic) => got.push(`prefix ${topic}`))
    bus.subscribe('*', (_message, topic) => got.push(`all ${topic}`))
    const { done } = collect('end', 1)
    for (const topic of ['a.b', 'a.c', 'ab', 'a', 'end']) bus.publish(topic, {})
    await done
    expect(got).toEqual(['exact a.b', 'prefix a.b', 'all a.b', 'prefix a.c', 'all a.c', 'all ab', 'all a', 'all end'])
  })

  it('carries JSON, a copy for each message', async () => {
    const { done } = collect('json', 3)
    const message = { at: new Date(0), list: [1, null], gone: undefined }
    bus.publish('json', message)
    message.list.push(2)
    bus.publish('json', null)
    bus.publish('json', undefined)
    expect(await done).toEqual([
      [{ at: '1970-01-01T00:00:00.000Z', list: [1, null] }, 'json'],
      [null, 'json'],
      [null, 'json'],
    ])
  })

  it('never calls a handler inside publish', async () => {
    const { done } = collect('later', 1)
    let published = false
    bus.subscribe('later', () => expect(published).toBe(true))
    bus.publish('later', 1)
    published = true
    await done
  })

  it('goes on when a handler throws or rejects', async () => {
    bus.subscribe('bad', () => {
      throw new Error('on purpose')
    })
    bus.subscribe('bad', (): unknown => Promise.reject(new Error('on purpose')))
    const { done } = collect('bad', 1)
    bus.publish('bad', 1)
    expect(await done).toHaveLength(1)
  })

  it('stops telling who left, also when both are the same function', async () => {
    let calls = 0
    const handler = () => (calls += 1)
    const stop = bus.subscribe('left', handler)
    bus.subscribe('left', handler)
    stop()
    stop()
    const { done } = collect('left', 1)
    bus.publish('left', 1)
    await done
    expect(calls).toBe(1)
  })
}
