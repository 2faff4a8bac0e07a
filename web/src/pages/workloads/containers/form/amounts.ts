const steps: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1_048_576,
  mb: 1_048_576,
  g: 1_073_741_824,
  gb: 1_073_741_824,
  t: 1_099_511_627_776,
  tb: 1_099_511_627_776,
}

/** "512 MB", "1.5g", "4096" in bytes; null for what is no size. */
export function readSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim().toLowerCase())
  const step = match && steps[(match[2] ?? '').replace('ib', 'b')]
  return match && step ? Math.round(Number(match[1]) * step) : null
}

/** As whole as it is: "512m", never a rounded one, so that reading it again gives the same. */
export function sizeText(bytes: number): string {
  for (const [unit, step] of [
    ['g', 1_073_741_824],
    ['m', 1_048_576],
    ['k', 1024],
  ] as const) {
    if (bytes >= step && bytes % step === 0) return `${bytes / step}${unit}`
  }
  return String(bytes)
}

const spans: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/** "30s", "1m30s", "500 ms", "30" (seconds) in ms; null for what is no time. */
export function readTime(text: string): number | null {
  const trimmed = text.trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000)
  let total = 0
  const rest = trimmed.replaceAll(/(\d+(?:\.\d+)?)\s*(ms|min|h|m|s)\s*/g, (_, value: string, unit: string) => {
    total += Number(value) * (spans[unit] ?? 0)
    return ''
  })
  return trimmed !== '' && rest === '' ? Math.round(total) : null
}

export function timeText(ms: number): string {
  if (ms % 1000 !== 0) return `${ms}ms`
  const seconds = ms / 1000
  if (seconds === 0 || seconds % 60 !== 0) return `${seconds}s`
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`
}
