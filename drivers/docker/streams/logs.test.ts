import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '@wheelhouse/engine'
import { expect, test } from 'vitest'
import { readLogs } from './logs.ts'

/** An engine that ends every log at once although the container runs, as log drivers do that keep nothing. */
function endingEngine(): { client: EngineClient; asked: () => number } {
  let asked = 0
  const client = {
    stream: async () => {
      asked++
      return Readable.from([])
    },
    json: async () => ({ Config: { Tty: false }, State: { Status: 'running' } }),
  }
  return { client: client as unknown as EngineClient, asked: () => asked }
}

test('an engine that ends a followed log while the container runs is not asked without end', async () => {
  const { client, asked } = endingEngine()
  const stop = new AbortController()
  const reading = (async () => {
    const lines = []
    for await (const line of readLogs(
      client,
      'a'.repeat(64),
      { tail: null, since: null, until: null, follow: true },
      stop.signal,
    ))
      lines.push(line)
    return lines
  })()
  await sleep(200)
  stop.abort()
  expect(await reading).toEqual([])
  expect(asked()).toBeGreaterThan(0)
  expect(asked()).toBeLessThan(4)
})
