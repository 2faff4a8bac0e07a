import { describe, expect, test } from 'vitest'
import { job, plan, service } from '../../test/things.ts'
import { jobLines } from './job.ts'
import { type Look, plainLook } from './look.ts'
import { planText } from './plan.ts'
import { portText, portTexts, serviceColumns } from './services.ts'
import { stateCell } from './state.ts'
import { table } from './table.ts'
import { age, bytes, duration, percent, sentenceList, until } from './units.ts'
import { clean, cleanLog, fit, widthOf } from './width.ts'

const now = Date.parse('2026-11-20T12:00:00.000Z')
const plain = plainLook(now)
const terminal = (width: number): Look => ({ ...plain, glyphs: true, width })

describe('units', () => {
  test.each([
    [null, '-'],
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 kB'],
    [432_013_312, '412 MB'],
    [5e12, '4.55 TB'],
  ])('%s bytes are %s', (value, text) => expect(bytes(value)).toBe(text))
  test.each([
    [850, '850ms'],
    [1500, '1.5s'],
    [61_000, '61s'],
    [600_000, '10m'],
    [11_520_000, '3h12m'],
    [90_000_000, '1d1h'],
    [864_000_000, '10d'],
  ])('%i ms are %s', (value, text) => expect(duration(value)).toBe(text))
  test('a gap is a dash, never a zero', () => {
    expect([percent(null), age(null, now), percent(0), percent(250)]).toEqual(['-', '-', '0.0%', '250%'])
  })
  test('ends are told as time left', () => {
    expect([until(null, now), until('2026-11-20T14:00:00Z', now), until('2026-11-20T11:00:00Z', now)]).toEqual([
      'never',
      'in 2h',
      'ended 1h ago',
    ])
  })
  test('long lists of names are cut', () => {
    expect(sentenceList(['a', 'b', 'c'])).toBe('a, b and c')
    expect(sentenceList(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
  })
})

describe('text from elsewhere', () => {
  test('cannot steer the terminal', () => {
    expect(clean('a\u001B]0;title\u0007b\u001B[2Jc\nd\u0007')).toBe('abc d')
    expect(cleanLog('\u001B[31mred\u001B[2J\u001B]8;;x\u0007', true)).toBe('\u001B[31mred\u001B[0m')
    expect(cleanLog('\u001B[31mred', false)).toBe('red')
  })
  test('is measured and cut in columns', () => {
    expect([widthOf('añb'), widthOf('日本'), fit('日本語', 5), fit('abc', 3)]).toEqual([3, 4, '日本…', 'abc'])
  })
})

describe('a table', () => {
  const rows = [
    service('a-service-with-a-very-long-name-indeed'),
    service('b', { state: 'failed', reason: 'exit code 3' }),
  ]
  test.each([40, 60, 80, 200])('fits %i columns', (width) => {
    const lines = table(serviceColumns, rows, terminal(width)).split('\n')
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width)
    expect(lines[2]).toContain('◆ failed')
  })
  test('is whole in a pipe, numbers to the right, words without glyphs', () => {
    const [head = '', first = '', second = ''] = table(serviceColumns, rows, plain).split('\n')
    expect(first).toContain('a-service-with-a-very-long-name-indeed  running')
    expect(head.indexOf('RESTARTS') + 'RESTARTS'.length).toBe(second.indexOf(' 0 ') + 2)
  })
  test('leaves its head out when asked', () => {
    expect(table(serviceColumns, [], plain, { headers: false })).toBe('')
  })
})

test('a state is a shape and a word on a terminal, ASCII without UTF-8', () => {
  expect(stateCell('degraded', terminal(80)).text).toBe('▲ degraded')
  expect(stateCell('degraded', { ...terminal(80), unicode: false }).text).toBe('! degraded')
  expect(stateCell('something-new', plain).text).toBe('something-new')
})

test('ports say where they are published', () => {
  const port = { host: '0.0.0.0', hostPort: 8080, port: 80, protocol: 'tcp' as const }
  expect([
    portText(port),
    portText({ ...port, hostPort: null }),
    portText({ ...port, host: '127.0.0.1', protocol: 'udp' }),
    portText({ ...port, host: '::1' }),
  ]).toEqual(['8080→80', '80', '127.0.0.1:8080→80/udp', '[::1]:8080→80'])
  expect(portTexts({ ports: [port, { ...port, host: '::' }, { ...port, hostPort: null }] })).toEqual(['8080→80', '80'])
})

test('a plan puts what changes first and says what stays', () => {
  const text = planText(plan({ kept: ['volume data'], warnings: ['web is restarted'] }), plain)
  expect(text).toBe(`hello on this-machine
  1 to create, 1 kept

  + create  service  web
                     not there yet
  = keep    service  api

  Kept: volume data

  ▲ web is restarted
`)
})

test('a running job ends in what it is at', () => {
  const lines = jobLines(
    job({ state: 'running', message: 'starting web', startedAt: '2026-11-20T11:59:58.000Z' }),
    plain,
  )
  expect(lines).toEqual(['  ✓ create web  120ms', '  ◐ starting web  2s'])
})
