import { expect, test } from 'vitest'
import { ansiSpans, pieces, plainText } from './ansi.ts'
import { Heights, rowsOf } from './heights.ts'
import { type Line, LogRing } from './ring.ts'
import { compileSearch, LogView } from './view.ts'

const line = (n: number, level: Line['level'] = 'info', text = `line ${n}`): Line => ({
  at: new Date(n).toISOString(),
  stream: 'stdout',
  level,
  text,
})

test('a million lines leave the newest hundred thousand', () => {
  const ring = new LogRing()
  for (let n = 0; n < 1_000_000; n++) ring.push(line(n))
  expect([ring.size, ring.first, ring.next]).toEqual([100_000, 900_000, 1_000_000])
  expect(ring.get(899_999)).toBeNull()
  expect(ring.get(999_999)).toMatchObject({
    at: 999_999,
    stream: 'stdout',
    level: 'info',
    text: 'line 999999',
    task: null,
  })
})

test('long lines are bounded by characters too', () => {
  const ring = new LogRing(100, 1000)
  for (let n = 0; n < 10; n++) ring.push(line(n, null, 'x'.repeat(300)))
  expect(ring.size).toBe(3)
})

test('older lines go before what is there, as far as they fit', () => {
  const ring = new LogRing(5)
  for (const n of [10, 11, 12]) ring.push(line(n))
  expect(ring.prepend([7, 8, 9].map((n) => line(n)))).toBe(2)
  expect(Array.from({ length: ring.size }, (_, i) => ring.get(ring.first + i)?.at)).toEqual([8, 9, 10, 11, 12])
})

test('a view keeps up with what comes and what leaves', () => {
  const ring = new LogRing(10)
  for (let n = 0; n < 10; n++) ring.push(line(n, n % 2 === 0 ? 'error' : 'debug'))
  const view = new LogView(ring, { levels: new Set(['error']), search: null })
  expect([view.count, view.at(0), view.at(4)]).toEqual([5, 0, 8])
  for (let n = 10; n < 14; n++) ring.push(line(n, n % 2 === 0 ? 'error' : 'debug'))
  expect(view.sync()).toBe(2)
  expect([view.count, view.at(0), view.at(4)]).toEqual([5, 4, 12])
})

test('an unfiltered view is the ring, and says what left', () => {
  const ring = new LogRing(10)
  const view = new LogView(ring, { levels: null, search: null })
  for (let n = 0; n < 13; n++) ring.push(line(n))
  expect([view.sync(), view.count, view.at(0)]).toEqual([3, 10, 3])
})

test('a pattern finds text under its colours; a broken one is explained', () => {
  const ring = new LogRing(10)
  ring.push(line(1, null, '\u001b[31mres\u001b[0merve failed'))
  ring.push(line(2))
  const { search } = compileSearch('reserve')
  expect(new LogView(ring, { levels: null, search }).count).toBe(1)
  expect(compileSearch('(a').error).toMatch(/unterminated group/)
  expect(pieces('\u001b[31mres\u001b[0merve', search).map((p) => [p.text, p.cls, p.hit])).toEqual([
    ['res', 'a-red', true],
    ['erve', '', true],
  ])
})

test('colours map onto the tokens, everything else of a terminal is dropped', () => {
  expect(ansiSpans('a\u001b[1;32mb\u001b[0m\u001b[2Kc\u001b]0;title\u0007d\u0007')).toEqual([
    { text: 'a', cls: '' },
    { text: 'b', cls: 'a-green a-bold' },
    { text: 'c', cls: '' },
    { text: 'd', cls: '' },
  ])
  expect(ansiSpans('\u001b[38;5;196mx\u001b[38;2;20;30;220my')).toEqual([
    { text: 'x', cls: 'a-red' },
    { text: 'y', cls: 'a-blue' },
  ])
  expect(plainText('\u001b[31mx\u001b[0m')).toBe('x')
})

test('heights answer where a row is while rows come and go', () => {
  const heights = new Heights()
  for (const rows of [1, 3, 1, 2]) heights.push(rows * 20)
  expect([heights.total, heights.top(2), heights.rowAt(0), heights.rowAt(25), heights.rowAt(139)]).toEqual([
    140, 80, 0, 1, 3,
  ])
  expect(heights.shift(2)).toBe(80)
  expect([heights.count, heights.total, heights.rowAt(10), heights.rowAt(30)]).toEqual([2, 60, 0, 1])
  expect([rowsOf(0, 80), rowsOf(200, 80), rowsOf(10, 0)]).toEqual([1, 3, 1])
})

test('a line keeps whose it is, also when older ones come before it', () => {
  const ring = new LogRing(4)
  const line = (text: string, task?: string | null) =>
    ({ at: '2026-11-21T12:00:00.000Z', stream: 'stdout', level: null, text, task }) as const
  for (const [text, task] of [
    ['a', 'one'],
    ['b', 'two'],
    ['c', 'one'],
    ['d', null],
    ['e', undefined],
  ] as const)
    ring.push(line(text, task))
  const told = (): (string | null | undefined)[] =>
    [1, 2, 3, 4].map((number) => ring.get(ring.first + number - 1)?.task)
  expect(told()).toEqual(['two', 'one', null, null])
  const roomy = new LogRing(8)
  roomy.push(line('late', 'two'))
  roomy.prepend([line('early', 'one')])
  expect([roomy.get(0)?.task, roomy.get(1)?.task]).toEqual(['one', 'two'])
})
