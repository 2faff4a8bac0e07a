import type { LogLine } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { lineFilter } from './filter.ts'

const line = (text: string, level: LogLine['level'] = null): LogLine => ({
  at: '2026-11-20T10:00:00.000Z',
  stream: 'stdout',
  level,
  text,
})

test('lines pass by level and by pattern, in their order', () => {
  const lines = [line('GET /a', 'info'), line('get /b', 'error'), line('put', 'error'), line('get', null)]
  expect(lineFilter({})(lines)).toEqual(lines)
  expect(lineFilter({ match: '^get' })(lines)).toEqual([lines[0], lines[1], lines[3]])
  expect(lineFilter({ match: '^get', level: 'error, info' })(lines)).toEqual([lines[0], lines[1]])
  expect(lineFilter({ match: '^get' })([])).toEqual([])
})

test('what cannot be asked for is told', () => {
  expect(() => lineFilter({ match: '(' })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  expect(() => lineFilter({ level: 'loud' })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
})

test('a pattern that would take for ever is ended, whatever its form', () => {
  for (const match of ['(a|a)*$', '((a)+)+$', '(?:a{1,})+$', '.*.*.*.*.*x', '(?=(a+)+b)'])
    expect(() => lineFilter({ match })([line(`${'a'.repeat(2_000)}!`)]), match).toThrow('takes too long')
})
