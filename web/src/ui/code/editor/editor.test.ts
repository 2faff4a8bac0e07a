import { ensureSyntaxTree } from '@codemirror/language'
import { EditorState, Text } from '@codemirror/state'
import { expect, test } from 'vitest'
import { envLanguage } from './env-language.ts'
import { yamlIndent } from './keyboard.ts'
import { diagnosticsOf } from './remarks.ts'

function tokens(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: envLanguage })
  const found: string[] = []
  ensureSyntaxTree(state, text.length, 5_000)?.iterate({
    enter(node) {
      if (node.name !== 'Document') found.push(`${node.name} ${text.slice(node.from, node.to)}`)
    },
  })
  return found
}

test('.env: keys, signs, values, comments', () => {
  expect(tokens('# about\nPORT=80 # web\nexport NAME=a=b')).toEqual([
    'comment # about',
    'propertyName PORT',
    'operator =',
    'number 80',
    'comment  # web',
    'keyword export',
    'propertyName NAME',
    'operator =',
    'string a=b',
  ])
})

test('.env: a quoted value may hold # and span lines, a masked secret and a variable stand out', () => {
  expect(tokens('KEY="a # b\nc"\nTOKEN=[secret]\nURL="http://${HOST}/"\nON=true\nRAW=\'${A}\'')).toEqual([
    'propertyName KEY',
    'operator =',
    'string "a # b',
    'string c"',
    'propertyName TOKEN',
    'operator =',
    'keyword [secret]',
    'propertyName URL',
    'operator =',
    'string "http://',
    'keyword ${HOST}',
    'string /"',
    'propertyName ON',
    'operator =',
    'bool true',
    'propertyName RAW',
    'operator =',
    "string '${A}'",
  ])
})

test.each([
  ['a: 1', 0],
  ['  a: 1', 2],
  ['services:', 2],
  ['  web: # the page', 4],
  ['  - http: x', 4],
  ['  - x', 2],
  ['  - steps:', 6],
  ['run: |', 2],
  ['a: [', 2],
  ['url: http://x', 0],
  ['', 0],
])('yaml: the line after %j begins at %d', (before, indent) => {
  expect(yamlIndent(before)).toBe(indent)
})

test('remarks mark what they name, and those about the whole mark nothing', () => {
  const text = Text.of(['a: 1', '  b: x  ', '', 'c'])
  const found = diagnosticsOf(text, [
    { line: 2, message: 'no', severity: 'error' },
    { line: 2, column: 6, message: 'no', severity: 'warning' },
    { line: 3, message: 'empty', severity: 'error' },
    { line: 99, column: 4, message: 'beyond', severity: 'error' },
    { line: null, message: 'all', severity: 'error' },
  ])
  expect(found.map(({ from, to, severity }) => [text.sliceString(from, to), from, severity])).toEqual([
    ['b: x', 7, 'error'],
    ['x', 10, 'warning'],
    ['', 14, 'error'],
    ['c', 15, 'error'],
  ])
})
