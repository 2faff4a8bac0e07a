import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolate } from './interpolation.ts'

const value = (text: string, variables: Record<string, string> = {}) => interpolate(text, variables).value

describe('interpolation', () => {
  it('tells unset from empty, as the Compose Specification does', () => {
    const variables = { EMPTY: '', SET: 'x' }
    for (const [text, expected] of [
      ['$SET ${SET}', 'x x'],
      ['${EMPTY:-d}|${EMPTY-d}', 'd|'],
      ['${UNSET:-d}|${UNSET-d}', 'd|d'],
      ['${SET:-d}|${SET-d}', 'x|x'],
      ['${SET:+r}|${SET+r}', 'r|r'],
      ['${EMPTY:+r}|${EMPTY+r}', '|r'],
      ['${UNSET:+r}|${UNSET+r}', '|'],
      ['${SET:?no}|${EMPTY?no}', 'x|'],
      ['${UNSET:-${EMPTY:-${SET}}}', 'x'],
      ['${UNSET:-a$$b}', 'a$b'],
      ['${UNSET:-}', ''],
      ['$${SET} $$SET', '${SET} $SET'],
      ['a$SET-b', 'ax-b'],
      ['${UNSET:-http://h:1/p?q=1}', 'http://h:1/p?q=1'],
      ['${SET:-${A}} ${UNSET:-{}}', 'x {}'],
    ]) {
      expect(value(text!, variables), text).toBe(expected)
    }
  })

  it('stops where a value is needed, with the text given', () => {
    expect(interpolate('${A:?set A to ${B:-the port}}', {}).error).toBe('The variable A is needed: set A to the port.')
    expect(interpolate('${A:?}', { A: '' }).error).toBe('The variable A is needed and has no value.')
    for (const broken of ['${A', '${A:-${B}', '$', '$1', '${}', '${1A}', '${A!b}', '100$ each']) {
      expect(interpolate(broken, { A: 'x' }).error, broken).not.toBeNull()
    }
  })

  it('names what was used without a value, and only that', () => {
    expect(interpolate('$A ${B} ${C:-d} ${D:+e} $E', { E: 'e' }).unset).toEqual(['A', 'B'])
  })

  it('reads nothing but the variables given', () => {
    expect(interpolate('$PATH ${HOME} ${constructor} ${__proto__}', {}).value).toBe('   ')
  })

  it('leaves text without a dollar alone, and undoes doubled ones', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(interpolate(text.replaceAll('$', '$$$$'), {})).toEqual({ value: text, unset: [], error: null })
      }),
    )
  })

  it('puts values in without reading them again', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const variables = { A: a, B: b }
        expect(value('$A${B}', variables)).toBe(a + b)
        expect(value('${NONE:-${A}}', variables)).toBe(a)
        expect(value('${A:-d}', variables)).toBe(a === '' ? 'd' : a)
      }),
    )
  })

  it('never throws, whatever it is given', () => {
    const piece = fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'A', '_', ' ', '${', '$$')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(typeof interpolate(pieces.join(''), { A: '1' }).value).toBe('string')
      }),
    )
  })
})
