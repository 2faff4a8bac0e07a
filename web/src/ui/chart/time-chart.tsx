import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clock, moment } from '../format/age.ts'
import { holes } from './gaps.ts'
import { useTheme } from './use-theme.ts'

export type SeriesColour = 1 | 2 | 3 | 4 | 5 | 6
export interface Series {
  readonly label: string
  /** In the order of the tokens. */
  readonly colour: SeriesColour
  readonly area?: boolean
}

interface Props {
  readonly label: string
  /** First column times in seconds, then one column a series; null is a gap. */
  readonly columns: (number | null)[][]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** Bytes: the lines across stand at powers of two. */
  readonly binary?: boolean
  readonly from: number
  readonly to: number
  readonly stepS: number
  /** A line across, dashed: a limit. */
  readonly limit?: number | null
  /** The scale never ends below this. */
  readonly atLeast?: number
  readonly height?: number
  readonly sync?: string
  /** A stretch was drawn over with the pointer; seconds. */
  readonly onSelect?: (from: number, to: number) => void
}

const dayS = 86_400
/** Times of a range that is longer than a day tell the day. */
const timeOf = (seconds: number, rangeS: number): string => {
  if (rangeS <= dayS) return clock(seconds * 1000)
  return moment(new Date(seconds * 1000).toISOString()).replace(/:\d\d$/, '')
}

/** Points that stand alone between gaps: no line leads to them. */
function alone(u: uPlot, series: number): number[] {
  const values = u.data[series] ?? []
  return Array.from(values, (value, at) =>
    value != null && values[at - 1] == null && values[at + 1] == null ? at : -1,
  ).filter((at) => at >= 0)
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function hatchOf(colour: string): CanvasPattern | string {
  const tile = document.createElement('canvas')
  tile.width = tile.height = 8
  const pen = tile.getContext('2d')
  if (!pen) return 'transparent'
  pen.strokeStyle = colour
  pen.lineWidth = 1.5
  pen.beginPath()
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8)
    pen.lineTo(shift + 8, 0)
  }
  pen.stroke()
  return pen.createPattern(tile, 'repeat') ?? 'transparent'
}

function drawHoles(u: uPlot, props: Props): void {
  const pen = u.ctx
  pen.save()
  pen.fillStyle = hatchOf(token('--hatch'))
  for (const [a, b] of holes(props.columns, props.from, props.to, props.stepS)) {
    const x = u.valToPos(a, 'x', true)
    const width = u.valToPos(b, 'x', true) - x
    pen.fillRect(x, u.bbox.top, width, u.bbox.height)
  }
  if (props.limit) {
    const y = u.valToPos(props.limit, 'y', true)
    if (y >= u.bbox.top) {
      pen.strokeStyle = token('--degraded')
      pen.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
      pen.beginPath()
      pen.moveTo(u.bbox.left, y)
      pen.lineTo(u.bbox.left + u.bbox.width, y)
      pen.stroke()
    }
  }
  pen.restore()
}

/** Last of all, on a ground of its own: no line of the grid strikes the words through. */
function nameHoles(u: uPlot, props: Props): void {
  const pen = u.ctx
  const px = devicePixelRatio
  pen.save()
  pen.font = `${10.5 * px}px "Geist Variable", sans-serif`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  for (const [a, b] of holes(props.columns, props.from, props.to, props.stepS)) {
    const [left, right] = [u.valToPos(a, 'x', true), u.valToPos(b, 'x', true)]
    if (right - left <= 60 * px) continue
    const [x, y] = [(left + right) / 2, u.bbox.top + u.bbox.height / 2]
    const half = pen.measureText('no data').width / 2 + 6 * px
    pen.fillStyle = token('--surface')
    pen.fillRect(x - half, y - 9 * px, 2 * half, 18 * px)
    pen.fillStyle = token('--ink-3')
    pen.fillText('no data', x, y)
  }
  pen.restore()
}

// Steps of two, so that what is told in kB of 1024 stands at 256, 512 and 768, not at 244, 488 and 732.
const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power)

function optionsOf(read: () => Props, width: number, onCursor: (u: uPlot) => void): uPlot.Options {
  const props = read()
  const axis = { stroke: token('--ink-3'), font: '11px "Geist Variable", sans-serif', ticks: { show: false }, gap: 4 }
  return {
    width,
    height: props.height ?? 168,
    padding: [8, 2, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: props.sync ?? 'charts' },
      drag: { x: props.onSelect !== undefined, y: false, setScale: false },
      points: { size: 5 },
    },
    scales: {
      x: { time: true, range: () => [read().from, read().to] },
      y: { range: (_, __, max) => [0, Math.max(max * 1.12 || 0, read().atLeast ?? 0, 0.001)] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: props.to - props.from > dayS ? 96 : 70,
        grid: { show: false },
        values: (u, splits) => {
          const { from, to } = read()
          if (to - from > dayS) return splits.map((s) => (to - s < (to - from) / 12 ? '' : timeOf(s, to - from)))
          const long = to - from > 600
          // At the right edge half of a time would be cut off.
          const room = ((to - from) * (long ? 16 : 26) * devicePixelRatio) / u.bbox.width
          return splits.map((s) => (to - s < room ? '' : clock(s * 1000).slice(0, long ? 5 : 8)))
        },
      },
      {
        ...axis,
        size: 58,
        space: 44,
        ...(props.binary ? { incrs: binarySteps } : {}),
        grid: { stroke: token('--grid'), width: 1 },
        values: (_, splits) => splits.map((s) => props.format(s)),
      },
    ],
    series: [
      {},
      ...props.series.map(({ label, colour, area }) => ({
        label,
        stroke: token(`--series-${colour}`),
        width: 1.5,
        points: { show: false, size: 4, filter: alone },
        ...(area ? { fill: `color-mix(in oklab, ${token(`--series-${colour}`)} 10%, transparent)` } : {}),
      })),
    ],
    hooks: {
      drawClear: [(u) => drawHoles(u, read())],
      draw: [(u) => nameHoles(u, read())],
      setCursor: [onCursor],
      setSelect: [
        (u) => {
          const { left, width: wide } = u.select
          if (wide > 3) read().onSelect?.(u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'))
          if (wide > 0) u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** Lines over time from zero, gaps hatched, one cursor over all charts that share `sync`. */
export function TimeChart(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef(props)
  latest.current = props
  const theme = useTheme()
  const [tip, setTip] = useState<{ left: number; idx: number; right: boolean } | null>(null)

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onCursor = (u: uPlot): void => {
      const { left, idx } = u.cursor
      setTip(idx == null || left == null || left < 0 ? null : { left: left + 58, idx, right: left > u.width / 2 })
    }
    const u = new uPlot(
      optionsOf(() => latest.current, element.clientWidth, onCursor),
      latest.current.columns as uPlot.AlignedData,
      element,
    )
    plot.current = u
    const sizes = new ResizeObserver(() =>
      u.setSize({ width: element.clientWidth, height: latest.current.height ?? 168 }),
    )
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      u.destroy()
    }
  }, [theme, props.series.length, props.to - props.from > dayS, props.onSelect === undefined])

  useEffect(() => plot.current?.setData(props.columns as uPlot.AlignedData), [props.columns, props.from, props.to])

  const time = tip ? props.columns[0]?.[tip.idx] : null
  return (
    <div className={props.onSelect ? 'chart picks' : 'chart'} ref={box} role="img" aria-label={props.label}>
      {tip && time != null && (
        <div
          className="chart-tip"
          style={tip.right ? { right: `calc(100% - ${tip.left - 8}px)` } : { left: tip.left + 8 }}
        >
          <div className="text-ink-3">{timeOf(time, props.to - props.from)}</div>
          {props.series.map((series, i) => {
            const value = props.columns[i + 1]?.[tip.idx]
            return (
              <div key={series.label} className="flex items-center gap-2">
                <i className={`swatch-${series.colour} h-[2.5px] w-2.5`} />
                {series.label}
                <b className="ml-auto pl-3">{value == null ? 'no data' : props.format(value)}</b>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}
