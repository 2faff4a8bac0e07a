const sizes = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `412 MB`: 1024 a step, three digits. A gap is a dash, never a zero. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-'
  let amount = value
  let step = 0
  while (amount >= 1000 && step < sizes.length - 1) {
    amount /= 1024
    step += 1
  }
  const digits = step === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2
  return `${amount.toFixed(digits)} ${sizes[step]}`
}

export const rate = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : `${bytes(value)}/s`

export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : `${value >= 100 ? Math.round(value) : value.toFixed(1)}%`

/** `850ms`, `12s`, `4m`, `3h12m`, `5d`: the two largest units that say something. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`
  const s = Math.floor(ms / 1000)
  if (s < 10 && ms % 1000 >= 100) return `${(ms / 1000).toFixed(1)}s`
  if (s < 120) return `${s}s`
  const m = Math.floor(s / 60)
  if (m < 60) return `${m}m`
  const h = Math.floor(m / 60)
  if (h < 24) return m % 60 === 0 ? `${h}h` : `${h}h${m % 60}m`
  const d = Math.floor(h / 24)
  return d < 7 && h % 24 !== 0 ? `${d}d${h % 24}h` : `${d}d`
}

/** How long ago, without the word. */
export const age = (at: string | null | undefined, now: number): string =>
  at === null || at === undefined ? '-' : duration(Math.floor(Math.max(0, now - Date.parse(at)) / 1000) * 1000)

/** `in 89d` or `ended 2h ago`. */
export function until(at: string | null, now: number): string {
  if (at === null) return 'never'
  const left = Date.parse(at) - now
  return left >= 0 ? `in ${duration(left)}` : `ended ${duration(-left)} ago`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Local time; the day comes along when it is not today. */
export function clock(at: string, now: number): string {
  const when = new Date(at)
  const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`
  if (when.toDateString() === new Date(now).toDateString()) return time
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`
}

/** `1 service`, `3 services`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** `web, api and worker`; long lists end in `and 4 more`. */
export function sentenceList(names: readonly string[], most = 5): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
