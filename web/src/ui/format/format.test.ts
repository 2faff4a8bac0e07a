import { expect, test } from 'vitest'
import { age, duration, until } from './age.ts'
import { csv } from './csv.ts'
import { distance, nearest } from './near.ts'
import { bytes, count, listed, millis, percent, plural, rate } from './number.ts'

test('durations take the largest unit that says enough', () => {
  expect([400, 41_000, 360_000, 7_200_000, 63 * 86_400_000].map(duration)).toEqual([
    'now',
    '41 s',
    '6 min',
    '2 h',
    '63 d',
  ])
})

test('a clock that runs ahead never reads as the future', () => {
  expect(age('2026-11-20T12:00:05.000Z', Date.parse('2026-11-20T12:00:00.000Z'))).toBe('now')
  expect(until('2026-11-20T12:00:00.000Z', Date.parse('2026-11-20T12:00:01.000Z'))).toBe('ended')
})

test('numbers read with their unit', () => {
  expect([0, 512, 388 * 1024 * 1024, 1.4 * 1024 ** 3].map(bytes)).toEqual(['0 B', '512 B', '388 MB', '1.4 GB'])
  expect([0.4, 46, 999, 1840, 71_500].map(millis)).toEqual(['<1 ms', '46 ms', '999 ms', '1.84 s', '71.5 s'])
  expect([0, 0.42, 71.4].map(percent)).toEqual(['0%', '0.4%', '71%'])
  expect([rate(1024), count(3418), plural(1, 'service'), plural(12, 'service')]).toEqual([
    '1 kB/s',
    '3,418',
    '1 service',
    '12 services',
  ])
  expect(listed(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 5)).toBe('a, b, c, d, e and 2 more')
})

test('the nearest name is found, a far one is not', () => {
  expect(distance('chekout', 'checkout')).toBe(1)
  expect(nearest('chekout', ['shop-web', 'checkout'])).toBe('checkout')
  expect(nearest('zzz', ['shop-web', 'checkout'])).toBeNull()
})

test('a CSV quotes what it must and defuses formulas', () => {
  expect(csv([['a', 'say "hi", you', '=1+1', -3, null]])).toBe(`a,"say ""hi"", you",'=1+1,-3,\r\n`)
})
