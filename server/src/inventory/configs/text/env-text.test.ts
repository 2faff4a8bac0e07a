import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { editConfigText, printConfigText, readConfigText } from './config-text.ts'
import { editEnv, printEnv, readEnv } from './env-text.ts'

const valuesOf = (text: string) => Object.fromEntries(readEnv(text).entries.map(({ key, value }) => [key, value]))

test('reads what people write', () => {
  const text = [
    '\uFEFF# the shop',
    'PLAIN=a=b=c',
    "HASH='a # b'",
    'ANCHOR=http://x/#top',
    'COMMENT=on # the rest is a comment',
    'export EXPORTED=yes',
    'SPACED = out ',
    'EMPTY=',
    'DOLLAR=pa$$word${x}',
    'DOUBLE="a \\"b\\" \\$c \\\\ d"',
    'LONG="first',
    "second 'line'\"  # told",
    "KEY='-----BEGIN",
    'x',
    "-----END'",
    'LAST=1',
  ].join('\r\n')
  const { problems, entries } = readEnv(text)
  expect(problems).toEqual([])
  expect(valuesOf(text)).toEqual({
    PLAIN: 'a=b=c',
    HASH: 'a # b',
    ANCHOR: 'http://x/#top',
    COMMENT: 'on',
    EXPORTED: 'yes',
    SPACED: 'out',
    EMPTY: '',
    DOLLAR: 'pa$$word${x}',
    DOUBLE: 'a "b" $c \\ d',
    LONG: "first\nsecond 'line'",
    KEY: '-----BEGIN\nx\n-----END',
    LAST: '1',
  })
  expect(entries.at(-1)).toMatchObject({ key: 'LAST', line: 16 })
})

test('tells each line that is wrong, without its value', () => {
  const text = 'A=1\nnonsense hunter2\nA=2\nB="x" y\nC=#start\n__proto__=1\nD="never closed hunter2\n'
  const { problems } = readEnv(text)
  expect(problems.map(({ line, key, severity }) => `${line} ${key} ${severity}`)).toEqual([
    '2  error',
    '3 A warning',
    '4 B error',
    '5 C warning',
    '6 __proto__ error',
    '7 D error',
  ])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
  expect(valuesOf('A=1\nA=2\n').A).toBe('2')
})

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/).filter((name) => name !== '__proto__')
const hard = fc.string({
  unit: fc.constantFrom('"', "'", '\\', '\n', '\r', '$', '#', ' ', '=', '\t', 'a', 'é', '\uFEFF', '{', ':', '-'),
})
const values = fc.dictionary(key, fc.oneof(fc.string({ unit: 'binary' }), fc.string(), hard), { noNullPrototype: true })

test('what we print reads back as the same values', () => {
  fc.assert(
    fc.property(values, (given) => {
      expect(valuesOf(printEnv(given))).toEqual(given)
    }),
    { numRuns: 500 },
  )
})

test('every format exports what imports to the same values', () => {
  const text = fc.dictionary(
    key,
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      hard,
      fc.constantFrom('null', 'true', '0x1f', '1e3', '~', '- a', '2020-01-01', 'y: z'),
    ),
    { noNullPrototype: true },
  )
  for (const format of ['env', 'json', 'yaml'] as const)
    fc.assert(
      fc.property(text, (given) => {
        const read = readConfigText(printConfigText(given, format), format)
        expect(read.problems).toEqual([])
        expect(read.values).toEqual(given)
      }),
      { numRuns: 200 },
    )
})

test('an edit changes its values and leaves every other byte', () => {
  const text = '\uFEFF# head\r\nA=1 # one\r\n\r\nB="two\r\nlines"\r\nC=3\r\nD=4'
  expect(editEnv(text, { A: 'x y', E: 'new' }, ['B'])).toBe(
    "\uFEFF# head\r\nA='x y' # one\r\n\r\nC=3\r\nD=4\r\nE=new\r\n",
  )
  expect(editEnv(text, { A: '1', B: 'two\nlines' }, [])).toBe(text)
})

test('an edit of any file reads back as the values it was given', () => {
  fc.assert(
    fc.property(values, values, (before, set) => {
      expect(valuesOf(editEnv(printEnv(before), set, []))).toEqual({ ...before, ...set })
    }),
    { numRuns: 300 },
  )
})

test('JSON and YAML are flat, keep numbers as written and tell where they are not', () => {
  expect(readConfigText('{"PORT": 8080, "RATIO": 1.0, "ON": true, "NONE": null}').values).toEqual({
    PORT: '8080',
    RATIO: '1.0',
    ON: 'true',
    NONE: '',
  })
  expect(readConfigText('A: 007\nB: yes\n').values).toEqual({ A: '007', B: 'yes' })
  expect(readConfigText('A: 1\nB:\n  c: 2\n').problems).toMatchObject([{ key: 'B', line: 2 }])
  expect(readConfigText('A: 1\nA: 2\n').problems).toMatchObject([{ line: 2 }])
  expect(readConfigText('{"A": 1,}', 'json').problems).toHaveLength(1)
  expect(readConfigText('- a\n', 'yaml').problems).toHaveLength(1)
  expect(editConfigText('# why\nA: 1 # one\nB: 2\n', 'yaml', { B: '3', C: 'x' }, [])).toBe(
    '# why\nA: 1 # one\nB: "3"\nC: x\n',
  )
})
