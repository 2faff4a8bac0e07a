import { expect, test } from 'vitest'
import { boardsOf, everyOf, shownAt, typeScale } from './rotation.ts'

test('boards take turns on a wall', () => {
  expect([0, 29_999, 30_000, 60_000, 90_000].map((at) => shownAt(at, 30_000, 3))).toEqual([0, 0, 1, 2, 0])
  expect(shownAt(1e9, 30_000, 1)).toBe(0)
  expect(shownAt(10_000, 0, 2)).toBe(0)
  expect(boardsOf('a,b,,a')).toEqual(['a', 'b'])
  expect([everyOf('60'), everyOf('1'), everyOf('x'), everyOf('99999')]).toEqual([60_000, 5_000, 30_000, 3_600_000])
  expect([typeScale(760), typeScale(1080), typeScale(4320), typeScale(400)]).toEqual([1, 1.4, 3, 1])
})
