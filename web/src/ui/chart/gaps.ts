export interface Point {
  /** Unix time in seconds. */
  readonly t: number
  readonly values: readonly (number | null)[]
}

/** Columns for a chart. Where readings are further apart than 2.5 steps, a hole is put between: a gap is never joined. */
export function withGaps(points: readonly Point[], stepS: number, series: number): (number | null)[][] {
  const columns: (number | null)[][] = Array.from({ length: series + 1 }, () => [])
  let before: number | null = null
  for (const point of points) {
    if (before !== null && point.t - before > stepS * 2.5) {
      columns[0]?.push(before + stepS)
      for (let i = 1; i <= series; i++) columns[i]?.push(null)
      columns[0]?.push(point.t - stepS / 2)
      for (let i = 1; i <= series; i++) columns[i]?.push(null)
    }
    columns[0]?.push(point.t)
    for (let i = 1; i <= series; i++) columns[i]?.push(point.values[i - 1] ?? null)
    before = point.t
  }
  return columns
}

/** Stretches in which no series has a value, as pairs of seconds; the edges of the range count too. */
export function holes(
  columns: readonly (readonly (number | null)[])[],
  from: number,
  to: number,
  stepS: number,
): [number, number][] {
  const times = columns[0] ?? []
  const out: [number, number][] = []
  let start: number | null = null
  const firstKnown = times.findIndex((_, i) => columns.slice(1).some((c) => c[i] !== null))
  if (firstKnown < 0) return [[from, to]]
  if ((times[firstKnown] ?? from) - from > stepS * 2.5) out.push([from, times[firstKnown] ?? from])
  let known: number = times[firstKnown] ?? from
  for (let i = firstKnown; i < times.length; i++) {
    const here = times[i] ?? 0
    const has = columns.slice(1).some((c) => c[i] !== null)
    if (!has) start ??= known
    else {
      if (start !== null) out.push([start, here])
      start = null
      known = here
    }
  }
  if (to - known > stepS * 2.5 + 2) out.push([known, to])
  return out
}
