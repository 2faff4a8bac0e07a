import { expect, test } from 'vitest'
import { aLine } from './line.fixture.ts'
import { fold, goOnWith, type Trace } from './traces.ts'

const told = (traces: readonly Trace[]): string[] =>
  traces.map(({ head, rest }) => [head.position, ...rest.map(({ position }) => position)].join('+'))
const at = (n: number, goesOn = true) => aLine(n, { goesOn })

test('what goes on is put beneath its first line, in both orders', () => {
  const lines = [aLine(1), aLine(2), at(3), at(4), aLine(5)]
  expect(told(fold(lines, 'oldest', true).traces)).toEqual(['1', '2+3+4', '5'])
  expect(told(fold(lines.toReversed(), 'newest', true).traces)).toEqual(['5', '2+3+4', '1'])
})

test('traces of two services that wrote at once are told apart', () => {
  const other = { sourceId: 'db', service: 'shop-db' }
  const lines = [aLine(1), aLine(2, other), at(3), aLine(4, { ...other, goesOn: true }), at(5)]
  expect(told(fold(lines, 'oldest', true).traces)).toEqual(['1+3+5', '2+4'])
  expect(told(fold(lines.toReversed(), 'newest', true).traces)).toEqual(['2+4', '1+3+5'])
})

test('a line that lost its first one is shown as it is, and never put beneath one said long before', () => {
  const lines = [aLine(1), at(5_000), at(5_001)]
  expect(told(fold(lines, 'oldest', true).traces)).toEqual(['1', '5000+5001'])
  expect(told(fold(lines.toReversed(), 'newest', true).traces)).toEqual(['5000+5001', '1'])
})

test('a sentence of ours stands by itself and cuts no trace', () => {
  const lines = [aLine(1), at(2), aLine(3, { stream: 'system' }), at(4)]
  expect(told(fold(lines, 'oldest', true).traces)).toEqual(['1+2+4', '3'])
  expect(told(fold(lines.toReversed(), 'newest', true).traces)).toEqual(['3', '1+2+4'])
})

test('what a page read newest first leaves open is handed on', () => {
  const { traces, open } = fold([aLine(9), at(8), at(7)], 'newest', false)
  expect(told(traces)).toEqual(['9'])
  expect(open.map(({ position }) => position)).toEqual(['8', '7'])
})

test('what a page read oldest first begins with may belong to the page before', () => {
  const moved = goOnWith([aLine(1), aLine(2)], [at(3), aLine(4, { sourceId: 'db' }), at(5), aLine(6), at(7)])
  expect(moved.map(({ position }) => position)).toEqual(['3', '5'])
})
