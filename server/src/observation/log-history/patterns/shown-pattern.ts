import { type KeptLine, type LogPattern, logLevels } from '@wheelhouse/contract'
import type { Line } from '@wheelhouse/platform/lines'
import type { PatternsFound } from './ask-patterns.ts'
import type { Cluster } from './clusters.ts'

const iso = (us: number): string => new Date(us / 1000).toISOString()

/** A cluster as people see it. */
export function patternOf(
  { words, count, before, firstAt, lastAt, levels, example }: Cluster,
  { lines, knowsBefore }: Pick<PatternsFound, 'lines' | 'knowsBefore'>,
  shown: (line: Line) => KeptLine,
): LogPattern[] {
  if (example === null) return []
  const most = levels.reduce((best, each, level) => (each > (levels[best] ?? 0) ? level : best), 0)
  return [
    {
      pattern: words.join(' '),
      lines: count,
      share: lines === 0 ? 0 : count / lines,
      level: logLevels[most - 1] ?? null,
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
      example: shown(example),
      before,
      isNew: before > 0 ? false : knowsBefore ? true : null,
    },
  ]
}
