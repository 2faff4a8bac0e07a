import { expect, test } from 'vitest'
import { share } from './share.ts'

test('a share is never rounded up to what was not reached', () => {
  expect([1, 0.99999, 0.9998, 0.972, 0.5, 0, null].map(share)).toEqual([
    '100%',
    '99.99%',
    '99.98%',
    '97.2%',
    '50.0%',
    '0%',
    '–',
  ])
})
