import { Cron } from 'croner'

/** The next times of five fields in a zone, or what is wrong with them. The server has the last word. */
export function upcoming(cron: string, timezone: string, from: Date, count = 5): { times: Date[] } | { wrong: string } {
  const fields = cron.trim().split(/\s+/)
  if (cron.trim() === '' || fields.length !== 5)
    return { wrong: 'Write five fields: minute hour day month weekday, such as 30 3 * * *.' }
  try {
    const times = new Cron(cron.trim(), { timezone, paused: true, mode: '5-part' }).nextRuns(count, from)
    return times.length > 0 ? { times } : { wrong: 'It never comes: there is no such day in those months.' }
  } catch {
    return knowsZone(timezone)
      ? { wrong: 'It is not understood. 30 3 * * * is half past three each day, 0 9 * * MON-FRI nine on workdays.' }
      : { wrong: 'This zone is not known.' }
  }
}

export function knowsZone(timezone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone })
    return true
  } catch {
    return false
  }
}

/** "Thu 11 Jun, 03:00" on the clocks of that zone. */
export function inZone(at: Date, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .format(at)
    .replace(/^(\w+),/, '$1')
    .replace(' at ', ', ')
}
