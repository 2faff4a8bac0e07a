import { Cron } from 'croner'

/** Reading a pattern takes longer than asking it, and a schedule is asked for ever. */
const kept = new Map<string, Cron>()
const mostKept = 500

function patternOf(cron: string, timezone: string): Cron {
  const key = `${timezone} ${cron}`
  const known = kept.get(key)
  if (known) return known
  if (kept.size >= mostKept) kept.clear()
  const made = new Cron(cron.trim(), { timezone, paused: true, mode: '5-part' })
  kept.set(key, made)
  return made
}

/**
 * What is wrong with a schedule, as a sentence; null where nothing is. Five fields: minute hour day month weekday. One that never
 * comes, such as 30 February, is wrong too.
 */
export function cronTrouble(cron: string, timezone: string): string | null {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5)
    return `"${cron}" has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}. Write five: minute hour day month weekday, such as 30 3 * * *.`
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch {
    return `There is no time zone "${timezone}". Write one such as Europe/Berlin or UTC.`
  }
  try {
    if (patternOf(cron, timezone).nextRun(new Date()) === null)
      return `"${cron}" never comes: there is no such day in those months.`
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : ''
    return `"${cron}" is not understood: ${why.replace(/[.]$/, '')}. Write minute hour day month weekday, such as 30 3 * * *.`
  }
  return null
}

/**
 * The first time after `after`; null when there is none. A time that the clocks skip in spring comes at the first moment after the
 * gap; one that comes twice in autumn counts once, but for patterns that run every hour.
 */
export function nextAfter(cron: string, timezone: string, after: Date): Date | null {
  return patternOf(cron, timezone).nextRun(after)
}

/** The last time before `before`; null when there is none. */
export function lastBefore(cron: string, timezone: string, before: Date): Date | null {
  return patternOf(cron, timezone).previousRuns(1, before)[0] ?? null
}

/** Every time after `from` up to and with `to`, oldest first, at most `max`. */
export function occurrences(cron: string, timezone: string, from: Date, to: Date, max: number): Date[] {
  const found: Date[] = []
  let at = nextAfter(cron, timezone, from)
  while (at !== null && at <= to && found.length < max) {
    found.push(at)
    at = nextAfter(cron, timezone, at)
  }
  return found
}
