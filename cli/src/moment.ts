import { usage } from './failure.ts'

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `90s`, `1h30m`, or a bare number of milliseconds. Null when it is none. */
export function parseDuration(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(text)) return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g))
    total += Number(amount) * (units[unit ?? ''] ?? 0)
  return Math.round(total)
}

/** A moment as the API wants it (ISO 8601 UTC) from `10m` (ago), `14:30` (today, local), `2026-11-20` or an ISO time. */
export function parseMoment(text: string, flag: string, now = Date.now()): string {
  const ago = /^\d+$/.test(text) ? null : parseDuration(text)
  if (ago !== null) return new Date(now - ago).toISOString()
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (clock) {
    const at = new Date(now)
    at.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0)
    return at.toISOString()
  }
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text
  const at = /^\d{4}-/.test(text) ? Date.parse(local) : Number.NaN
  if (Number.isNaN(at))
    throw usage(`${flag} takes 10m, 2h, 14:30, 2026-11-20 or a time such as 2026-11-20T10:00:00Z, not "${text}".`)
  return new Date(at).toISOString()
}

/** A count from a flag. */
export function wholeNumber(text: string, flag: string, least = 1): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least)
    throw usage(`${flag} takes a whole number from ${least}, not "${text}".`)
  return value
}
