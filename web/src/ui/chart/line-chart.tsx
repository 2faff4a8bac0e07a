import { type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { clock, moment } from '../format/age.ts'
import { areaPath, type Frame, gapsOf, gutter, linePath, margin, ticksOf, topOf, toTime, toX } from './plot.ts'

export interface LineSeries {
  readonly label: string
  readonly values: readonly (number | null)[]
}
export interface Pin {
  readonly at: number
  readonly title: string
  readonly tone: 'info' | 'warning' | 'error'
}
interface Props {
  readonly label: string
  readonly series: readonly LineSeries[]
  /** Epoch ms at which the first step begins. */
  readonly since: number
  readonly stepMs: number
  /** Epoch ms of both edges; those of the values unless told. */
  readonly from?: number
  readonly to?: number
  readonly format: (value: number) => string
  readonly binary?: boolean
  readonly area?: boolean
  readonly limit?: number | null
  readonly pins?: readonly Pin[]
  /** Of the plot, px, without the times below it. */
  readonly height?: number
  /** False where another chart right below tells the times. */
  readonly times?: boolean
  /** A cursor that others share, epoch ms; its own unless told. */
  readonly cursor?: number | null
  readonly onCursor?: (at: number | null) => void
}

const dayMs = 86_400_000
const most = 6

/** The width of an element, as it changes. */
export function useWidth<E extends HTMLElement>(): [React.RefObject<E | null>, number] {
  const box = useRef<E>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    setWidth(element.clientWidth)
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])
  return [box, width]
}

export const timeLabel = (at: number, span: number): string =>
  span > 2 * dayMs
    ? moment(new Date(at).toISOString()).replace(/,? \d\d:\d\d:\d\d$/, '')
    : clock(at).slice(0, span > 600_000 ? 5 : 8)

/** The step under the cursor, where there is one. */
function stepAt(cursor: number | null, since: number, stepMs: number, length: number): number | null {
  if (cursor === null) return null
  const index = Math.floor((cursor - since) / stepMs)
  return index >= 0 && index < length ? index : null
}

/** Lines over time from zero, gaps hatched, pins where something happened, exact values under the cursor. */
export function LineChart({
  label,
  series,
  since,
  stepMs,
  from,
  to,
  format,
  binary = false,
  area = false,
  limit = null,
  pins = [],
  height = 120,
  times = true,
  cursor,
  onCursor,
}: Props) {
  const [box, width] = useWidth<HTMLDivElement>()
  const [own, setOwn] = useState<number | null>(null)
  const hatch = useId()
  const length = Math.max(1, ...series.map(({ values }) => values.length))
  const frame: Frame = useMemo(
    () => ({ from: from ?? since, to: to ?? since + length * stepMs, width }),
    [from, to, since, length, stepMs, width],
  )
  const shown = series.slice(0, most)
  const top = topOf(Math.max(limit ?? 0, ...shown.flatMap(({ values }) => values.map((value) => value ?? 0))), binary)
  const drawn = useMemo(
    () => ({
      lines: shown.map(({ values }) => linePath(values, since, stepMs, top, frame, height)),
      areas: area ? shown.map(({ values }) => areaPath(values, since, stepMs, top, frame, height)) : [],
      gaps: gapsOf(
        shown.map(({ values }) => values),
        since,
        stepMs,
      ),
    }),
    // oxlint-disable-next-line react/exhaustive-deps -- what is shown follows from the series
    [series, since, stepMs, top, frame, height, area],
  )
  const at = cursor === undefined ? own : cursor
  const step = stepAt(at, since, stepMs, length)
  const tell = (event: PointerEvent<HTMLDivElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    const next = x < gutter - 4 ? null : toTime(x, frame)
    setOwn(next)
    onCursor?.(next)
  }
  const leave = (): void => {
    setOwn(null)
    onCursor?.(null)
  }
  const span = frame.to - frame.from
  const isRight = at !== null && toX(at, frame) > width / 2
  const all = height + (times ? 20 : 4)
  return (
    <div
      ref={box}
      className="line-chart"
      role="img"
      aria-label={label}
      style={{ height: all }}
      onPointerMove={tell}
      onPointerLeave={leave}
    >
      {width > 0 && (
        <svg width={width} height={all} aria-hidden>
          <defs>
            <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="1.5" height="7" className="hatch-line" />
            </pattern>
          </defs>
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line
                className="grid-line"
                x1={gutter}
                x2={width - margin}
                y1={height - share * height + 0.5}
                y2={height - share * height + 0.5}
              />
              <text
                className="axis-text"
                x={gutter - 6}
                y={Math.max(9, height - share * height + (share === 0 ? 0 : 4))}
                textAnchor="end"
              >
                {format(top * share)}
              </text>
            </g>
          ))}
          {drawn.gaps.map(([a, b]) => {
            const [x1, x2] = [Math.max(gutter, toX(a, frame)), Math.min(width - margin, toX(b, frame))]
            if (x2 <= x1) return null
            return (
              <g key={a}>
                <rect x={x1} width={x2 - x1} y={0} height={height} fill={`url(#${hatch})`} />
                {x2 - x1 > 64 && (
                  <text className="axis-text" x={(x1 + x2) / 2} y={height / 2 + 4} textAnchor="middle">
                    no data
                  </text>
                )}
              </g>
            )
          })}
          {drawn.areas.map((path, index) => (
            <path key={shown[index]?.label} className={`area-${index + 1}`} d={path} />
          ))}
          {drawn.lines.map((path, index) => (
            <path key={shown[index]?.label} className={`line-${index + 1}`} d={path} />
          ))}
          {limit !== null && limit <= top && (
            <line
              className="limit-line"
              x1={gutter}
              x2={width - margin}
              y1={height - (limit / top) * height}
              y2={height - (limit / top) * height}
            />
          )}
          {pins
            .filter((pin) => pin.at >= frame.from && pin.at <= frame.to)
            .map((pin) => (
              <line
                key={`${pin.at} ${pin.title}`}
                className={`pin-line ${pin.tone}`}
                x1={toX(pin.at, frame)}
                x2={toX(pin.at, frame)}
                y1={0}
                y2={height}
              >
                <title>{pin.title}</title>
              </line>
            ))}
          {times &&
            ticksOf(frame).map((tick) => (
              <text
                key={tick}
                className="axis-text"
                x={toX(tick, frame)}
                y={height + 15}
                textAnchor={toX(tick, frame) > width - 30 ? 'end' : 'middle'}
              >
                {timeLabel(tick, span)}
              </text>
            ))}
          {at !== null && at >= frame.from && at <= frame.to && (
            <line className="cursor-line" x1={toX(at, frame)} x2={toX(at, frame)} y1={0} y2={height} />
          )}
        </svg>
      )}
      {cursor === undefined && own !== null && step !== null && (
        <div
          className="chart-tip"
          style={isRight ? { right: width - toX(own, frame) + 8 } : { left: toX(own, frame) + 8 }}
        >
          <div className="text-ink-3">{span > dayMs ? moment(new Date(own).toISOString()) : clock(own)}</div>
          {shown.map((each, index) => (
            <div key={each.label} className="flex items-center gap-2">
              <i className={`swatch-${index + 1} h-[2.5px] w-2.5`} />
              <span className="cut">{each.label}</span>
              <b className="ml-auto pl-3">{each.values[step] == null ? 'no data' : format(each.values[step])}</b>
            </div>
          ))}
          {pins
            .filter((pin) => Math.abs(toX(pin.at, frame) - toX(own, frame)) < 6)
            .map((pin) => (
              <div key={`${pin.at} ${pin.title}`} className="text-ink-2">
                {pin.title}
              </div>
            ))}
        </div>
      )}
    </div>
  )
}

/** What colour is whose. */
export function Legend({ series, more = 0 }: { series: readonly { readonly label: string }[]; more?: number }) {
  const hidden = more + Math.max(0, series.length - most)
  return (
    <div className="legend pt-1">
      {series.slice(0, most).map(({ label }, index) => (
        <span key={label}>
          <i className={`swatch-${index + 1}`} />
          {label}
        </span>
      ))}
      {hidden > 0 && <span>and {hidden} more</span>}
    </div>
  )
}
