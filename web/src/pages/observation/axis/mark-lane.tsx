import { useRouter } from '@tanstack/react-router'
import type { AxisKind, AxisMark } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { type Frame, gutter, margin, toX } from '../../../ui/chart/plot.ts'
import { moment } from '../../../ui/format/age.ts'
import { count } from '../../../ui/format/number.ts'
import { span } from '../../../ui/format/span.ts'
import { kindWords, markHref, rowsOf, toneOf } from './marks.ts'

const rowHeight = 14
const least = 5

const told = (mark: AxisMark): string => {
  const length =
    mark.until === null
      ? ', goes on'
      : mark.until === mark.from
        ? ''
        : `, for ${span(Date.parse(mark.until) - Date.parse(mark.from))}`
  return `${moment(mark.from)}${length}: ${mark.title}${mark.actor ? ` (${mark.actor})` : ''}`
}

/** Marks of one kind: stretches as bars, moments as shapes. */
export function MarkLane({
  kind,
  marks,
  frame,
  now,
}: {
  kind: AxisKind
  marks: readonly AxisMark[]
  frame: Frame
  now: number
}) {
  const router = useRouter()
  const laid = useMemo(() => {
    const apart = ((frame.to - frame.from) * 6) / Math.max(1, frame.width - gutter - margin)
    return rowsOf(marks, Math.min(now, frame.to), apart)
  }, [marks, frame, now])
  const height = (Math.max(0, ...laid.map(({ row }) => row)) + 1) * rowHeight
  return (
    <div className="axis-lane">
      <div className="lane-head">
        <b>{kindWords[kind]}</b>
        <span>{count(marks.length)}</span>
      </div>
      <svg width={frame.width} height={height} role="group" aria-label={`${kindWords[kind]}, ${marks.length}`}>
        {laid.map(({ mark, row }) => {
          const href = markHref(mark)
          const [x1, x2] = [
            Date.parse(mark.from),
            mark.until === null ? Math.min(now, frame.to) : Date.parse(mark.until),
          ].map((at) => Math.min(frame.width - margin, Math.max(gutter, toX(at, frame)))) as [number, number]
          const y = row * rowHeight + 2
          const tone = `span-${toneOf(mark)}`
          const isMoment = x2 - x1 < least
          const shape = !isMoment ? (
            <rect className={tone} x={x1} y={y} width={x2 - x1} height={10} rx={2} />
          ) : kind === 'crash' || kind === 'alert' ? (
            <path className={tone} d={`M${x1} ${y - 1}l6 6-6 6-6-6z`} />
          ) : kind === 'config' ? (
            <path className={tone} d={`M${x1} ${y}l5.5 10h-11z`} />
          ) : (
            <rect className={tone} x={x1 - least / 2} y={y} width={least} height={10} rx={1} />
          )
          const inner = (
            <>
              <title>{told(mark)}</title>
              {shape}
            </>
          )
          return href === null ? (
            <g key={mark.id}>{inner}</g>
          ) : (
            <a
              key={mark.id}
              href={href}
              aria-label={told(mark)}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return
                event.preventDefault()
                router.history.push(href)
              }}
            >
              {inner}
            </a>
          )
        })}
      </svg>
    </div>
  )
}
