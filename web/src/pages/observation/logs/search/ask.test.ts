import { expect, test } from 'vitest'
import { askOf, isWhole, queryOf, saidOf, spanOf, spanWords } from './ask.ts'
import { hitMarks, patternTrouble, wordsOf } from './hit-marks.ts'

const now = Date.parse('2026-11-20T12:00:00.000Z')

test('the address holds all that is asked, and nothing that is usual', () => {
  const search = '?q=out+of+memory&mode=letters&service=shop-web%2Cshop-db&level=error&order=oldest&range=1h'
  const ask = askOf(search)
  expect([ask.q, ask.mode, ask.service, ask.order, ask.range]).toEqual([
    'out of memory',
    'letters',
    'shop-web,shop-db',
    'oldest',
    '1h',
  ])
  expect(askOf(queryOf(ask))).toEqual(ask)
  expect(queryOf(askOf(''))).toBe('')
  expect(askOf('?mode=x&range=y&order=z&since=never')).toEqual(askOf(''))
})

test('a range is told from now, exact times win, and everything has no beginning', () => {
  expect(spanOf(askOf('?range=1h'), now)).toEqual({
    since: '2026-11-20T11:00:00.000Z',
    until: '2026-11-20T12:00:00.000Z',
  })
  expect(spanOf(askOf('?range=1h&since=2026-11-19T10:00:00.000Z'), now)).toEqual({
    since: '2026-11-19T10:00:00.000Z',
    until: undefined,
  })
  expect(spanOf(askOf('?range=all'), now).since).toBeUndefined()
  expect(spanWords(askOf(''))).toBe('last 24 h')
  const words = spanWords(askOf('?since=2026-11-19T10:00:00.000Z&until=2026-11-19T10:20:00.000Z'))
  expect(words.match(/Nov/g)).toHaveLength(1)
})

test('the text goes under the name of its mode; a trace is whole where no line is left out', () => {
  expect(saidOf(askOf('?q=a.b'))).toEqual({ q: 'a.b' })
  expect(saidOf(askOf('?q=a.b&mode=letters'))).toEqual({ contains: 'a.b' })
  expect(saidOf(askOf('?q=a.b&mode=pattern'))).toEqual({ regex: 'a.b' })
  expect(saidOf(askOf('?q=+'))).toEqual({})
  expect([isWhole(askOf('')), isWhole(askOf('?q=x')), isWhole(askOf('?level=error'))]).toEqual([true, false, false])
})

test('hits are marked the way they were meant', () => {
  const hits = (text: string, search: string): string[] => {
    const marks = hitMarks(askOf(search))
    return marks ? [...text.matchAll(marks)].map(([hit]) => hit) : []
  }
  expect(hits('order preorder ORDER 500', '?q=order')).toEqual(['order', 'ORDER'])
  expect(hits('order preorder', '?q=order&mode=letters')).toEqual(['order', 'order'])
  expect(hits('took 41ms, 7ms', '?q=%5Cd%2Bms&mode=pattern')).toEqual(['41ms', '7ms'])
  expect(hits('out of memory, memory of', '?q=%22out+of+memory%22+-of')).toEqual(['out of memory'])
  expect(hits('anything', '?q=(a&mode=pattern')).toEqual([])
  expect(wordsOf('one "two three" -four -"five six"')).toEqual(['one', 'two three'])
  expect(patternTrouble(askOf('?q=(a&mode=pattern'))).toMatch(/unterminated group/)
  expect(patternTrouble(askOf('?q=(a'))).toBeNull()
})
