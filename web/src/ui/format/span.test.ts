import { expect, test } from 'vitest'
import { span, tookMs } from './span.ts'

test('a duration is told in the units that help', () => {
  expect([0.4, 410, 3_120, 41_400, 59_700, 84_000, 120_000, 7_440_000].map(span)).toEqual([
    '<1 ms',
    '410 ms',
    '3.1 s',
    '41 s',
    '1 min',
    '1 min 24 s',
    '2 min',
    '2 h 4 min',
  ])
})

test('what runs is measured to now, what has not begun is not measured', () => {
  const startedAt = '2026-11-21T12:00:00.000Z'
  const now = Date.parse('2026-11-21T12:00:09.000Z')
  expect(tookMs({ startedAt, finishedAt: '2026-11-21T12:00:04.000Z' }, now)).toBe(4_000)
  expect(tookMs({ startedAt, finishedAt: null }, now)).toBe(9_000)
  // Clocks that differ a little never give a negative time.
  expect(tookMs({ startedAt, finishedAt: null }, now - 20_000)).toBe(0)
  expect(tookMs({ startedAt: null, finishedAt: null }, now)).toBeNull()
})
