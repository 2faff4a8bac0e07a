import type { MetricAnswer, MetricSeries } from '@wheelhouse/contract'
import { type Look, paint } from '../../presentation/look.ts'
import { type Column, table } from '../../presentation/table.ts'
import { bytes, clock, duration, percent, rate } from '../../presentation/units.ts'

const bars = '▁▂▃▄▅▆▇█'
const plainBars = '_.-:=+*#'
const usualWidth = 48
const columnWidths = 70

type Value = number | null

/** A number as its unit is read; a gap is a dash. */
export function metricValue(value: Value, unit: MetricSeries['unit']): string {
  if (value === null) return '-'
  if (unit === 'bytes') return bytes(value)
  if (unit === 'bytes/s') return rate(value)
  if (unit === 'percent') return percent(value)
  if (unit === 'ms') return value < 1000 ? `${plain(value)}ms` : duration(value)
  if (unit === 's') return value < 1 ? `${plain(value * 1000)}ms` : `${plain(value)}s`
  return unit === 'count/s' ? `${plain(value)}/s` : plain(value)
}

const plain = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(value >= 100 ? 4 : 3)))

/** As many values as there is room for, each the highest of those it stands for. */
function fitted(values: readonly Value[], width: number): Value[] {
  if (values.length <= width) return [...values]
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width)
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width))
    const known = values.slice(from, to).filter((value) => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  })
}

/** A line of bars from zero to the highest; a gap is a gap. */
export function sparkline(values: readonly Value[], width: number, isUnicode: boolean): string {
  const shown = fitted(values, width)
  const known = shown.filter((value) => value !== null)
  const least = Math.min(0, ...known)
  const most = Math.max(...known, least)
  const glyphs = isUnicode ? bars : plainBars
  return shown
    .map((value) => {
      if (value === null) return ' '
      const share = most === least ? 0 : (value - least) / (most - least)
      return glyphs[Math.min(glyphs.length - 1, Math.floor(share * glyphs.length))] ?? ' '
    })
    .join('')
}

export function seriesName({ service, stack, target, labels }: MetricSeries): string {
  if (service !== null) return service + (labels ?? '')
  return stack ?? target ?? 'all'
}

/** Each series as a row: what it is now, how it went, and the line of it. Above them what a point stands for. */
export function seriesText(answer: MetricAnswer, look: Look, options: { readonly headers: boolean }): string {
  const { series, since, stepMs, asked } = answer
  const points = Math.max(...series.map(({ values }) => values.length))
  const until = new Date(Date.parse(since) + points * stepMs).toISOString()
  const width = look.width === null ? usualWidth : Math.max(10, look.width - columnWidths)
  const several = new Set(series.map(({ metric }) => metric)).size > 1
  const wider = stepMs > asked.stepMs ? `; the time is kept in coarser steps than ${duration(asked.stepMs)}` : ''
  const about = `${several ? '' : `${series[0]!.metric}, `}${clock(since, look.now)} to ${clock(until, look.now)}; each point is ${duration(stepMs)}${wider}`
  const told = (row: MetricSeries, of: (known: number[]) => number | undefined): string => {
    const known = row.values.filter((value) => value !== null)
    return metricValue(of(known) ?? null, row.unit)
  }
  const columns: readonly Column<MetricSeries>[] = [
    { head: 'NAME', cell: seriesName, shrink: 12 },
    { head: 'METRIC', cell: ({ metric }) => (several ? metric : ''), sparse: true },
    { head: 'LAST', cell: (row) => told(row, (known) => known.at(-1)), align: 'right' },
    {
      head: 'AVG',
      cell: (row) => told(row, (known) => known.reduce((sum, value) => sum + value, 0) / known.length),
      align: 'right',
      drop: 1,
    },
    { head: 'MIN', cell: (row) => told(row, (known) => Math.min(...known)), align: 'right', drop: 3 },
    { head: 'MAX', cell: (row) => told(row, (known) => Math.max(...known)), align: 'right' },
    { head: 'OVER TIME', cell: ({ values }) => sparkline(values, width, look.unicode) },
  ]
  const rows = table(columns, series, look, { headers: options.headers })
  return options.headers ? `${paint(about, 'dim', look)}\n${rows}` : rows
}
