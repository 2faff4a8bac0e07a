import type { Scalar } from '../tree/node.ts'

const words: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
])
const whole = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/
const fraction = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const moment =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ ]+)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(?:(Z)|([-+]\d{2}):(\d{2}))?)?$/

export interface PlainScalar {
  readonly value: Scalar['value']
  readonly fraction: boolean
  /** Where the value does not spell itself: a whole number too large for a double, or a date. */
  readonly text?: string
}

/** What an unquoted word means in a Compose file: YAML 1.2, with the octal numbers and dates of YAML 1.1. */
export function readPlain(source: string): PlainScalar {
  if (words.has(source)) {
    const value = words.get(source) ?? null
    return { value, fraction: typeof value === 'number' }
  }
  if (!/^[-+.\d]/.test(source)) return { value: source, fraction: false }
  const date = readMoment(source)
  if (date !== null) return { value: source, fraction: false, text: date }
  const bare = source.replaceAll('_', '')
  const found = whole.exec(bare)
  if (found) {
    const [, sign, hex, binary, octal, decimal] = found
    const size = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? '0'))
    const value = Number(sign === '-' ? -size : size)
    // What 64 bits do not hold is a fraction to Compose.
    if (size >= 2n ** 64n || (sign === '-' && size > 2n ** 63n)) return { value, fraction: true }
    return Number.isSafeInteger(value)
      ? { value: value === 0 ? 0 : value, fraction: false }
      : { value, fraction: false, text: String(sign === '-' ? -size : size) }
  }
  if (fraction.test(bare) && Number.isFinite(Number(bare))) return { value: Number(bare), fraction: true }
  return { value: source, fraction: false }
}

/** A date as Compose hands it on in place of the text, or null. */
function readMoment(source: string): string | null {
  const found = moment.exec(source)
  if (!found) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', part = '', , zone, zoneMinutes] = found
  const two = (text: string | undefined): string => (text ?? '0').padStart(2, '0')
  const time = `${two(hour)}:${two(minute)}:${two(second)}`
  const utc = Date.parse(`${year}-${two(month)}-${two(day)}T${time}Z`)
  if (Number.isNaN(utc) || new Date(utc).getUTCDate() !== Number(day)) return null
  const digits = part.replace(/0+$/, '')
  const offset = zone === undefined ? '+0000 UTC' : `${zone}${zoneMinutes} ${zone}${zoneMinutes}`
  return `${year}-${two(month)}-${two(day)} ${time}${digits ? `.${digits}` : ''} ${offset}`
}
