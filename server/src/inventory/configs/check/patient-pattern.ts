import { createContext, Script } from 'node:vm'

/** How long one pattern may look at one value, in ms. */
const patienceMs = 100
const context = createContext(Object.create(null) as object)
const script = new Script('pattern.test(text)')

/** Thrown by a pattern that would look for ever. */
export class PatternTooSlow extends Error {}

/**
 * A regular expression out of a schema, which anybody may hand in: one that backtracks without end must not hold up the whole
 * process. Only code that runs in a context of its own can be cut off after a time.
 */
export function patientPattern(source: string, flags: string): { test(text: string): boolean; toString(): string } {
  const pattern = new RegExp(source, flags)
  return {
    // What the compiler of schemas tells two patterns apart by.
    toString: () => String(pattern),
    test(text) {
      try {
        Object.assign(context, { pattern, text })
        return script.runInContext(context, { timeout: patienceMs }) as boolean
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new PatternTooSlow(source)
        throw error
      } finally {
        Object.assign(context, { pattern: null, text: null })
      }
    },
  }
}
