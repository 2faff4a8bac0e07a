import { expect, test } from 'vitest'
import { changedLines } from '../../pages/identity/audit/changed-lines.ts'
import { deviceOf } from '../../pages/identity/profile/device.ts'
import { parseVariables } from '../../pages/workloads/stacks/variables.ts'
import { placeFor, safeReturn } from '../../shell/place.ts'
import { chordOf } from './keys.ts'
import { withParams } from './use-url.ts'

test('state goes into the URL, its absence leaves it', () => {
  expect(withParams('?q=a&state=failed', { state: null, target: 'north' })).toBe('?q=a&target=north')
  expect(withParams('?q=a', { q: '' })).toBe('')
})

test('a key press has one name', () => {
  const key = (k: string, held: object = {}) =>
    chordOf({ key: k, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, ...held })
  expect([
    key('r'),
    key('K', { ctrlKey: true }),
    key('?', { shiftKey: true }),
    key('T', { shiftKey: true }),
    key(' '),
  ]).toEqual(['r', 'mod+k', '?', 'shift+t', 'space'])
})

test('sign-in returns only to addresses of this app', () => {
  expect(
    ['/services?q=a', '//evil.example', '/\\evil', 'https://evil.example', '/login?x', null].map(safeReturn),
  ).toEqual(['/services?q=a', '/', '/', '/', '/', '/'])
  expect(placeFor('signed-out', '/services', '/services?q=a', null)).toBe('/login?return=%2Fservices%3Fq%3Da')
  expect(placeFor('setup', '/login', '/login', null)).toBe('/setup')
  expect(placeFor('signed-in', '/login', '/login', '/services')).toBe('/services')
  expect(placeFor('signed-in', '/services', '/services', null)).toBeNull()
})

test('variables are read as an .env file says them', () => {
  expect(parseVariables('# no\nA=1\n export B = "x=y # z"\r\nbad line\nC=')).toEqual({ A: '1', B: 'x=y # z', C: '' })
})

test('an audit entry shows only what differs', () => {
  expect(changedLines({ a: 1, b: { c: 2 }, d: [1] }, { a: 1, b: { c: 3 }, e: true })).toEqual([
    { sign: '−', text: 'b.c: 2' },
    { sign: '+', text: 'b.c: 3' },
    { sign: '−', text: 'd.0: 1' },
    { sign: '+', text: 'e: true' },
  ])
  expect(changedLines(null, null)).toEqual([])
})

test('a user agent becomes words', () => {
  expect(deviceOf('Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0')).toBe('Firefox on Linux')
  expect(deviceOf('')).toBe('unknown')
})
