import { useQuery } from '@tanstack/react-query'
import type { Sample, Service } from '@wheelhouse/contract'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { live } from '../../../api/live.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { withGaps } from '../../../ui/chart/gaps.ts'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { duration, zone } from '../../../ui/format/age.ts'
import { bytes, percent, rate } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { ranges as keptRanges, type Time, timeOf } from '../../observation/metrics/ask.ts'
import { TimeChoice } from '../../observation/metrics/time-choice.tsx'
import { MetricHistory } from './metric-history.tsx'
import { SampleTable } from './sample-table.tsx'

const TimeChart = lazy(() => import('../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))
const ranges: Record<string, number> = { '5m': 300_000, '15m': 900_000, '1h': 3_600_000 }
const shortRanges = [
  { value: '5m', label: '5 min' },
  { value: '15m', label: '15 min' },
]
const longRanges = new Set<string>(keptRanges.map(({ value }) => value).filter((value) => !(value in ranges)))

interface Chart {
  readonly title: string
  readonly series: readonly {
    readonly label: string
    readonly colour: 1 | 2 | 3
    readonly area?: boolean
    readonly read: (sample: Sample) => number | null
  }[]
  readonly format: (value: number) => string
  readonly binary?: boolean
  readonly atLeast: number
}
const charts: readonly Chart[] = [
  {
    title: 'CPU',
    format: percent,
    atLeast: 5,
    series: [{ label: 'of one core', colour: 1, area: true, read: (s) => s.cpuPercent }],
  },
  {
    title: 'Memory',
    format: bytes,
    binary: true,
    atLeast: 1024 * 1024,
    series: [{ label: 'without page cache', colour: 1, area: true, read: (s) => s.memoryBytes }],
  },
  {
    title: 'Network',
    format: rate,
    binary: true,
    atLeast: 1024,
    series: [
      { label: 'received', colour: 1, read: (s) => s.networkInBytesPerS },
      { label: 'sent', colour: 2, read: (s) => s.networkOutBytesPerS },
    ],
  },
  {
    title: 'Block I/O',
    format: rate,
    binary: true,
    atLeast: 1024,
    series: [
      { label: 'read', colour: 1, read: (s) => s.blockReadBytesPerS },
      { label: 'written', colour: 2, read: (s) => s.blockWriteBytesPerS },
    ],
  },
]

/** Live readings since the page was opened, bounded by the longest range at one a second. */
function useLiveSamples(serviceId: string): readonly Sample[] {
  const kept = useRef<Sample[]>([])
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => {
    kept.current = []
    setSamples([])
    return live.subscribe(
      'metrics',
      { serviceId },
      {
        onEvents: (frames) => {
          for (const frame of frames) if (frame.serviceId === serviceId) kept.current.push(frame.sample)
          if (kept.current.length > 3700) kept.current = kept.current.slice(-3600)
          setSamples([...kept.current])
        },
      },
    )
  }, [serviceId])
  return samples
}

/** History up to the first live reading, then live. */
export function merged(history: readonly Sample[], fresh: readonly Sample[]): Sample[] {
  const start = fresh[0]?.at
  return [...(start === undefined ? history : history.filter((sample) => sample.at < start)), ...fresh]
}

/** Live readings of the last hour, or what is kept of a longer or an earlier time. */
export function MetricsTab({ service }: { service: Service }) {
  const [range] = useParam('range', '15m')
  const [since] = useParam('since')
  const [until] = useParam('until')
  const setParams = useSetParams()
  const kept = timeOf((key) => ({ range, since, until })[key] ?? '')
  const isKept = kept.since !== '' || longRanges.has(range)
  const time: Time = { ...kept, range: isKept ? kept.range : range }
  const onPick = ({ range: next, since: from, until: to }: Time): void =>
    setParams({ range: next === '15m' ? null : next, since: from || null, until: to || null })
  const onSelect = (from: number, to: number): void =>
    onPick({
      range,
      since: new Date(Math.floor(from) * 1000).toISOString(),
      until: new Date(Math.ceil(to) * 1000).toISOString(),
    })
  const choice = <TimeChoice time={time} more={shortRanges} onPick={onPick} />
  if (!isKept) return <LiveCharts service={service} range={range} choice={choice} onSelect={onSelect} />
  return (
    <div className="page">
      <div className="flex flex-wrap items-center gap-2 pb-3">
        {choice}
        <span className="meta ml-auto">Draw over a chart to see only that time. Times in {zone()}</span>
      </div>
      <MetricHistory service={service} time={time} onSelect={onSelect} />
    </div>
  )
}

function LiveCharts({
  service,
  range,
  choice,
  onSelect,
}: {
  service: Service
  range: string
  choice: ReactNode
  onSelect: (from: number, to: number) => void
}) {
  const [table, setTable] = useParam('view', 'charts')
  const rangeMs = ranges[range] ?? 900_000
  const history = useQuery({
    queryKey: keys.metrics(service.id, rangeMs),
    queryFn: () => client.metrics.service({ id: service.id, rangeMs }),
    refetchInterval: 60_000,
    staleTime: 0,
  })
  const fresh = useLiveSamples(service.id)
  const now = useNow()
  const samples = useMemo(() => merged(history.data?.samples ?? [], fresh), [history.data, fresh])
  const stepS = (history.data?.stepMs ?? 10_000) / 1000
  const to = now / 1000
  const from = to - rangeMs / 1000
  const latest = samples.at(-1)
  if (history.error && samples.length === 0)
    return (
      <div className="page">
        <TroubleBox trouble={wordsFor(history.error)} retry={() => void history.refetch()} />
      </div>
    )
  if (history.isPending) return <Skeleton />
  return (
    <div className="page">
      <div className="flex flex-wrap items-center gap-2 pb-3">
        {choice}
        <Segment
          label="View"
          value={table}
          onPick={setTable}
          options={[
            { value: 'charts', label: 'Charts' },
            { value: 'table', label: 'Table' },
          ]}
        />
        <span className="meta ml-auto">
          1 point is {duration(stepS * 1000)}
          {history.data?.method ? `, ${history.data.method}` : ''}; live points are 1 s. Times in {zone()}
        </span>
      </div>
      {table === 'table' ? (
        <SampleTable samples={samples} />
      ) : (
        <div className="panels">
          {charts.map((chart) => {
            const limit = chart.title === 'Memory' ? (latest?.memoryLimitBytes ?? null) : null
            const numbers = chart.series.map((series) => (latest ? series.read(latest) : null))
            const told = numbers
              .map((value, i) =>
                value === null
                  ? '–'
                  : `${chart.format(value)}${chart.series.length > 1 ? ` ${chart.series[i]?.label}` : ''}`,
              )
              .join(', ')
            return (
              <Panel
                key={chart.title}
                title={chart.title}
                span={6}
                meta={<span className="text-ink font-medium">{told}</span>}
              >
                <Suspense fallback={<div style={{ height: 168 }} />}>
                  <ChartOf
                    chart={chart}
                    samples={samples}
                    from={from}
                    to={to}
                    stepS={stepS}
                    limit={limit}
                    told={told}
                    onSelect={onSelect}
                  />
                </Suspense>
                <div className="legend pt-1">
                  {chart.series.map((series) => (
                    <span key={series.label}>
                      <i className={`swatch-${series.colour}`} />
                      {series.label}
                    </span>
                  ))}
                  {limit !== null && (
                    <span>
                      <i className="dash" />
                      limit {bytes(limit)}
                    </span>
                  )}
                </div>
              </Panel>
            )
          })}
        </div>
      )}
    </div>
  )
}

interface ChartProps {
  readonly chart: Chart
  readonly samples: readonly Sample[]
  readonly from: number
  readonly to: number
  readonly stepS: number
  readonly limit: number | null
  readonly told: string
  readonly onSelect: (from: number, to: number) => void
}

function ChartOf({ chart, samples, from, to, stepS, limit, told, onSelect }: ChartProps) {
  const columns = useMemo(() => {
    const points = samples
      .filter((sample) => Date.parse(sample.at) / 1000 >= from - stepS * 2)
      .map((sample) => ({ t: Date.parse(sample.at) / 1000, values: chart.series.map((series) => series.read(sample)) }))
    return withGaps(points, stepS, chart.series.length)
  }, [chart, samples, from, stepS])
  return (
    <TimeChart
      label={`${chart.title} over time, now ${told}`}
      columns={columns}
      series={chart.series}
      format={chart.format}
      binary={chart.binary ?? false}
      from={from}
      to={to}
      stepS={stepS}
      limit={limit}
      atLeast={chart.atLeast}
      sync="service"
      onSelect={onSelect}
    />
  )
}
