import { expect, test } from 'vitest'
import { envPlace, jsonPlace } from './flat-place.ts'
import type { Place } from './place.ts'
import { yamlPlace } from './yaml-place.ts'

/** The place of the `|` in a text. */
const at = (text: string, find = yamlPlace): Place | null => {
  const caret = text.indexOf('|')
  const column = caret - (text.lastIndexOf('\n', caret - 1) + 1)
  const lines = (text.slice(0, caret) + text.slice(caret + 1)).split('\n')
  return find(lines, text.slice(0, caret).split('\n').length - 1, column)
}
const json = (text: string): Place | null => {
  const caret = text.indexOf('|')
  return jsonPlace(text.slice(0, caret), text.slice(caret + 1))
}

test.each<[string, string, (string | null)[], 'key' | 'value', string]>([
  ['a key of the whole', 'name: x\nser|', [], 'key', 'ser'],
  ['a key two levels in', 'services:\n  web:\n    res|', ['services', 'web'], 'key', 'res'],
  ['an empty line of a mapping', 'services:\n  web:\n    |\n  api:', ['services', 'web'], 'key', ''],
  ['a value', 'services:\n  web:\n    restart: al|', ['services', 'web', 'restart'], 'value', 'al'],
  ['a value not begun', 'services:\n  web:\n    restart: |', ['services', 'web', 'restart'], 'value', ''],
  ['the first key of an item', 'health:\n  - ht|', ['health', null], 'key', 'ht'],
  ['the second key of an item', 'health:\n  - http: x\n    in|', ['health', null], 'key', 'in'],
  ['an item right below its key', 'health:\n- http: x\n  in|', ['health', null], 'key', 'in'],
  ['a value within an item', 'health:\n  - kind: t|', ['health', null, 'kind'], 'value', 't'],
  ['after comments and blank lines', 'a:\n  # about\n\n  b|', ['a'], 'key', 'b'],
  ['a quoted parent', '"a b":\n  c|', ['a b'], 'key', 'c'],
  ['braces', 'apps:\n  web: { path: ., buil|', ['apps', 'web'], 'key', 'buil'],
  ['a value in braces', 'apps:\n  web: { builder: nu|', ['apps', 'web', 'builder'], 'value', 'nu'],
  ['braces in braces', 'a: { b: { c: 1 }, d: { e|', ['a', 'd'], 'key', 'e'],
  ['brackets', 'on: [push, pu|', ['on', null], 'value', 'pu'],
  ['an item in brackets of braces', 'a: [{ b: "x, y", c|', ['a', null], 'key', 'c'],
])('yaml: %s', (_, text, path, kind, word) => {
  expect(at(text)).toMatchObject({ path, kind, word })
})

test('yaml: nothing within a comment, a block of text, closed braces, or right behind a colon', () => {
  for (const text of ['a:\n  # b|', 'a: 1 # b|', 'run: >-\n  ech|', 'a: { b: 1 } c|', 'a:|', "a: { b: 'x|"])
    expect(at(text.replace('run: >-', 'run: >')), text).toBeNull()
})

test('yaml: the keys that a mapping has are those of its own lines', () => {
  const text = 'top: 1\na:\n  b: 1\n  inner:\n    z: 1\n  |\n  c: 1\nother:\n  d: 1'
  expect([...(at(text)?.present ?? [])].toSorted()).toEqual(['b', 'c', 'inner'])
  expect([...(at('- b: 1\n  |\n- c: 1')?.present ?? [])]).toEqual(['b'])
  expect([...(at('a: { b: 1, c: 2, |')?.present ?? [])]).toEqual(['b', 'c'])
})

test('.env: a key, a value and the keys of the other lines', () => {
  expect(at('A=1\nLO|\nexport B=2', envPlace)).toMatchObject({ path: [], kind: 'key', word: 'LO' })
  expect([...(at('A=1\nLO|\nexport B=2', envPlace)?.present ?? [])]).toEqual(['A', 'B'])
  expect(at('LEVEL=wa|', envPlace)).toMatchObject({ path: ['LEVEL'], kind: 'value', word: 'wa' })
  expect(at('# LO|', envPlace)).toBeNull()
})

test('JSON: a key with its quote, a value, and nothing behind what is whole', () => {
  expect(json('{"A": "x", "LO|", "B": 1}')).toMatchObject({ path: [], kind: 'key', word: '"LO' })
  expect([...(json('{"A": "x", "LO|\n "B": 1}')?.present ?? [])]).toEqual(['A', 'B'])
  expect(json('{"LEVEL": "w|')).toMatchObject({ path: ['LEVEL'], kind: 'value', word: '"w' })
  expect(json('{"a": [{"b|')).toMatchObject({ path: ['a', null], kind: 'key', word: '"b' })
  for (const text of ['|', '{"A"|', '{"A": 1}|', '{"A": {}|']) expect(json(text), text).toBeNull()
})
