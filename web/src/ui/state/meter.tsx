/** Use of a limit: amber above 80 %, red above 90 %. Without a limit there is no meter. */
export function Meter({ value, of, label }: { value: number | null; of: number | null; label: string }) {
  if (value === null || !of) return <span className="meter" style={{ visibility: 'hidden' }} />
  const part = Math.min(1, value / of)
  const tone = part > 0.9 ? 'bad' : part > 0.8 ? 'warn' : ''
  return (
    <span className="meter" role="img" aria-label={`${label}: ${Math.round(part * 100)}% used`}>
      <i className={tone} style={{ width: `${Math.max(2, part * 100)}%` }} />
    </span>
  )
}

/** Progress of known size, 0 to 1. */
export function Progress({ value, label }: { value: number; label: string }) {
  const now = Math.round(value * 100)
  return (
    <span
      className="meter"
      role="progressbar"
      aria-label={label}
      aria-valuenow={now}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i className="work" style={{ width: `${now}%` }} />
    </span>
  )
}
