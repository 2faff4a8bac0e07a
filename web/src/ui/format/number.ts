const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Memory and disk in steps of 1024: "388 MB", "1.4 GB". */
export function bytes(value: number): string {
  let n = value
  let unit = 0
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1024
    unit++
  }
  return `${figure(n)} ${units[unit]}`
}

export const rate = (bytesPerS: number): string => `${bytes(bytesPerS)}/s`

/** Three digits at most where a fraction helps, none where it does not. */
function figure(n: number): string {
  if (n >= 100 || n === 0) return String(Math.round(n))
  if (n >= 10) return String(Math.round(n))
  return String(Math.round(n * 10) / 10)
}

/** "71%", "0.4%"; one core is 100%. */
export const percent = (value: number): string => `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)}%`

/** "46 ms" up to 999, then "1.84 s". */
export function millis(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const s = ms / 1000
  return `${s < 10 ? s.toFixed(2) : s < 100 ? s.toFixed(1) : Math.round(s)} s`
}

export const count = (n: number): string => n.toLocaleString('en-US')

/** "1 service", "12 services". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`

/** "a, b and 3 more". */
export function listed(names: readonly string[], show = 5): string {
  if (names.length === 0) return ''
  if (names.length === 1) return names[0] ?? ''
  if (names.length <= show) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, show).join(', ')} and ${names.length - show} more`
}
