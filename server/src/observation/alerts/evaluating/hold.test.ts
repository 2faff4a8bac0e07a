import { describe, expect, test } from 'vitest'
import { type Hold, next, type Timing, type Turn } from './hold.ts'

const further = (a: number, b: number): boolean => a > b
const start = Date.parse('2026-06-10T00:00:00Z')

/** Drives one subject: `[seconds since the start, holds, value]`. Answers what turned, and when. */
function drive(looks: readonly [number, boolean | null, number?][], timing: Partial<Timing> = {}) {
  let hold: Hold | null = null
  const turns: [number, Exclude<Turn, null>][] = []
  for (const [second, holds, value = null] of looks) {
    const stepped = next(
      hold,
      { at: start + second * 1000, holds, value },
      { forMs: 0, clearAfterMs: 60_000, longestStepMs: 60_000, ...timing },
      further,
    )
    hold = stepped.hold
    if (stepped.turn !== null) turns.push([second, stepped.turn])
  }
  return { hold: hold!, turns }
}
const every15 = (from: number, to: number, holds: boolean | null): [number, boolean | null][] =>
  Array.from({ length: Math.floor((to - from) / 15) + 1 }, (_, index) => [from + index * 15, holds])

describe('when it fires', () => {
  test('at once, or when it has held for long enough', () => {
    expect(drive([[0, true]]).turns).toEqual([[0, 'fired']])
    expect(drive(every15(0, 120, true), { forMs: 60_000 }).turns).toEqual([[60, 'fired']])
    expect(drive([...every15(0, 45, true), [60, false], ...every15(75, 120, true)], { forMs: 60_000 }).turns).toEqual(
      [],
    )
  })

  test('not for time in which nobody watched: a jump counts as one long step at most', () => {
    expect(
      drive(
        [
          [0, true],
          [3_600, true],
        ],
        { forMs: 300_000 },
      ).turns,
    ).toEqual([])
    expect(
      drive(
        [
          [0, true],
          [3_600, true],
          [3_660, true],
        ],
        { forMs: 120_000 },
      ).turns,
    ).toEqual([[3_660, 'fired']])
  })

  test('once, although the clock is set back', () => {
    const { turns, hold } = drive([
      [0, true],
      [15, true],
      [-3_600, true],
      [-3_585, true],
      [30, true],
    ])
    expect(turns).toEqual([[0, 'fired']])
    expect(hold.firedAt).toBe(start)
  })

  test('a gap in knowledge neither counts nor takes away', () => {
    const looks: [number, boolean | null][] = [
      ...every15(0, 30, true),
      ...every15(45, 75, null),
      ...every15(90, 150, true),
    ]
    // 30 s before the gap, and 30 s from the last look within it on.
    expect(drive(looks, { forMs: 60_000 }).turns).toEqual([[105, 'fired']])
  })
})

describe('when it is over', () => {
  test('only when it has been over for long enough', () => {
    expect(drive([[0, true], ...every15(15, 120, false)]).turns).toEqual([
      [0, 'fired'],
      [75, 'cleared'],
    ])
    expect(drive([[0, true], [15, false], [30, false], [45, true], ...every15(60, 120, false)]).turns).toEqual([
      [0, 'fired'],
      [120, 'cleared'],
    ])
    expect(
      drive(
        [
          [0, true],
          [15, false],
        ],
        { clearAfterMs: 0 },
      ).turns,
    ).toEqual([
      [0, 'fired'],
      [15, 'cleared'],
    ])
  })

  test('when nothing was known of it for ten minutes', () => {
    const { turns } = drive([[0, true], ...every15(15, 900, null)])
    expect(turns[0]).toEqual([0, 'fired'])
    expect(turns[1]?.[1]).toBe('cleared')
    expect(turns[1]?.[0]).toBeGreaterThanOrEqual(600)
  })

  test('what goes back and forth is over only when it has been calm for ten minutes', () => {
    const flaps = Array.from({ length: 4 }, (_, round): [number, boolean][] => [
      [round * 100, true],
      [round * 100 + 15, false],
      [round * 100 + 75, false],
    ]).flat()
    const { turns } = drive([...flaps, ...every15(400, 1_200, false)])
    expect(turns.filter(([, turn]) => turn === 'fired')).toHaveLength(4)
    const [last] = turns.slice(-1)
    expect(last?.[1]).toBe('cleared')
    // The fourth firing at 300 s is not over at 375 s, as those before it were.
    expect(last?.[0]).toBeGreaterThanOrEqual(900)
  })
})

test('the furthest value is kept, and begins anew with each firing', () => {
  expect(
    drive([
      [0, true, 91],
      [15, true, 99],
      [30, true, 95],
    ]).hold.furthest,
  ).toBe(99)
  const again = drive([
    [0, true, 99],
    [15, false, 10],
    [90, false, 10],
    [105, true, 91],
  ])
  expect(again.turns).toHaveLength(3)
  expect(again.hold.furthest).toBe(91)
})
