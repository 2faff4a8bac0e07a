/** "100%", "99.98%", "97.2%": never rounded up to what was not reached. */
export function share(part: number | null): string {
  if (part === null) return '–'
  const percent = part * 100
  if (percent === 100 || percent === 0) return `${percent}%`
  const digits = percent >= 99 ? 2 : 1
  const cut = Math.floor(percent * 10 ** digits) / 10 ** digits
  return `${cut.toFixed(digits)}%`
}
