import { expect, test } from 'vitest'
import { type Due, Scheduler } from './index.ts'
import { handClock } from './testing/hand-clock.ts'

const hour = 3_600_000
function open(start: string) {
  const hand = handClock(start)
  const told: Due[] = []
  const scheduler = new Scheduler({ clock: hand.clock, due: (due) => void told.push(due) })
  const taken = () => told.splice(0).map(({ id, at, missed, late }) => [id, at.toISOString(), missed, late])
  return { ...hand, hand, scheduler, taken }
}

test('each schedule is told at its time, in its zone', () => {
  const { scheduler, hand, taken } = open('2026-06-10T00:30:00Z')
  scheduler.set('berlin', { cron: '0 3 * * *', timezone: 'Europe/Berlin' })
  scheduler.set('utc', { cron: '0 3 * * *', timezone: 'UTC' })
  expect(scheduler.next('berlin')?.toISOString()).toBe('2026-06-10T01:00:00.000Z')
  hand.pass(3 * hour)
  expect(taken()).toEqual([
    ['berlin', '2026-06-10T01:00:00.000Z', 0, false],
    ['utc', '2026-06-10T03:00:00.000Z', 0, false],
  ])
  expect(scheduler.next('utc')?.toISOString()).toBe('2026-06-11T03:00:00.000Z')
})

test('a machine that slept tells the last time once and counts those it missed', () => {
  const { scheduler, hand, taken } = open('2026-06-10T00:30:00Z')
  scheduler.set('hourly', { cron: '0 * * * *', timezone: 'UTC' })
  hand.jump(4 * hour)
  hand.pass(60_000)
  expect(taken()).toEqual([['hourly', '2026-06-10T04:00:00.000Z', 4, true]])
  hand.pass(hour)
  expect(taken()).toEqual([['hourly', '2026-06-10T05:00:00.000Z', 0, false]])
})

test('a jump that ends right at a time meets it, and misses only those before', () => {
  const { scheduler, hand, taken } = open('2026-06-10T00:30:00Z')
  scheduler.set('hourly', { cron: '0 * * * *', timezone: 'UTC' })
  hand.jump(2 * hour + hour / 2)
  hand.pass(30_000)
  expect(taken()).toEqual([['hourly', '2026-06-10T03:00:00.000Z', 2, false]])
})

test('a clock that goes back fires nothing twice', () => {
  const { scheduler, hand, taken } = open('2026-06-10T00:30:00Z')
  scheduler.set('hourly', { cron: '0 * * * *', timezone: 'UTC' })
  hand.pass(2 * hour)
  expect(taken()).toHaveLength(2)
  hand.jump(-2 * hour)
  hand.pass(2 * hour)
  expect(taken()).toEqual([])
  hand.pass(hour)
  expect(taken()).toEqual([['hourly', '2026-06-10T03:00:00.000Z', 0, false]])
})

test('the change of the clocks is no jump: a daily one comes once a day, both ways', () => {
  for (const [start, days] of [
    ['2026-03-27T12:00:00Z', ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30']],
    ['2026-10-23T12:00:00Z', ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']],
  ] as const) {
    const { scheduler, hand, taken } = open(start)
    scheduler.set('daily', { cron: '30 2 * * *', timezone: 'Europe/Berlin' })
    hand.pass(72 * hour)
    expect(taken()).toEqual(days.map((day) => ['daily', `${day}:00.000Z`, 0, false]))
  }
})

test('times since a moment in the past are missed ones; a removed schedule is silent and no timer is left', () => {
  const { scheduler, hand, taken } = open('2026-06-10T12:00:00Z')
  scheduler.set('nightly', { cron: '0 3 * * *', timezone: 'UTC' }, new Date('2026-06-08T12:00:00Z'))
  hand.pass(0)
  expect(taken()).toEqual([['nightly', '2026-06-10T03:00:00.000Z', 2, true]])
  scheduler.remove('nightly')
  hand.pass(48 * hour)
  expect(taken()).toEqual([])
  expect([scheduler.next('nightly'), hand.sleeps]).toEqual([null, false])
})

test('more missed ones than a thousand are not counted, and do not take long', () => {
  const { scheduler, hand, taken } = open('2026-06-10T12:00:00Z')
  scheduler.set('minutely', { cron: '* * * * *', timezone: 'UTC' }, new Date('2025-06-10T12:00:00Z'))
  hand.pass(0)
  expect(taken()).toEqual([['minutely', '2026-06-10T11:59:00.000Z', 999, false]])
  scheduler.close()
})
