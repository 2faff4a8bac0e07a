const unitMs: Record<string, number> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const part = /(\d+(?:\.\d+)?|\.\d+)(us|µs|ms|s|m|h|d|w)/gy

/** Milliseconds of 10s, 1m30s, 1.5h or 0, as the Compose Specification writes durations; null when it is none. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '0') return 0
  let total = 0
  let index = 0
  for (const found of trimmed.matchAll(part)) {
    if (found.index !== index) return null
    total += Number(found[1]) * unitMs[found[2]!]!
    index += found[0].length
  }
  return index === trimmed.length && index > 0 && Number.isSafeInteger(Math.round(total)) ? Math.round(total) : null
}
