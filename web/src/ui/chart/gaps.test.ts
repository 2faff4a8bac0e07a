import { expect, test } from 'vitest'
import { sparkPath } from '../state/sparkline.tsx'
import { holes, withGaps } from './gaps.ts'

test('readings far apart are not joined', () => {
  const columns = withGaps(
    [
      { t: 0, values: [1] },
      { t: 10, values: [2] },
      { t: 100, values: [3] },
    ],
    10,
    1,
  )
  expect(columns).toEqual([
    [0, 10, 20, 95, 100],
    [1, 2, null, null, 3],
  ])
  expect(holes(columns, 0, 100, 10)).toEqual([[10, 100]])
})

test('before the first and after the last reading nothing is known', () => {
  const columns = withGaps(
    [
      { t: 50, values: [1] },
      { t: 60, values: [1] },
    ],
    10,
    1,
  )
  expect(holes(columns, 0, 200, 10)).toEqual([
    [0, 50],
    [60, 200],
  ])
  expect(holes([[], []], 0, 200, 10)).toEqual([[0, 200]])
})

test('a sparkline breaks at a gap', () => {
  expect(sparkPath([0, 1, null, 1], 1, 30, 20)).toBe('M0.0 19.0L10.0 1.0M30.0 1.0')
})
