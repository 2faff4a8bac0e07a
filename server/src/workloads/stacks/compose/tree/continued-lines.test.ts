import { expect, test } from 'vitest'
import { readStack } from '../../read-stack.ts'
import { indentContinued } from './continued-lines.ts'

const head = 'services:\n  web:\n    image: x\n'
const read = (lines: string) => {
  const { rendered, problems } = readStack({ source: `name: shop\n${head}${lines}`, directory: '/srv' })
  const errors = problems.filter(({ severity }) => severity === 'error')
  return { spec: rendered?.workloads[0]?.spec, errors }
}

test.each<[string, string, object]>([
  ['a list', '    command: ["a",\n  "b",\n"c"\n  ]\n    tty: true\n', { command: ['a', 'b', 'c'], tty: true }],
  ['a map', '    labels: {a: b,\nc: d\n}\n    tty: true\n', { labels: expect.objectContaining({ c: 'd' }), tty: true }],
  ['a text', '    hostname: "a\n\\\nb"\n    tty: true\n', { hostname: 'a b', tty: true }],
  ['a text in single quotes', "    command: ['it''s\n  a\nb']\n", { command: ["it's a b"] }],
  ['a tab', '    command: ["a",\n\t"b"]\n', { command: ['a', 'b'] }],
  [
    'comments',
    '    command: ["a", # c: ]\n"b#c", d#e,\n# ]\n]\n    tty: true\n',
    { command: ['a', 'b#c', 'd#e'], tty: true },
  ],
  ['brackets in texts', '    command: ["[", "}",\n"it\'s"]\n', { command: ['[', '}', "it's"] }],
  ['words with quotes in them', "    command: [it's,\nx]\n    tty: true\n", { command: ["it's", 'x'], tty: true }],
  [
    'one that follows a text of lines',
    '    labels:\n      a: |\n        b: [\n    command: [a,\nb]\n',
    { command: ['a', 'b'] },
  ],
])('%s may go on further left than its key, as in Compose', (_, lines, expected) => {
  const { spec, errors } = read(lines)
  expect(errors).toEqual([])
  expect(spec).toMatchObject(expected)
})

test('errors stand where they were written', () => {
  const { errors } = read('    command: ["a",\n"b"]\n    labels: { a: b,\nc: [d] }\n    cpus: [\n   many]\n')
  expect(errors.map(({ line }) => line).every((line) => line !== null && line >= 7)).toBe(true)
  expect(errors.map(({ line, column }) => [line, column])).toContainEqual([8, 4])
})

test('what Compose refuses is refused here', () => {
  for (const lines of [
    '    ports:\n  - "1:1"\n',
    '    ports:\n      - "1:1"\n    - "2:2"\n',
    '    command: a\n  b\n',
    '    command: [a,\n- b\n]\n',
    '    command: [a,\n---\n]\n',
    '    command: [a,\n',
    '    command: "a\n',
  ])
    expect(read(lines).errors, lines).not.toEqual([])
})

test('no line grows beyond bounds, and nothing is done where nothing goes on', () => {
  expect(indentContinued(`${' '.repeat(10_000)}a: [\n${'b,\n'.repeat(20_000)}]`)).toBeNull()
  expect(indentContinued('a: [b]\nc: "d"\n')).toBeNull()
  expect(indentContinued(`a: ${' '.repeat(200_000)}x\n${'-'.repeat(200_000)}\nb: [1,\n2]`)?.moved).toEqual([0, 0, 0, 1])
})
