import type { LevelBar } from '../../../../ui/chart/level-bars.tsx'

interface Counted {
  readonly since: string
  readonly stepMs: number
  readonly levels: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

/** How many lines of each level there are in all of the time. */
export function totalsOf({ levels, counts }: Counted): Map<string, number> {
  return new Map(levels.map((level, i) => [level, counts.reduce((sum, row) => sum + (row[i] ?? 0), 0)]))
}

/** The bands of each bar: fatal is an error, all that is no warning is other. */
export function barsOf({ since, stepMs, levels, counts }: Counted): LevelBar[] {
  const begin = Date.parse(since)
  return counts.map((row, i) => {
    const bar = { t: (begin + i * stepMs) / 1000, error: 0, warn: 0, other: 0 }
    for (const [column, level] of levels.entries())
      bar[level === 'error' || level === 'fatal' ? 'error' : level === 'warn' ? 'warn' : 'other'] += row[column] ?? 0
    return bar
  })
}
