import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { quotedValue, readEnv, writeEnv } from './env-text.ts'

test('whatever can be written is read as it was', () => {
  assert(
    property(
      string({ unit: 'grapheme' }),
      string({ unit: constantFrom('a', ' ', '#', '=', "'", '"', '`', '\\', '\n', '$') }),
      (one, two) => {
        const lines = [
          { key: 'ONE', value: one.replaceAll('\r', ''), comment: 'help\nof two lines' },
          { key: 'TWO', value: two },
        ]
        const { values } = readEnv(writeEnv(lines, ['head']))
        for (const { key, value } of lines)
          expect(values.get(key)).toBe(quotedValue(value) === null ? '[unchanged]' : value)
      },
    ),
  )
})

test('reads what others write', () => {
  const { values, lines } = readEnv(
    '\uFEFFA=1 # one\r\nexport B="x\\ny"\r\n\r\n# note\r\nC=a#b\nD=\'two\nlines\' # end\nE=\n',
  )
  expect(Object.fromEntries(values)).toEqual({ A: '1', B: 'x\ny', C: 'a#b', D: 'two\nlines', E: '' })
  expect(Object.fromEntries(lines)).toEqual({ A: 1, B: 2, C: 5, D: 6, E: 8 })
})

test.each([
  ['A', 'Line 1 is not KEY=value.'],
  ['A=1\nA=2', 'Line 2: A stands there twice.'],
  ["A='x", 'Line 1: the quote of A does not end.'],
  ["A='x'y", 'Line 1: there is text after the quote of A.'],
])('%j is refused with its line', (text, message) => {
  expect(() => readEnv(text)).toThrow(message)
})
