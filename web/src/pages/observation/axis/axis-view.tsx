import type { AxisMark, MetricAnswer } from '@wheelhouse/contract'
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react'
import { wordsFor } from '../../../api/trouble.ts'
import type { AxisSubject } from '../../../paths.ts'
import { LineChart, timeLabel, useWidth } from '../../../ui/chart/line-chart.tsx'
import { type Frame, gutter, ticksOf, toTime, toX } from '../../../ui/chart/plot.ts'
import { formatOf, isBinary } from '../../../ui/chart/units.ts'
import { clock, moment } from '../../../ui/format/age.ts'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { LevelLane, type Levels } from './level-lane.tsx'
import { MarkLane } from './mark-lane.tsx'
import { laneOrder } from './marks.ts'
import { type Range, shifted, zoomed } from './range.ts'

interface Props {
  readonly subject: AxisSubject
  readonly range: Range
  /** The moment that was chosen, epoch ms. */
  readonly chosen: number | null
  readonly readings: MetricAnswer | undefined
  readonly levels: Levels | undefined
  readonly marks: readonly AxisMark[]
  readonly trouble: unknown
  readonly onRange: (range: Range) => void
  readonly onChoose: (at: number | null) => void
  readonly onLook: (at: number | null) => void
}

const titles: Record<string, string> = {
  'cpu.percent': 'CPU',
  'memory.bytes': 'Memory',
  'network.in': 'Network in',
  'network.out': 'Network out',
  requests: 'Requests',
  'target.cpu-percent': 'CPU',
  'target.memory-bytes': 'Memory',
}
const lastKnown = (values: readonly (number | null)[]): number | null =>
  values.findLast((value) => value !== null) ?? null

/** Lanes that share one axis of time and one cursor. What is drawn over becomes the range. */
export function AxisView({ range, chosen, readings, levels, marks, trouble, onRange, onChoose, onLook }: Props) {
  const [box, width] = useWidth<HTMLDivElement>()
  const [hover, setHover] = useState<number | null>(null)
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null)
  const frame: Frame = useMemo(() => ({ from: range.from, to: range.to, width }), [range.from, range.to, width])
  const cursor = hover ?? chosen
  const now = Date.now()
  const known = useMemo(
    () =>
      Object.entries(Object.groupBy(readings?.series ?? [], ({ metric }) => metric)).flatMap(
        ([metric, series = []]) => {
          const [first] = series
          const some = series.some(({ values }) => values.some((value) => value !== null))
          return first && some ? [{ metric, unit: first.unit, series }] : []
        },
      ),
    [readings],
  )
  const look = (at: number | null): void => {
    setHover(at)
    onLook(at)
  }
  const timeOf = (event: PointerEvent<HTMLDivElement>): number =>
    toTime(event.clientX - event.currentTarget.getBoundingClientRect().left, frame)

  const onMove = (event: PointerEvent<HTMLDivElement>): void => {
    const at = timeOf(event)
    look(at)
    if (drag) setDrag({ ...drag, to: at })
  }
  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || (event.target as Element).closest('a')) return
    if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ from: timeOf(event), to: timeOf(event) })
  }
  const onUp = (): void => {
    if (!drag) return
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    setDrag(null)
    const isDrawn = Math.abs(toX(to, frame) - toX(from, frame)) > 6
    if (isDrawn && to - from >= 10_000) onRange({ from, to, follows: false })
    else onChoose(from)
  }
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const middle = (range.from + range.to) / 2
    const at = cursor ?? middle
    const step = (range.to - range.from) / 100
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by !== undefined && event.shiftKey) onRange(shifted(range, by / 2, now))
    else if (by !== undefined) {
      setHover(null)
      onChoose(Math.min(range.to, Math.max(range.from, Math.round(at + by * step))))
    } else if (event.key === 'Enter' && event.target === event.currentTarget) onRange(zoomed(range, at, 0.5, now))
    else if (event.key === 'Escape') onRange(zoomed(range, at, 2, now))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={box}
      className="axis panel"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- its keys move the cursor
      tabIndex={0}
      role="application"
      aria-label={`Lanes from ${moment(new Date(range.from).toISOString())} to ${moment(new Date(range.to).toISOString())}. Arrows move the cursor, shift and arrows the time, Enter zooms in, Escape out.`}
      onPointerMove={onMove}
      onPointerDown={onDown}
      onPointerUp={onUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => look(null)}
      onKeyDown={onKey}
    >
      {trouble !== null && trouble !== undefined && (
        <div className="p-3">
          <TroubleBox trouble={wordsFor(trouble)} />
        </div>
      )}
      {width > 0 && (
        <>
          {known.map(({ metric, unit, series }) => {
            const format = formatOf(unit)
            const since = Date.parse(readings?.since ?? '')
            const stepMs = readings?.stepMs ?? 1
            const index = cursor === null ? -1 : Math.floor((cursor - since) / stepMs)
            const values = series[0]?.values ?? []
            const value = index >= 0 ? (values[index] ?? null) : lastKnown(values)
            return (
              <div key={metric} className="axis-lane">
                <div className="lane-head">
                  <b>{titles[metric] ?? metric}</b>
                  <span className="at">{value === null ? 'no data' : format(value)}</span>
                </div>
                <LineChart
                  label={`${titles[metric] ?? metric} over time`}
                  series={series.slice(0, 6).map((each) => ({ label: each.service ?? metric, values: each.values }))}
                  since={since}
                  stepMs={stepMs}
                  from={range.from}
                  to={range.to}
                  format={format}
                  binary={isBinary(unit)}
                  area={series.length === 1}
                  height={54}
                  times={false}
                  cursor={null}
                />
              </div>
            )
          })}
          {levels && <LevelLane levels={levels} frame={frame} cursor={cursor} />}
          {laneOrder.map((kind) => {
            const own = marks.filter((mark) => mark.kind === kind)
            return own.length === 0 ? null : <MarkLane key={kind} kind={kind} marks={own} frame={frame} now={now} />
          })}
          <div className="axis-lane">
            <svg width={width} height={18} aria-hidden>
              {ticksOf(frame).map((tick) => (
                <text
                  key={tick}
                  className="axis-text"
                  x={toX(tick, frame)}
                  y={13}
                  textAnchor={toX(tick, frame) > width - 30 ? 'end' : 'middle'}
                >
                  {timeLabel(tick, range.to - range.from)}
                </text>
              ))}
            </svg>
          </div>
          <div className="axis-sheet" style={{ pointerEvents: 'none' }} aria-hidden>
            {drag && (
              <div
                className="drawn"
                style={{
                  left: Math.min(toX(drag.from, frame), toX(drag.to, frame)),
                  width: Math.abs(toX(drag.to, frame) - toX(drag.from, frame)),
                }}
              />
            )}
            {cursor !== null && cursor >= range.from && cursor <= range.to && toX(cursor, frame) >= gutter && (
              <div
                className={`cursor ${toX(cursor, frame) > width / 2 ? 'right' : ''}`}
                style={{ left: toX(cursor, frame) }}
              >
                <span>
                  {range.to - range.from > 86_400_000 ? moment(new Date(cursor).toISOString()) : clock(cursor)}
                </span>
              </div>
            )}
          </div>
        </>
      )}
    </div>
  )
}
