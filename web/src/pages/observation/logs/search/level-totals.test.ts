import { expect, test } from 'vitest'
import { barsOf, totalsOf } from './level-totals.ts'
import { isMeant, referenceOf } from './sources.ts'

const counted = {
  since: '2026-11-20T12:00:00.000Z',
  stepMs: 60_000,
  levels: ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  counts: [
    [1, 0, 2, 10, 3, 4, 1],
    [0, 0, 0, 0, 0, 0, 0],
  ],
}

test('counts are summed by level, and drawn as errors, warnings and the rest', () => {
  expect(totalsOf(counted).get('info')).toBe(10)
  expect(barsOf(counted)).toEqual([
    { t: 1_795_176_000, error: 5, warn: 3, other: 13 },
    { t: 1_795_176_060, error: 0, warn: 0, other: 0 },
  ])
})

test('a service is called by its name while that tells it, else with its target, else by its number', () => {
  const source = (id: string, name: string, targetName: string | null) => ({ id, name, targetName, serviceId: null })
  const all = [
    source('1', 'web', 'north'),
    source('2', 'web', 'south'),
    source('3', 'db', 'north'),
    source('4', 'db', 'north'),
    source('5', 'cache', 'north'),
  ]
  expect(all.map((each) => referenceOf(each, all))).toEqual(['north:web', 'south:web', '3', '4', 'cache'])
  expect(isMeant(all[0]!, ['south:web', 'cache'])).toBe(false)
  expect(isMeant(all[0]!, ['web'])).toBe(true)
})
