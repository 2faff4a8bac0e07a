import { Failure, type LogLine, logLevels } from '@wheelhouse/contract'

export interface LineQuery {
  readonly level?: string | undefined
  readonly match?: string | undefined
}

// A line longer than this is matched by its beginning only: a person's pattern must not hold the loop on a megabyte.
const matchedChars = 10_000

/** Tests lines by level and pattern. Throws VALIDATION_FAILED for an unknown level or a pattern that does not parse. */
export function lineFilter({ level, match }: LineQuery): (line: LogLine) => boolean {
  const levels = level ? new Set(level.split(',').map((word) => word.trim())) : null
  const unknown = levels && [...levels].find((word) => !(logLevels as readonly string[]).includes(word))
  if (unknown)
    throw new Failure('VALIDATION_FAILED', `level: "${unknown}" is none of ${logLevels.join(', ')}.`, {
      field: 'level',
    })
  let pattern: RegExp | null = null
  if (match) {
    if (/\([^)]*[+*][^)]*\)[+*{]/.test(match)) {
      throw new Failure(
        'VALIDATION_FAILED',
        'match: a repeated group that repeats inside can take for ever. Write it without nesting + or *.',
        { field: 'match' },
      )
    }
    try {
      pattern = new RegExp(match, 'i')
    } catch (error) {
      throw new Failure(
        'VALIDATION_FAILED',
        `match: ${error instanceof Error ? error.message : 'not a regular expression'}.`,
        { field: 'match' },
      )
    }
  }
  return (line) =>
    (levels === null || (line.level !== null && levels.has(line.level))) &&
    (pattern === null || pattern.test(line.text.slice(0, matchedChars)))
}
