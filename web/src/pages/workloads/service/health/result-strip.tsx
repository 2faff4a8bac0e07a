import type { HealthCheck } from '@wheelhouse/contract'
import { moment } from '../../../../ui/format/age.ts'
import { millis } from '../../../../ui/format/number.ts'
import { Sparkline } from '../../../../ui/state/sparkline.tsx'

/** Response times as a line, and one mark for each answer: failures stand tall and red. */
export function ResultStrip({ results }: { results: HealthCheck['results'] }) {
  const shown = results.slice(-120)
  if (shown.length === 0) return <p className="meta">It has not run yet.</p>
  const slowest = Math.max(...shown.map((result) => result.tookMs))
  const failed = shown.filter((result) => !result.ok).length
  return (
    <div role="img" aria-label={`${shown.length} answers, ${failed} failed, slowest ${millis(slowest)}`}>
      {shown.length > 2 && <Sparkline tall values={shown.map((result) => (result.ok ? result.tookMs : null))} />}
      <div className="strip-results pt-1" aria-hidden>
        {shown.map((result) => (
          <i
            key={result.at}
            className={result.ok ? '' : 'bad'}
            style={{ height: `${20 + (result.tookMs / Math.max(1, slowest)) * 60}%` }}
            title={`${moment(result.at)}: ${result.ok ? millis(result.tookMs) : result.message}`}
          />
        ))}
      </div>
      <p className="meta pt-1">
        last {shown.length}: {failed === 0 ? 'none failed' : `${failed} failed`}, slowest {millis(slowest)}
      </p>
    </div>
  )
}
