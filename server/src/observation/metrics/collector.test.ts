import type { Registry } from '../../inventory/targets/index.ts'
import { createLog } from '@wheelhouse/platform/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Collector } from './collector.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Targets with one running service each, that note when they are asked. */
function hosts(names: readonly string[]): { registry: Registry; asked: string[] } {
  const asked: string[] = []
  const mirror = (name: string) => ({
    services: new Map([[`${name}:web`, { id: `${name}:web`, state: 'running' }]]),
    nativeId: () => 'web',
    connection: {
      sample: () => {
        asked.push(name)
        return Promise.resolve(new Map())
      },
    },
  })
  const registry = {
    targets: () => names.map((id) => ({ id, state: id === 'away' ? 'unreachable' : 'connected' })),
    mirror,
    onChange: () => () => undefined,
  }
  return { registry: registry as unknown as Registry, asked }
}

test('targets are read one after the other, those that are away not at all', async () => {
  const { registry, asked } = hosts(['a', 'away', 'b', 'c'])
  const collector = new Collector(registry, createLog({ level: 'silent', pretty: false }), 10_000)
  collector.start()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(250)
  expect(asked).toEqual(['a', 'b'])
  await vi.advanceTimersByTimeAsync(250)
  expect(asked).toEqual(['a', 'b', 'c'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveLength(6)
  collector.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(6)
})

test('more targets than the interval has gaps for are spread over it all the same', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `h${index}`)
  const { registry, asked } = hosts(names)
  const collector = new Collector(registry, createLog({ level: 'silent', pretty: false }), 10_000)
  collector.start()
  await vi.advanceTimersByTimeAsync(6_000)
  expect(asked.length).toBeGreaterThan(40)
  expect(asked.length).toBeLessThan(60)
  await vi.advanceTimersByTimeAsync(5_001)
  expect(new Set(asked).size).toBe(100)
  collector.close()
})
