import { describe, expect, test } from 'vitest'
import { domainTrouble, lasts, splitDomains } from './words.ts'

describe('domains of a certificate', () => {
  test.each(['app.test', '*.app.test', 'localhost', '192.168.100.85', '::1', 'fe80::a1', 'a_b.test'])(
    '%s is taken',
    (good) => {
      expect(domainTrouble(good)).toBeNull()
    },
  )
  test.each(['app.test:443', '1.2.3', '256.1.1.1', 'a..b', '-a.test', '*', 'a b', 'https://a.test'])(
    '%s is not',
    (bad) => {
      expect(domainTrouble(bad)).toContain(bad)
    },
  )
  test('a pasted list is taken apart', () => {
    expect(splitDomains(' a.test, b.test\n10.0.0.1 ')).toEqual(['a.test', 'b.test', '10.0.0.1'])
  })
})

test('how long it lasts', () => {
  expect(lasts({ daysLeft: 0, state: 'expiring' })).toBe('today')
  expect(lasts({ daysLeft: 42, state: 'valid' })).toBe('in 42 d')
  expect(lasts({ daysLeft: -1, state: 'expired' })).toBe('just ended')
  expect(lasts({ daysLeft: -5, state: 'expired' })).toBe('5 d ago')
})
