import { describe, expect, test } from 'vitest'
import { canonicalDomain, canonicalDomains, covers, fileStem, nameFor } from './domain-name.ts'

describe('names of certificates', () => {
  test('are written one way', () => {
    expect(canonicalDomain('App.Test.')).toBe('app.test')
    expect(canonicalDomain('0:0:0:0:0:0:0:1')).toBe('::1')
    expect(canonicalDomain('FE80::00A1')).toBe('fe80::a1')
    expect(canonicalDomains(['a.test', 'A.test', '127.0.0.1'])).toEqual(['a.test', '127.0.0.1'])
  })

  test.each(['a..b', '-a.test', 'app.test:443', '1.2.3', '256.1.1.1', '*.*.test', 'a.*.test', '*'])(
    '%s is none',
    (bad) => {
      expect(() => canonicalDomain(bad)).toThrow('domains: ')
    },
  )

  test.each([
    ['*.app.test', 'a.app.test', true],
    ['*.app.test', 'app.test', false],
    ['*.app.test', 'a.b.app.test', false],
    ['*.app.test', '*.app.test', true],
    ['*.app.test', '*.b.app.test', false],
    ['*.0.0.1', '127.0.0.1', false],
    ['app.test', 'app.test', true],
    ['app.test', 'xapp.test', false],
  ])('%s covers %s: %s', (pattern, domain, verdict) => {
    expect(covers(pattern, domain)).toBe(verdict)
  })

  test('files and names follow the first', () => {
    expect(fileStem(['192.168.100.85', 'localhost', '127.0.0.1', '::1'])).toBe('192.168.100.85+3')
    expect(fileStem(['*.app.test'])).toBe('_wildcard.app.test')
    expect(nameFor(['*.app.test'])).toBe('wildcard.app.test')
    expect(nameFor(['::1'])).toBe('ip__1')
  })
})
