import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from './duration.ts'
import { nearest } from './nearest.ts'
import { parseSize } from './size.ts'
import { splitWords } from './words.ts'

describe('durations', () => {
  it('reads every form of the specification', () => {
    const forms = {
      '10s': 10_000,
      '1m30s': 90_000,
      '2h': 7_200_000,
      '1.5s': 1500,
      '500ms': 500,
      '1h5m30s20ms': 3_930_020,
      '0': 0,
      '100us': 0,
      '1d': 86_400_000,
    }
    for (const [text, ms] of Object.entries(forms)) expect(parseDuration(text), text).toBe(ms)
    for (const text of ['', '10', 's', '1x', '1s2', '-1s', '1 s', '1s,2s', '999999999999999999w'])
      expect(parseDuration(text), text).toBeNull()
  })
  it('adds up its parts', () => {
    const part = fc.nat({ max: 10_000 })
    fc.assert(
      fc.property(part, part, part, part, (h, m, s, ms) => {
        expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(h * 3_600_000 + m * 60_000 + s * 1000 + ms)
      }),
    )
  })
})

describe('sizes', () => {
  it('reads every form of the specification', () => {
    const forms = {
      '2b': 2,
      '1024kb': 1_048_576,
      '2048k': 2_097_152,
      '300m': 314_572_800,
      '1gb': 1_073_741_824,
      '1.5g': 1_610_612_736,
      '64': 64,
      '2GiB': 2_147_483_648,
      '10 MB': 10_485_760,
    }
    for (const [text, bytes] of Object.entries(forms)) expect(parseSize(text), text).toBe(bytes)
    for (const text of ['', 'm', '1x', '-1', '1mm', '1e3', '9999999p']) expect(parseSize(text), text).toBeNull()
  })
  it('agrees with powers of 1024', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), fc.constantFrom('k', 'm', 'g'), (count, unit) => {
        expect(parseSize(`${count}${unit}`)).toBe(count * 1024 ** ('kmg'.indexOf(unit) + 1))
      }),
    )
  })
})

describe('words of a command', () => {
  it('splits as Compose does', () => {
    const words = (text: string) => splitWords(text).words
    expect(words('node  api.mjs --port 80')).toEqual(['node', 'api.mjs', '--port', '80'])
    expect(words(`sh -c "echo 'a b' \\"c\\""`)).toEqual(['sh', '-c', `echo 'a b' "c"`])
    expect(words(`a '' "" b`)).toEqual(['a', '', '', 'b'])
    expect(words(`a\\ b 'c\\d' x"y"z`)).toEqual(['a b', 'c\\d', 'xyz'])
    expect(splitWords(`echo "a`).error).toContain('not closed')
    expect(splitWords('a \\').error).toContain('backslash')
    expect(splitWords('a && b | c').shellMarks).toEqual(['&&', '|'])
    expect(splitWords('a "&&" b').shellMarks).toEqual([])
  })
  it('gets back every list that was quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string().map((text) => text.replaceAll("'", ''))), (list) => {
        expect(splitWords(list.map((word) => `'${word}'`).join(' ')).words).toEqual(list)
      }),
    )
  })
})

it('finds the nearest word', () => {
  const known = ['restart', 'ports', 'environment', 'image']
  expect(nearest('prots', known)).toBe('ports')
  expect(nearest('enviroment', known)).toBe('environment')
  expect(nearest('restart_polcy', known)).toBe('restart')
  expect(nearest('zzz', known)).toBeNull()
})
