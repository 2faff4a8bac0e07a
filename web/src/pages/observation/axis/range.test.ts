import { describe, expect, test } from 'vitest'
import { rangeOf, shifted, zoomed } from './range.ts'

const now = Date.parse('2026-11-20T12:00:00.000Z')
const hour = 3_600_000
const asked = (more: Partial<{ range: string; since: string; until: string }> = {}) =>
  rangeOf({ range: '', since: '', until: '', ...more }, now)

describe('what an axis shows', () => {
  test('is what the address says, else the last hour', () => {
    expect(asked()).toEqual({ from: now - hour, to: now, follows: true })
    expect(asked({ range: '6h' })).toEqual({ from: now - 6 * hour, to: now, follows: true })
    const since = '2026-11-20T10:00:00.000Z'
    expect(asked({ since, until: '2026-11-20T11:00:00.000Z' })).toEqual({
      from: now - 2 * hour,
      to: now - hour,
      follows: false,
    })
    expect(asked({ since })).toMatchObject({ from: now - 2 * hour, follows: true })
    expect(asked({ since: 'rubbish', until: 'rubbish' })).toMatchObject({ from: now - hour })
    expect(asked({ since, until: since })).toMatchObject({ from: now - hour })
  })

  test('is zoomed around a moment, which stays where it is', () => {
    const near = zoomed(asked(), now - hour / 2, 0.5, now)
    expect(near).toEqual({ from: now - 0.75 * hour, to: now - 0.25 * hour, follows: false })
    expect(zoomed(asked(), now, 2, now)).toMatchObject({ from: now - 2 * hour, to: now })
    const least = zoomed({ from: now - 12_000, to: now, follows: true }, now, 0.1, now)
    expect(least.to - least.from).toBe(10_000)
  })

  test('moves to a side, not beyond now', () => {
    expect(shifted(asked(), -0.5, now)).toEqual({ from: now - 1.5 * hour, to: now - 0.5 * hour, follows: false })
    expect(shifted(asked(), 0.5, now)).toMatchObject({ to: now })
  })
})
