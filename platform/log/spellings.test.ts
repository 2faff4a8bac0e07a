import { expect, test } from 'vitest'
import { anyOf, longestFirst, spellingsOf } from './spellings.ts'

const hidden = (text: string, value: string, shortestLine?: number): string =>
  text.replace(anyOf(spellingsOf(value, shortestLine)) ?? /$^/, '#')

test.for<[way: string, text: string, value: string]>([
  ['as it is', 'a p&ss"w$rd b', 'p&ss"w$rd'],
  ['in JSON', String.raw`{"a":"p&ss\"w$rd"}`, 'p&ss"w$rd'],
  ['in a URL', 'http://u:p%26ss%22w%24rd@host', 'p&ss"w$rd'],
  ['in base64', `basic ${Buffer.from('p&ss"w$rd').toString('base64')}`, 'p&ss"w$rd'],
  ['by a line of it, however it is indented', '  second line', 'first line\r\n   second line\nthird'],
])('%s', ([, text, value]) => expect(hidden(text, value)).toContain('#'))

test('short texts and short lines are left, and the longest goes first', () => {
  expect(spellingsOf('abc')).toEqual([])
  expect(hidden('end of line', 'a key that is long\nof line', 16)).toBe('end of line')
  expect(hidden('a key that is long', 'a key that is long\nof line', 16)).toBe('#')
  expect(longestFirst(['ab', 'abcd', 'ab', 'abc'])).toEqual(['abcd', 'abc', 'ab'])
  expect('abcd ab'.replace(anyOf(['abcd', 'ab'])!, '#')).toBe('# #')
  expect(anyOf([])).toBeNull()
  // Half of a pair of surrogates has no form in a URL.
  expect(spellingsOf('pass\uD800word')).toContain('pass\uD800word')
})
