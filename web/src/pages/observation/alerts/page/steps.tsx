import type { AlertStep } from '@wheelhouse/contract'
import { moment } from '../../../../ui/format/age.ts'
import { Glyph, type GlyphState } from '../../../../ui/state/glyph.tsx'

const glyphs: Readonly<Record<AlertStep['what'], GlyphState>> = {
  fired: 'failed',
  joined: 'info',
  told: 'succeeded',
  'not-told': 'degraded',
  acknowledged: 'paused',
  snoozed: 'paused',
  back: 'failed',
  escalated: 'degraded',
  worse: 'failed',
  better: 'info',
  cleared: 'succeeded',
}

/** What happened to an alert, oldest first. */
export function Steps({ steps }: { steps: readonly AlertStep[] }) {
  return (
    <ol>
      {steps.map((step, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- steps are only ever added at the end
        <li key={index} className="flex items-baseline gap-2 px-3 py-1.5 min-w-0">
          <Glyph state={glyphs[step.what]} label={step.what} />
          <span className="min-w-0 grow break-words">
            {step.by !== null && <b>{step.by} </b>}
            {step.message}
          </span>
          <time className="meta shrink-0" dateTime={step.at}>
            {moment(step.at)}
          </time>
        </li>
      ))}
    </ol>
  )
}
