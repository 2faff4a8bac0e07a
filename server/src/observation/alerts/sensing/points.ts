import type { MetricAggregate } from '@wheelhouse/contract'

/** Values at even steps; the value at `index` is of the time from `sinceMs + index * stepMs` on. Null is a gap in knowledge. */
export interface Points {
  readonly sinceMs: number
  readonly stepMs: number
  readonly values: readonly (number | null)[]
}

/** The known values of the steps that ended within (to - windowMs, to], oldest first. A window holds one step at least. */
export function pointsWithin(points: Points, windowMs: number, to: number): { at: number; value: number }[] {
  const { sinceMs, stepMs, values } = points
  const from = to - Math.max(windowMs, stepMs)
  const first = Math.max(0, Math.floor((from - sinceMs) / stepMs))
  const end = Math.min(values.length, Math.floor((to - sinceMs) / stepMs))
  const found: { at: number; value: number }[] = []
  for (let index = first; index < end; index++) {
    const value = values[index]
    if (value !== null && value !== undefined) found.push({ at: sinceMs + (index + 1) * stepMs, value })
  }
  return found
}

/** What the steps of a window are taken together as; null of none. */
export function together(values: readonly number[], aggregate: MetricAggregate | undefined): number | null {
  if (values.length === 0) return null
  const sum = (): number => values.reduce((a, b) => a + b, 0)
  switch (aggregate) {
    case 'min':
      return values.reduce((a, b) => Math.min(a, b))
    case 'max':
      return values.reduce((a, b) => Math.max(a, b))
    case 'sum':
    case 'increase':
      return sum()
    case 'last':
      return values.at(-1) ?? null
    case 'p95': {
      const sorted = values.toSorted((a, b) => a - b)
      return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? null
    }
    default:
      return sum() / values.length
  }
}

const fewestForTrend = 6

/** A line through the points of a window, by least squares; null where they are too few or cover too little of it. */
export function trendOf(
  points: Points,
  windowMs: number,
  to: number,
): { readonly perMs: number; readonly now: number } | null {
  const found = pointsWithin(points, windowMs, to)
  const [first, last] = [found[0], found.at(-1)]
  if (!first || !last || found.length < fewestForTrend || last.at - first.at < windowMs / 3) return null
  const meanAt = found.reduce((sum, { at }) => sum + (at - to), 0) / found.length
  const mean = found.reduce((sum, { value }) => sum + value, 0) / found.length
  let above = 0
  let below = 0
  for (const { at, value } of found) {
    above += (at - to - meanAt) * (value - mean)
    below += (at - to - meanAt) ** 2
  }
  const perMs = below === 0 ? 0 : above / below
  return { perMs, now: mean - perMs * meanAt }
}
