const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A duration in the largest unit that says enough: "now", "41 s", "6 min", "3 h", "63 d". */
export function duration(ms: number): string {
  if (ms < second) return 'now'
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** How long ago an ISO time was, seen from `now` (ms). Clocks that differ a little never read as the future. */
export const age = (iso: string, now: number): string => duration(Math.max(0, now - Date.parse(iso)))

/** "in 89 d", for what ends later; "ended" once it is past. */
export function until(iso: string, now: number): string {
  const left = Date.parse(iso) - now
  return left <= 0 ? 'ended' : `in ${duration(left)}`
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** Local wall clock "12:41:18", with milliseconds where asked. */
export function clock(at: number, withMs = false): string {
  const d = new Date(at)
  const hms = `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`
  return withMs ? `${hms}.${pad(d.getMilliseconds(), 3)}` : hms
}

/** "20 Nov, 12:41:18" in local time; the year is told when it is not this one. */
export function moment(iso: string, now = Date.now()): string {
  const d = new Date(iso)
  const sameYear = d.getFullYear() === new Date(now).getFullYear()
  const date = d.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
  return `${date}, ${clock(d.getTime())}`
}

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
