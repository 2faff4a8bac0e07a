import { expect, test } from 'vitest'
import { ResponseTimes } from './response-times.ts'
import { Bucket, dayMs, hourMs, Series } from './series.ts'

const midnight = Date.UTC(2026, 0, 2)
const minute = 60_000
/** Looks every minute, as the writer does. */
function live(series: Series, from: number, until: number): void {
  for (let at = from; at <= until; at += minute) series.spendUntil(at)
}

test('time is spent where it stands, hour by hour, and what nobody saw is neither', () => {
  const start = midnight + 10 * hourMs + 30 * minute
  const series = new Series(start)
  series.turn('up', start)
  live(series, start, start + 40 * minute)
  series.turn('down', start + 40 * minute)
  live(series, start + 40 * minute, start + 50 * minute)
  const [ten, eleven] = series.take()
  expect([ten?.at, ten?.upMs, ten?.downMs]).toEqual([midnight + 10 * hourMs, 30 * minute, 0])
  expect([eleven?.at, eleven?.upMs, eleven?.downMs]).toEqual([midnight + 11 * hourMs, 10 * minute, 10 * minute])
  expect([series.day.upMs, series.day.downMs]).toEqual([40 * minute, 10 * minute])
  // The machine slept.
  series.spendUntil(start + 50 * minute + hourMs)
  expect([series.day.upMs, series.day.downMs]).toEqual([40 * minute, 10 * minute])
  series.turn('unknown', start + 51 * minute + hourMs)
  live(series, start + 51 * minute + hourMs, start + 3 * hourMs)
  expect([series.day.upMs, series.day.downMs]).toEqual([40 * minute, 11 * minute])
})

test('a day ends at midnight of UTC and is told once', () => {
  const series = new Series(midnight - 5 * minute)
  series.turn('up', midnight - 5 * minute)
  live(series, midnight - 5 * minute, midnight + 2 * minute)
  const taken = series.take()
  expect(taken.map(({ span, at, upMs }) => [span, at, upMs])).toEqual([
    ['hour', midnight - hourMs, 5 * minute],
    ['day', midnight - dayMs, 5 * minute],
    ['hour', midnight, 2 * minute],
  ])
  expect(series.take()).toEqual([])
  series.giveBack(taken)
  expect(series.take()).toEqual(taken)
})

test('a clock that is put back makes no hour longer than an hour', () => {
  const series = new Series(midnight)
  series.turn('up', midnight)
  live(series, midnight, midnight + 50 * minute)
  series.spendUntil(midnight + 10 * minute)
  live(series, midnight + 10 * minute, midnight + 59 * minute)
  expect(series.hour.upMs).toBe(hourMs)
  expect(series.hour.at).toBe(midnight)
})

test('response times are kept within five percent, whatever their number, through text and back', () => {
  const times = new ResponseTimes()
  for (let n = 1; n <= 1_000; n++) times.add(n)
  const again = ResponseTimes.read(times.text())
  for (const one of [times, again]) {
    expect(Math.abs(one.quantile(0.5)! / 500 - 1)).toBeLessThan(0.051)
    expect(Math.abs(one.quantile(0.95)! / 950 - 1)).toBeLessThan(0.051)
  }
  expect(times.text().length).toBeLessThan(700)
  expect(new ResponseTimes().quantile(0.5)).toBeNull()
  expect(ResponseTimes.read('nonsense').quantile(0.5)).toBeNull()
  const hour = new Bucket('hour', 0)
  hour.observe(12.5)
  const day = new Bucket('day', 0)
  day.add(hour)
  day.add(hour)
  expect([day.results, day.maxMs]).toEqual([2, 12.5])
})
