import { expect, test } from 'vitest'
import { askOf, namesIn, queryOf, spanOf, timeOf, widened } from './ask.ts'

test('the address holds all that is asked, and what is usual is left out', () => {
  expect(queryOf(askOf(''))).toBe('')
  const search = '?metric=network.in%2Crequests&service=shop%2Fweb&group=stack&aggregate=max&top=20&range=7d&view=table'
  const ask = askOf(search)
  expect(ask).toMatchObject({ metrics: ['network.in', 'requests'], service: 'shop/web', group: 'stack', range: '7d' })
  expect(askOf(queryOf(ask))).toEqual(ask)
  expect(askOf('?group=nothing&range=1y&top=7')).toEqual(askOf(''))
  expect(namesIn('a{x="1,2",y="}"},b')).toEqual(['a{x="1,2",y="}"}', 'b'])
})

test('exact times count before a range, and are no wider than now when they are widened', () => {
  const now = Date.UTC(2026, 10, 20, 12)
  const read = (key: string): string =>
    ({ since: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z', range: '24h' })[key] ?? ''
  const time = timeOf(read)
  expect(spanOf(time, now)).toEqual({ from: Date.UTC(2026, 10, 20, 10), to: Date.UTC(2026, 10, 20, 11) })
  expect(widened(time, now)).toMatchObject({ since: '2026-11-20T09:00:00.000Z', until: '2026-11-20T12:00:00.000Z' })
  expect(timeOf((key) => (key === 'since' ? '2026-11-20T10:00:00Z' : '')).since).toBe('')
  expect(
    spanOf(
      timeOf(() => ''),
      now,
    ),
  ).toEqual({ from: now - 3_600_000, to: now })
})
