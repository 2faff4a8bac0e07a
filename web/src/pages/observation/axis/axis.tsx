import type { AxisKind } from '@wheelhouse/contract'
import { useEffect, useMemo, useState } from 'react'
import type { AxisSubject } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { clock, moment, zone } from '../../../ui/format/age.ts'
import { listed } from '../../../ui/format/number.ts'
import { LineText } from '../../../ui/log/line-text.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { AxisView } from './axis-view.tsx'
import { ComparePanel } from './compare-panel.tsx'
import { kindWords, markHref, toneOf } from './marks.ts'
import { type Range, rangeOf, ranges, usualRange, zoomed } from './range.ts'
import { useAxis, useLinesAt } from './use-axis.ts'

const tickMs = 15_000
const glyphs = {
  info: 'info',
  good: 'succeeded',
  warning: 'degraded',
  error: 'failed',
  calm: 'stopped',
  unknown: 'unknown',
} as const

/** The time in whole ticks: what follows asks anew with each. */
function useTick(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setNow(Date.now()), tickMs)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** Readings, lines and all that happened on one axis; the lines at the cursor below it. The address holds what is seen. */
export function Axis({ subject, name }: { subject: AxisSubject; name: string }) {
  const [rangeName] = useParam('range', usualRange)
  const [since] = useParam('since')
  const [until] = useParam('until')
  const [at] = useParam('at')
  const [compare, setCompare] = useParam('compare')
  const setParams = useSetParams()
  const now = useTick()
  const range = useMemo(() => rangeOf({ range: rangeName, since, until }, now), [rangeName, since, until, now])
  const [looked, setLooked] = useState<number | null>(null)
  const chosen = Number.isNaN(Date.parse(at)) ? null : Date.parse(at)
  const { marks, readings, levels } = useAxis(subject, range)
  const lines = useLinesAt(subject, looked ?? chosen)
  const show = (next: Range): void =>
    setParams({ range: null, since: new Date(next.from).toISOString(), until: new Date(next.to).toISOString() })
  const choose = (moment_: number | null): void =>
    setParams({ at: moment_ === null ? null : new Date(moment_).toISOString() })
  useKeys('Timeline', [
    { keys: 'p', label: 'Compare before and after', run: () => setCompare(compare === '' ? 'before' : '') },
  ])
  const all = marks.data?.marks ?? []
  const newest = all.toReversed().slice(0, 60)
  const hidden = marks.data?.hidden ?? []
  return (
    <div className="page flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Segment
          label="Range"
          value={since === '' ? rangeName : ''}
          onPick={(value) => setParams({ range: value === usualRange ? null : value, since: null, until: null })}
          options={ranges.map(({ value, label }) => ({ value, label }))}
        />
        <Button onClick={() => show(zoomed(range, (range.from + range.to) / 2, 2, Date.now()))}>Zoom out</Button>
        {since !== '' && (
          <Button onClick={() => setParams({ range: null, since: null, until: null })}>Back to now</Button>
        )}
        <Button hint="P" aria-pressed={compare !== ''} onClick={() => setCompare(compare === '' ? 'before' : '')}>
          Compare
        </Button>
        <span className="meta ml-auto">
          {moment(new Date(range.from).toISOString())} to{' '}
          {range.follows ? 'now' : moment(new Date(range.to).toISOString())}, {zone()}
          {readings.data && `; 1 point is ${Math.round(readings.data.stepMs / 1000)} s`}
        </span>
      </div>
      {compare !== '' && (
        <ComparePanel
          of={chosen === null ? subject : { ...subject, at: new Date(chosen).toISOString() }}
          against={compare}
          onAgainst={setCompare}
        />
      )}
      {marks.isPending && readings.isPending ? (
        <Skeleton />
      ) : (
        <AxisView
          subject={subject}
          range={range}
          chosen={chosen}
          readings={readings.data}
          levels={levels.data}
          marks={all}
          trouble={marks.error}
          onRange={show}
          onChoose={choose}
          onLook={setLooked}
        />
      )}
      {hidden.length > 0 && (
        <p className="meta">
          You may not see {listed(hidden.map((kind: AxisKind) => kindWords[kind].toLowerCase()))} of {name}.
        </p>
      )}
      <div className="panels">
        <Panel
          title="Lines at the cursor"
          span={7}
          flush
          meta={
            looked === null && chosen === null
              ? 'move over the lanes, or click to keep the moment'
              : clock(looked ?? chosen ?? 0, true)
          }
        >
          {lines.error !== null && (
            <p className="px-3 pb-3 text-ink-3">No lines are kept of it, or you may not read them.</p>
          )}
          {lines.data?.length === 0 && <p className="px-3 pb-3 text-ink-3">Nothing was said around that moment.</p>}
          {lines.data && lines.data.length > 0 && (
            <div
              className="said"
              style={{ maxHeight: 380, overflowY: 'auto' }}
              role="log"
              aria-label="Lines at the cursor"
              aria-live="off"
              tabIndex={0}
            >
              {lines.data.map((line) => (
                <div key={line.position} className={`log-line from ${line.level ?? ''}`}>
                  <span className="rail" />
                  <time dateTime={line.at}>{clock(Date.parse(line.at), true)}</time>
                  <span className="level">{line.level ?? ''}</span>
                  <span className="source" title={line.service}>
                    {line.service}
                  </span>
                  <LineText text={line.text} marks={null} />
                </div>
              ))}
            </div>
          )}
        </Panel>
        <Panel
          title="What happened"
          span={5}
          flush
          meta={marks.data && marks.data.more > 0 ? `${marks.data.more} older ones are not shown` : null}
        >
          {newest.length === 0 && <p className="px-3 pb-3 text-ink-3">Nothing happened in this time.</p>}
          <div style={{ maxHeight: 380, overflowY: 'auto' }}>
            {newest.map((mark) => {
              const href = markHref(mark)
              return (
                <div key={mark.id} className="event-line">
                  <button
                    type="button"
                    className="meta whitespace-nowrap hover:text-ink"
                    title="Put the cursor there"
                    onClick={() => choose(Date.parse(mark.from))}
                  >
                    {range.to - range.from > 86_400_000 ? moment(mark.from) : clock(Date.parse(mark.from))}
                  </button>
                  <span className="event-glyph">
                    <Glyph state={glyphs[toneOf(mark)]} label={kindWords[mark.kind]} />
                  </span>
                  <span className="min-w-0 grow break-words">
                    {href === null ? (
                      mark.title
                    ) : (
                      <Go className="hover:text-ink hover:underline underline-offset-3" href={href}>
                        {mark.title}
                      </Go>
                    )}
                    {mark.actor && <span className="meta"> · {mark.actor}</span>}
                  </span>
                </div>
              )
            })}
          </div>
        </Panel>
      </div>
    </div>
  )
}
