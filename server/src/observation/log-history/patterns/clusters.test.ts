import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Clusters } from './clusters.ts'
import { wordsOfShape } from './shape.ts'

const seen = (text: string, at = 1) => ({ at, stream: 1, seq: at, marks: 5, text })
function shapes(...texts: string[]): string[] {
  const clusters = new Clusters()
  for (const [index, text] of texts.entries()) clusters.add(seen(text, index), false)
  return clusters.all.map(({ words, count }) => `${count} ${words.join(' ')}`)
}

test('what differs in lines of one shape is taken out', () => {
  expect(wordsOfShape('2026-11-20 10:00:00.123 order 4711 took=12ms of 10.0.0.1')).toEqual([
    'order',
    '<*>',
    'took=<*>',
    'of',
    '<*>',
  ])
  expect(wordsOfShape('{"level":"error","msg":"order 7 failed","id":"x"}')).toEqual(['order', '<*>', 'failed'])
  expect(shapes('order 1 failed', 'order 2 failed', 'cache was cleared')).toEqual([
    '2 order <*> failed',
    '1 cache was cleared',
  ])
  expect(shapes('user mara signed in from Graz', 'user timo signed in from Linz')).toEqual([
    '2 user <*> signed in from <*>',
  ])
  expect(shapes('connection refused', 'payment refused')).toEqual(['1 connection refused', '1 payment refused'])
})

test('the last line of a shape is its example, and lines of the time before are counted apart', () => {
  const clusters = new Clusters()
  clusters.add(seen('order 1 failed', 5), false)
  clusters.add(seen('order 9 failed', 9), false)
  clusters.add(seen('order 3 failed', 3), true)
  expect(clusters.all).toMatchObject([
    { count: 2, before: 1, firstAt: 5, lastAt: 9, example: { text: 'order 9 failed' } },
  ])
})

test('whatever comes, every line is in one shape or among the others, and shapes are bounded', () => {
  const word = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('a', 'b', '7', '<*>', '{"msg":"x 1"}'))
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 8 }), { maxLength: 60 }), (lines) => {
      const clusters = new Clusters()
      for (const [index, words] of lines.entries()) clusters.add(seen(words.join(' '), index), false)
      const counted = clusters.all.reduce((sum, { count }) => sum + count, 0)
      expect(counted + clusters.other).toBe(lines.length)
    }),
  )
  const many = new Clusters()
  const letters = (number: number): string =>
    number.toString(36).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!)
  for (let index = 0; index < 5_000; index++) many.add(seen(`${letters(index)} ${'x '.repeat(index % 50)}`), false)
  expect(many.all.length).toBeLessThanOrEqual(3_000)
  expect(many.other).toBeGreaterThan(0)
})
