import type { Trend } from '@wheelhouse/contract'

const hourMs = 3_600_000
/** Shorter than that, and what one sees is noise. */
const leastWatchedMs = 1_800_000
const leastPoints = 10
/** Further away than that nobody plans. */
const farthestMs = 90 * 86_400_000

export interface Point {
  readonly at: number
  readonly value: number
}

/** The straight line that fits the points best: its rise an hour; null where there are too few of them. */
export function risePerHour(points: readonly Point[]): number | null {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < leastPoints || last.at - first.at < leastWatchedMs) return null
  const hours = points.map(({ at }) => (at - first.at) / hourMs)
  const middle = hours.reduce((sum, x) => sum + x, 0) / points.length
  const mean = points.reduce((sum, { value }) => sum + value, 0) / points.length
  let over = 0
  let under = 0
  for (const [index, { value }] of points.entries()) {
    const x = hours[index]! - middle
    over += x * (value - mean)
    under += x * x
  }
  return under === 0 ? null : over / under
}

/** "in 9 days", "in 5 hours". */
function inWords(ms: number): string {
  const hours = ms / hourMs
  if (hours < 1) return 'in less than an hour'
  if (hours < 48) return `in ${Math.round(hours)} ${Math.round(hours) === 1 ? 'hour' : 'hours'}`
  return `in ${Math.round(hours / 24)} days`
}

/** When `left` is used up at that rise; null where it is not, or not soon. */
export function usedUp(left: number, perHour: number | null): string | null {
  if (perHour === null || perHour <= 0) return null
  const ms = (Math.max(left, 0) / perHour) * hourMs
  return ms > farthestMs ? null : inWords(ms)
}

export const trendOf = (name: Trend['name'], points: readonly Point[], forecast: string | null = null): Trend => ({
  name,
  now: points.at(-1)?.value ?? 0,
  perHour: risePerHour(points),
  forecast,
})
