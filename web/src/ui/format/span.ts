const pad = (value: number, unit: string): string => (value === 0 ? '' : ` ${value} ${unit}`)

/** How long something took, for reading: "410 ms", "3.1 s", "41 s", "1 min 24 s", "2 h 4 min". */
export function span(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${pad(seconds % 60, 's')}`
  return `${Math.floor(minutes / 60)} h${pad(minutes % 60, 'min')}`
}

interface Timed {
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** From start to end in ms; to `now` while it goes on; null before it began. */
export function tookMs({ startedAt, finishedAt }: Timed, now: number): number | null {
  if (startedAt === null) return null
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt))
}
