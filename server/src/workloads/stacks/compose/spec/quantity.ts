const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy

/** Nanoseconds of 10s, 1m30s or -1.5h; null when the text is none. */
export function durationNs(text: string): number | null {
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  const bare = text.slice(sign.length)
  if (bare === '0') return 0
  let total = 0
  let index = 0
  for (const found of bare.matchAll(part)) {
    if (found.index !== index) return null
    total += Number(found[1]) * unitNs[found[2]!]!
    index += found[0].length
  }
  if (index === 0 || index !== bare.length || total > 9_223_372_036_854_775_000) return null
  return sign === '-' ? -Math.trunc(total) : Math.trunc(total)
}

const fraction = (value: number, digits: number): string => {
  const text = value.toFixed(digits)
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}

/** 1m30s, 500ms or 0s: hours, minutes and seconds, and below a second the largest unit that fits. */
export function durationText(ns: number): string {
  if (ns === 0) return '0s'
  const sign = ns < 0 ? '-' : ''
  const size = Math.abs(ns)
  if (size < 1e3) return `${sign}${size}ns`
  if (size < 1e6) return `${sign}${fraction(size / 1e3, 3)}µs`
  if (size < 1e9) return `${sign}${fraction(size / 1e6, 6)}ms`
  const hours = Math.floor(size / 3600e9)
  const minutes = Math.floor((size % 3600e9) / 60e9)
  const seconds = `${fraction((size % 60e9) / 1e9, 9)}s`
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`
}

/** Bytes of 512, 64m, 1.5gb or 2 GiB in powers of 1024; null when the text is none. */
export function byteCount(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])?i?b?)$/i.exec(text)
  if (!found) return null
  const power = found[2] ? 'kmgtp'.indexOf(found[2].toLowerCase()) + 1 : 0
  return Math.trunc(Number(found[1]) * 1024 ** power)
}

/** The shortest number that is the same in 32 bits. */
export function shortFloat(value: number): number {
  const wanted = Math.fround(value)
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(wanted.toPrecision(digits))
    if (Math.fround(short) === wanted) return short
  }
  return wanted
}
