import { describe, expect, test } from 'vitest'
import { areaPath, gapsOf, gutter, linePath, margin, runsOf, ticksOf, topOf, toTime, toX } from './plot.ts'

const frame = { from: 1_000_000, to: 2_000_000, width: gutter + margin + 100 }

describe('a chart', () => {
  test('moments and places are each other’s turn, within the edges', () => {
    expect(toX(1_000_000, frame)).toBe(gutter)
    expect(toX(2_000_000, frame)).toBe(gutter + 100)
    expect(toTime(toX(1_250_000, frame), frame)).toBe(1_250_000)
    expect(toTime(-50, frame)).toBe(frame.from)
    expect(toTime(9_999, frame)).toBe(frame.to)
  })

  test('lines break at gaps, and a value alone is seen', () => {
    const path = linePath([1, 1, null, 1, null, null], 1_000_000, 100_000, 2, frame, 10)
    expect(path.match(/M/g)).toHaveLength(2)
    expect(path.match(/L/g)).toHaveLength(1)
    expect(path.endsWith('h1')).toBe(true)
    expect(linePath([null, null], 0, 1, 1, frame, 10)).toBe('')
    expect(areaPath([1, 1, null, 1, 1], 1_000_000, 100_000, 2, frame, 10).match(/Z/g)).toHaveLength(2)
  })

  test('gaps are where nothing is known of any', () => {
    expect(
      gapsOf(
        [
          [1, null, null, 1],
          [null, null, 1, 1],
        ],
        0,
        10,
      ),
    ).toEqual([[10, 20]])
    expect(gapsOf([[null, null]], 100, 10)).toEqual([[100, 120]])
    expect(gapsOf([], 0, 10)).toEqual([])
    expect(runsOf([1, null, 1, 1], (value) => value === 1)).toEqual([
      [0, 0],
      [2, 3],
    ])
  })

  test('its scale ends at a round number above everything', () => {
    expect([topOf(0), topOf(7), topOf(19), topOf(450), topOf(Number.NaN)]).toEqual([1, 10, 20, 500, 1])
    expect(topOf(300 * 1024, true)).toBe(512 * 1024)
  })

  test('its moments are round and apart', () => {
    const hour = { from: Date.parse('2026-11-20T10:03:00Z'), to: Date.parse('2026-11-20T11:03:00Z'), width: 600 }
    const ticks = ticksOf(hour)
    expect(ticks.length).toBeGreaterThan(2)
    expect(ticks.length).toBeLessThan(8)
    expect(ticks.every((at) => at % 60_000 === 0 && at >= hour.from && at <= hour.to)).toBe(true)
    expect(ticksOf({ ...hour, to: hour.from + 90 * 86_400_000 }).length).toBeLessThan(8)
  })
})
