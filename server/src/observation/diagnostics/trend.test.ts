import { expect, test } from 'vitest'
import { type Point, risePerHour, trendOf, usedUp } from './trend.ts'

const hour = 3_600_000
const line = (hours: number, rise: number, wobble = 0): Point[] =>
  Array.from({ length: 61 }, (_, n) => {
    const at = (n / 60) * hours * hour
    return { at, value: 1_000 + (at / hour) * rise + (n % 2 === 0 ? wobble : -wobble) }
  })

test('a rise is told an hour, through the noise, and not from too little', () => {
  expect(risePerHour(line(6, 250))).toBeCloseTo(250)
  expect(Math.abs(risePerHour(line(6, 250, 40))! - 250)).toBeLessThan(10)
  expect(risePerHour(line(6, 0))).toBeCloseTo(0)
  expect(risePerHour(line(0.2, 250))).toBeNull()
  expect(risePerHour(line(6, 250).slice(0, 5))).toBeNull()
  expect(risePerHour([])).toBeNull()
})

test('what is used up is told in words, and only when it is near enough to plan for', () => {
  expect(usedUp(9 * 24 * 100, 100)).toBe('in 9 days')
  expect(usedUp(500, 100)).toBe('in 5 hours')
  expect(usedUp(50, 100)).toBe('in less than an hour')
  expect(usedUp(0, 100)).toBe('in less than an hour')
  expect(usedUp(1e9, 1)).toBeNull()
  expect(usedUp(100, -5)).toBeNull()
  expect(usedUp(100, null)).toBeNull()
  expect(trendOf('disk', line(6, 10), 'The disk is full in 9 days.')).toMatchObject({ name: 'disk', now: 1_060 })
})
