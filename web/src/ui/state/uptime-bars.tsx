import { duration, moment } from '../format/age.ts'
import { share } from '../format/share.ts'

export interface Bar {
  readonly at: string
  /** The part of the known time that it was up, 0 to 1; null where nothing is known. */
  readonly share: number | null
  readonly downMs: number
}

/** Less than that was down: told, but not as loud. */
const little = 0.01

export const barWords = ({ at, share: part, downMs }: Bar, hours = false): string => {
  const when = hours
    ? moment(at).replace(/:\d\d$/, '')
    : new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
  if (part === null) return `${when}: nothing is known`
  return downMs === 0 ? `${when}: up` : `${when}: down for ${duration(downMs)}, ${share(part)} up`
}

/** A bar a day or an hour. Told in words as a whole, and bar by bar on hover. */
export function UptimeBars({
  bars,
  label,
  tall = false,
  hours = false,
}: {
  bars: readonly Bar[]
  label: string
  tall?: boolean
  hours?: boolean
}) {
  const known = bars.filter((bar) => bar.share !== null)
  const bad = known.filter((bar) => bar.downMs > 0)
  const unit = hours ? 'hours' : 'days'
  const told =
    known.length === 0
      ? 'nothing is known yet'
      : bad.length === 0
        ? `up in all ${known.length} ${unit} that are known`
        : `down in ${bad.length} of ${known.length} ${unit} that are known, last ${barWords(bad.at(-1)!, hours)}`
  return (
    <div className={`uptime ${tall ? 'tall' : ''}`} role="img" aria-label={`${label}: ${told}`}>
      {bars.map((bar) => (
        <i key={bar.at} className={bar.share === null ? 'none' : ''} title={barWords(bar, hours)}>
          {bar.downMs > 0 && bar.share !== null && (
            <b
              className={1 - bar.share < little ? 'little' : ''}
              style={{ height: `${Math.max(18, (1 - bar.share) * 100)}%` }}
            />
          )}
        </i>
      ))}
    </div>
  )
}
