import { describe, expect, test } from 'vitest'
import { cronTrouble, nextAfter, occurrences } from './index.ts'

const times = (cron: string, timezone: string, from: string, to: string, max = 100) =>
  occurrences(cron, timezone, new Date(from), new Date(to), max).map((at) => at.toISOString())

test('five fields in a time zone become the next time', () => {
  const after = new Date('2026-06-10T00:59:59.999Z')
  expect(nextAfter('0 3 * * *', 'Europe/Berlin', after)?.toISOString()).toBe('2026-06-10T01:00:00.000Z')
  expect(nextAfter('0 3 * * *', 'UTC', after)?.toISOString()).toBe('2026-06-10T03:00:00.000Z')
  // Not the very moment it is asked after: a time that was told is told once.
  const met = new Date('2026-06-10T01:00:00.000Z')
  expect(nextAfter('0 3 * * *', 'Europe/Berlin', met)?.toISOString()).toBe('2026-06-11T01:00:00.000Z')
  expect(nextAfter('0 0 29 2 *', 'UTC', after)?.toISOString()).toBe('2028-02-29T00:00:00.000Z')
  expect(nextAfter('0 0 30 2 *', 'UTC', after)).toBeNull()
})

test('occurrences are bounded, and hold their end but not their beginning', () => {
  expect(times('0 * * * *', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T03:00:00Z')).toEqual([
    '2026-01-01T01:00:00.000Z',
    '2026-01-01T02:00:00.000Z',
    '2026-01-01T03:00:00.000Z',
  ])
  expect(times('* * * * *', 'UTC', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', 7)).toHaveLength(7)
  expect(times('0 * * * *', 'UTC', '2026-01-01T03:00:00Z', '2026-01-01T00:00:00Z')).toEqual([])
})

describe('when the clocks change', () => {
  test('a time that is skipped comes once, right after the gap', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    // A gap at midnight.
    expect(times('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-07T12:00:00Z')).toEqual([
      '2026-09-06T04:00:00.000Z',
      '2026-09-07T03:00:00.000Z',
    ])
  })

  test('a time that comes twice counts once', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  test('what runs every half hour goes on every half hour, both ways', () => {
    const gaps = (found: string[]) =>
      new Set(found.slice(1).map((at, index) => Date.parse(at) - Date.parse(found[index] ?? '')))
    const spring = times('*/30 * * * *', 'Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T06:00:00Z')
    const autumn = times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z')
    expect([spring.length, autumn.length]).toEqual([16, 16])
    expect([...gaps(spring), ...gaps(autumn)]).toEqual([1_800_000, 1_800_000])
  })

  test('a zone that moves by half an hour', () => {
    expect(times('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T12:00:00Z', '2026-04-05T18:00:00Z')).toHaveLength(3)
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T12:00:00Z', '2026-10-04T18:00:00Z')).toHaveLength(3)
  })
})

test.each([
  ['30 3 * * *', 'Europe/Berlin', null],
  ['0 9 * * MON-FRI', 'UTC', null],
  ['nope', 'UTC', '"nope" has 1 field. Write five'],
  ['* * * * * *', 'UTC', 'has 6 fields'],
  ['@daily', 'UTC', 'Write five'],
  ['61 * * * *', 'UTC', '"61 * * * *" is not understood: Invalid value for minute: 61. Write minute'],
  ['0 0 30 2 *', 'UTC', '"0 0 30 2 *" never comes'],
  ['0 0 * * *', 'Mars/Phobos', 'There is no time zone "Mars/Phobos"'],
])('%s in %s', (cron, timezone, told) => {
  const trouble = cronTrouble(cron, timezone)
  if (told === null) expect(trouble).toBeNull()
  else expect(trouble).toContain(told)
})
