export const ranges = [
  { value: '15m', label: '15 min', ms: 900_000 },
  { value: '1h', label: '1 h', ms: 3_600_000 },
  { value: '6h', label: '6 h', ms: 6 * 3_600_000 },
  { value: '24h', label: '24 h', ms: 86_400_000 },
  { value: '7d', label: '7 days', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 days', ms: 30 * 86_400_000 },
] as const
export const usualRange = '1h'
const shortestMs = 10_000
const longestMs = 90 * 86_400_000

/** What an axis shows, epoch ms; `follows` while its end is now. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly follows: boolean
}

/** As the address says. What makes no sense is the usual hour. */
export function rangeOf({ range, since, until }: { range: string; since: string; until: string }, now: number): Range {
  const [from, to] = [Date.parse(since), until === '' ? now : Date.parse(until)]
  if (since !== '' && to - from >= shortestMs) return { from, to, follows: until === '' }
  const ms = (ranges.find(({ value }) => value === range) ?? ranges[1]).ms
  return { from: now - ms, to: now, follows: true }
}

/** Half as much, or twice as much, around a moment; never beyond now, within what can be asked. */
export function zoomed({ from, to }: Range, around: number, factor: number, now: number): Range {
  const span = Math.min(longestMs, Math.max(shortestMs, (to - from) * factor))
  const share = (around - from) / Math.max(1, to - from)
  const end = Math.min(now, Math.round(around + (1 - share) * span))
  return { from: Math.round(end - span), to: end, follows: false }
}

/** A part of it to one side: -0.5 is half of it back. */
export function shifted({ from, to }: Range, part: number, now: number): Range {
  const by = Math.min(Math.round((to - from) * part), now - to)
  return { from: from + by, to: to + by, follows: false }
}
