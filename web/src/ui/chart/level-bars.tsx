import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clock, moment } from '../format/age.ts'
import { count } from '../format/number.ts'
import { useTheme } from './use-theme.ts'

/** Lines of one stretch of time. */
export interface LevelBar {
  /** Unix time in seconds at which the stretch begins. */
  readonly t: number
  readonly error: number
  readonly warn: number
  readonly other: number
}
interface Props {
  readonly label: string
  readonly bars: readonly LevelBar[]
  readonly stepS: number
  readonly height?: number
  /** A stretch was drawn over with the pointer; seconds. */
  readonly onSelect: (from: number, to: number) => void
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const dayS = 86_400
/** The next of 2, 4, 10, 20, 40, 100 … that is not less: half of it is a whole number. */
function topOf(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(2, most)))
  return ([2, 4, 10].find((n) => n * ten >= most) ?? 20) * ten
}
const figure = (n: number): string => (n >= 1e6 ? `${n / 1e6} M` : n >= 1e4 ? `${n / 1e3} k` : count(n))

/** From the highest to the lowest, each drawn over the one before: the bands of a stack. */
const columnsOf = (bars: readonly LevelBar[], stepS: number): uPlot.AlignedData => [
  bars.map(({ t }) => t + stepS / 2),
  bars.map(({ error, warn, other }) => error + warn + other),
  bars.map(({ warn, other }) => warn + other),
  bars.map(({ other }) => other),
]

function optionsOf(read: () => Props, width: number, onCursor: (u: uPlot) => void): uPlot.Options {
  const bars = uPlot.paths.bars?.({ size: [0.86, 40], align: 0 })
  const start = (): number => read().bars[0]?.t ?? 0
  const end = (): number => (read().bars.at(-1)?.t ?? 1) + read().stepS
  const axis = { stroke: token('--ink-3'), font: '11px "Geist Variable", sans-serif', ticks: { show: false }, gap: 4 }
  return {
    width,
    height: read().height ?? 96,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
    scales: {
      x: { time: true, range: () => [start(), end()] },
      y: { range: (_, __, max) => [0, topOf(max || 0)] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        space: 80,
        grid: { show: false },
        values: (_, splits) =>
          splits.map((s) =>
            end() - start() > 2 * dayS
              ? moment(new Date(s * 1000).toISOString()).replace(/:\d\d$/, '')
              : clock(s * 1000).slice(0, end() - start() > 600 ? 5 : 8),
          ),
      },
      {
        ...axis,
        size: 46,
        splits: (u) => [0, (u.scales.y?.max ?? 2) / 2, u.scales.y?.max ?? 2],
        grid: { stroke: token('--grid'), width: 1 },
        values: (_, splits) => splits.map(figure),
      },
    ],
    series: [
      {},
      ...['--failed', '--degraded', '--stopped'].map((name) => ({
        fill: token(name),
        width: 0,
        points: { show: false },
        ...(bars ? { paths: bars } : {}),
      })),
    ],
    hooks: {
      setCursor: [onCursor],
      setSelect: [
        (u) => {
          const { left, width: wide } = u.select
          if (wide > 3) read().onSelect(u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'))
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** How many lines there were, by level; what is drawn over with the pointer is chosen. */
export function LevelBars(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef(props)
  latest.current = props
  const theme = useTheme()
  const [tip, setTip] = useState<{ left: number; idx: number; right: boolean } | null>(null)
  const height = props.height ?? 96

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onCursor = (u: uPlot): void => {
      const { left, idx } = u.cursor
      setTip(idx == null || left == null || left < 0 ? null : { left: left + 46, idx, right: left > u.width / 2 })
    }
    const { bars, stepS } = latest.current
    const u = new uPlot(
      optionsOf(() => latest.current, element.clientWidth, onCursor),
      columnsOf(bars, stepS),
      element,
    )
    plot.current = u
    const sizes = new ResizeObserver(() => u.setSize({ width: element.clientWidth, height }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      u.destroy()
    }
  }, [theme, height])

  useEffect(() => plot.current?.setData(columnsOf(props.bars, props.stepS)), [props.bars, props.stepS])

  const bar = tip ? props.bars[tip.idx] : undefined
  return (
    <div className="chart picks" ref={box} role="img" aria-label={props.label}>
      {tip && bar && (
        <div
          className="chart-tip"
          style={tip.right ? { right: `calc(100% - ${tip.left - 8}px)` } : { left: tip.left + 8 }}
        >
          <div className="text-ink-3">
            {moment(new Date(bar.t * 1000).toISOString())} – {clock((bar.t + props.stepS) * 1000)}
          </div>
          {(['error', 'warn', 'other'] as const).map((level) => (
            <div key={level} className="flex items-center gap-2">
              <i className={`level-swatch ${level}`} />
              {level}
              <b className="ml-auto pl-3">{count(bar[level])}</b>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
