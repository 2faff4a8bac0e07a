const sizes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }
const spans: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `512m` as Docker reads it: powers of 1024. */
export function bytesOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([bkmgt]?)b?$/i.exec(text.trim())
  if (!match) throw new Error(`"${text}" is no size such as 512m`)
  return Math.round(Number(match[1]) * (sizes[(match[2] || 'b').toLowerCase()] ?? 1))
}

/** `1m30s` in milliseconds. */
export function durationOf(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.map(([part]) => part).join('') !== text.trim() || parts.length === 0)
    throw new Error(`"${text}" is no duration such as 1m30s`)
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (spans[unit ?? 's'] ?? 1000), 0)
}

/** The shortest of `512m`, `1500k`, `7b` that says exactly this. */
export function sizeText(bytes: number): string {
  const unit = (['g', 'm', 'k'] as const).find((one) => bytes > 0 && bytes % (sizes[one] ?? 1) === 0)
  return unit === undefined ? `${bytes}b` : `${bytes / (sizes[unit] ?? 1)}${unit}`
}

export function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
