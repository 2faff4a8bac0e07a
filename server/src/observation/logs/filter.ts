import { createContext, Script } from 'node:vm'
import { Failure, type LogLine, logLevels } from '@wheelhouse/contract'

export interface LineQuery {
  readonly level?: string | undefined
  readonly match?: string | undefined
}

/** Answers which of some lines are wanted, in their order. */
export type LineFilter = (lines: readonly LogLine[]) => LogLine[]

// A line longer than this is matched by its beginning only.
const matchedChars = 10_000
/** How long a pattern may take over one lot of lines; a plain one takes a thousandth of it. */
const patternMs = 200
const search = new Script('texts.map((text) => pattern.test(text))')

function compile(match: string): RegExp {
  try {
    return new RegExp(match, 'i')
  } catch (error) {
    const why = error instanceof Error ? error.message : 'not a regular expression'
    throw new Failure('VALIDATION_FAILED', `match: ${why}.`, { field: 'match' })
  }
}

/**
 * Which texts a person's pattern finds. Nothing in the form of a pattern tells for certain whether it takes for ever, so it
 * runs where it can be ended: without that, one reader of logs could hold the whole house.
 */
function finder(match: string): (texts: readonly string[]) => boolean[] {
  // Without a choice there is nothing to go back to: a word is found at once, also in a log that runs fast.
  const plain = compile(match)
  if (!/[*+?{|]/.test(match)) return (texts) => texts.map((text) => plain.test(text))
  const scope: { pattern: RegExp; texts: readonly string[] } = { pattern: plain, texts: [] }
  const context = createContext(scope)
  return (texts) => {
    scope.texts = texts
    try {
      return search.runInContext(context, { timeout: patternMs }) as boolean[]
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      throw new Failure('VALIDATION_FAILED', 'match: this pattern takes too long. Write it with fewer + and *.', {
        field: 'match',
      })
    }
  }
}

/** Tests lines by level and pattern. Throws VALIDATION_FAILED for an unknown level, or a pattern that does not parse or takes too long. */
export function lineFilter({ level, match }: LineQuery): LineFilter {
  const levels = level ? new Set(level.split(',').map((word) => word.trim())) : null
  const unknown = levels && [...levels].find((word) => !(logLevels as readonly string[]).includes(word))
  if (unknown)
    throw new Failure('VALIDATION_FAILED', `level: "${unknown}" is none of ${logLevels.join(', ')}.`, {
      field: 'level',
    })
  const find = match ? finder(match) : null
  return (lines) => {
    const leveled = lines.filter((line) => levels === null || (line.level !== null && levels.has(line.level)))
    if (find === null || leveled.length === 0) return leveled
    const found = find(leveled.map((line) => line.text.slice(0, matchedChars)))
    return leveled.filter((_, index) => found[index])
  }
}
