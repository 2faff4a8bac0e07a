import type { Metric } from '@wheelhouse/contract'

const spans: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** Such as 90 s, 5 min, 2 h, 3 d. */
export function spanWords(ms: number): string {
  const whole = Math.max(0, ms)
  for (const [unit, word] of spans) {
    const count = whole / unit
    if (count >= 2 || (count >= 1 && Number.isInteger(count)) || unit === 1_000)
      return `${Math.round(count * (count < 10 && !Number.isInteger(count) ? 10 : 1)) / (count < 10 && !Number.isInteger(count) ? 10 : 1)} ${word}`
  }
  return `${ms} ms`
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const short = (value: number): string => {
  const size = Math.abs(value)
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}
function bytes(value: number): string {
  let left = value
  let unit = 0
  while (Math.abs(left) >= 1_000 && unit < sizes.length - 1) {
    left /= 1_000
    unit++
  }
  return `${short(left)} ${sizes[unit]}`
}

/** A value with its unit, as people read it. */
export function figure(value: number, unit: Metric['unit'] | null): string {
  switch (unit) {
    case 'percent':
      return `${short(value)} %`
    case 'bytes':
      return bytes(value)
    case 'bytes/s':
      return `${bytes(value)}/s`
    case 'count/s':
      return `${short(value)}/s`
    case 'ms':
      return `${short(value)} ms`
    case 's':
      return `${short(value)} s`
    default:
      return short(value)
  }
}

/** `web, api and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most)
  const left = names.length - shown.length
  if (left > 0) return `${shown.join(', ')} and ${left} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
