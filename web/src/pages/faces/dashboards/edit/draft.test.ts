import { describe, expect, test } from 'vitest'
import { actLines, actsOf, numberOf, sourceFrom, without } from './draft.ts'

describe('a widget that is being set up', () => {
  test('buttons are lines of text', () => {
    const text = 'restart web\nrollback shop production\nopen /logs The logs'
    const { acts, wrong } = actsOf(`${text}\n\n`)
    expect(wrong).toBeNull()
    expect(acts).toEqual([
      { do: 'restart', service: 'web' },
      { do: 'rollback', stack: 'shop', environment: 'production' },
      { do: 'open', path: '/logs', label: 'The logs' },
    ])
    expect(actLines(acts)).toBe(text)
  })

  test.each([
    ['restart', /line 1: say what restart is about/],
    ['stop a b', /line 1: one service/],
    ['start a\nremove b', /line 2: "remove" is none of/],
    ['open //evil.example x', /begins with one/],
    ['open javascript:alert(1) x', /begins with one/],
    [Array.from({ length: 13 }, () => 'stop a').join('\n'), /twelve/],
  ])('%s is refused', (text, words) => {
    expect(actsOf(text).wrong).toMatch(words)
  })

  test('what is empty is not asked for', () => {
    expect(without({ a: '', b: 0, c: undefined, d: 'x', e: false })).toEqual({ b: 0, d: 'x', e: false })
    expect([numberOf(''), numberOf('1,5'), numberOf('x'), numberOf('0')]).toEqual([undefined, 1.5, undefined, 0])
  })

  test('a figure from elsewhere is about the same', () => {
    const spec = { kind: 'stat', source: { from: 'services', stack: 'shop', state: 'failed' } } as const
    expect(sourceFrom(spec, 'lines')).toEqual({
      kind: 'stat',
      source: { from: 'lines', level: 'error,fatal', stack: 'shop' },
    })
  })
})
