const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const isoForm = /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/
const commonForm = /^(\d\d)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)/

/** `2026-11-20 10:00:00.123+01:00` and its kin, as epoch ms. A time without a zone is taken as UTC. */
export function isoTime(text: string): number | null {
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = isoForm.exec(text) ?? []
  if (year === undefined) return null
  const digits = `${fraction}000`.slice(0, 3)
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${digits}${colonOf(zone)}`)
  return Number.isNaN(at) ? null : at
}
const colonOf = (zone: string): string => (zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone)

/** `20/Nov/2026:10:00:00 +0000`, as web servers write it. */
export function commonTime(text: string): number | null {
  const [, day, name = '', year, hour, minute, second, sign, zoneHour, zoneMinute] = commonForm.exec(text) ?? []
  const month = months.indexOf(name.toLowerCase())
  if (month < 0) return null
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000 * (sign === '-' ? -1 : 1)
  const at = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)) - offset
  return Number.isNaN(at) ? null : at
}

/** A number or a text as programs log their time: seconds to nanoseconds since 1970, or ISO 8601. */
export function toldTime(value: unknown): number | null {
  if (typeof value === 'string') {
    const iso = isoTime(value)
    if (iso !== null) return iso
    return /^\d{10}(?:\d{3})?(?:\.\d+)?$/.test(value) ? toldTime(Number(value)) : null
  }
  if (typeof value !== 'number' || !(value > 1e8)) return null
  if (value < 1e11) return Math.round(value * 1e3)
  if (value < 1e14) return Math.round(value)
  return value < 1e17 ? Math.round(value / 1e3) : value < 1e20 ? Math.round(value / 1e6) : null
}
