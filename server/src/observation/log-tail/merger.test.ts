import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Arrival, Merger } from './merger.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(mostLines = 10) {
  const told: Arrival<string>[] = []
  const missed = new Map<string, number>()
  const merger = new Merger<string>({
    windowMs: 100,
    mostLines,
    tell: (lines, left) => {
      told.push(...lines)
      for (const [id, count] of left) missed.set(id, (missed.get(id) ?? 0) + count)
    },
  })
  return { merger, told, missed }
}
const line = (serviceId: string, at: number): Arrival<string> => ({ serviceId, at, line: `${serviceId}${at}` })

test('lines of several services come in the order of their times, once the window is over', () => {
  const { merger, told } = open()
  merger.push([line('a', 3), line('a', 5)])
  merger.push([line('b', 1), line('b', 4)])
  expect(told).toEqual([])
  vi.advanceTimersByTime(100)
  expect(told.map(({ line: text }) => text)).toEqual(['b1', 'a3', 'b4', 'a5'])
})

test('a quiet service keeps its place beside one that floods, and what is left out is counted', () => {
  const { merger, told, missed } = open(10)
  merger.push(Array.from({ length: 100 }, (_, index) => line('loud', index)))
  merger.push([line('quiet', 7)])
  vi.advanceTimersByTime(100)
  expect(told.filter(({ serviceId }) => serviceId === 'quiet')).toHaveLength(1)
  expect(told).toHaveLength(10)
  expect(missed).toEqual(new Map([['loud', 91]]))
  expect(told.at(-1)?.line).toBe('loud99')
})

test('while it is held nothing goes on; what was told already is left out then', () => {
  const { merger, told } = open()
  merger.hold()
  merger.push([line('a', 1), line('a', 2)])
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([])
  merger.release((text) => text === 'a1')
  expect(told.map(({ line: text }) => text)).toEqual(['a2'])
})

test('every line is told or counted as missed, never both, whatever comes', () => {
  const arrivals = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(50)), { maxLength: 200 })
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 40 }), (pairs, most) => {
      const { merger, told, missed } = open(most)
      for (const [id, at] of pairs) merger.push([line(id, at)])
      merger.flush()
      const left = [...missed.values()].reduce((sum, count) => sum + count, 0)
      expect(told.length + left).toBe(pairs.length)
      expect(told.length).toBeLessThanOrEqual(most)
      expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted((a, b) => a - b))
    }),
  )
})
