import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { MetricAnswer, MetricQuery, MetricSeries } from '@wheelhouse/contract'
import { lazy, type ReactNode, Suspense, useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import type { SeriesColour } from '../../../ui/chart/time-chart.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { isExact, spanOf, type Time } from './ask.ts'
import { SeriesTable, seriesName } from './series-table.tsx'
import { stepWords, unitLook } from './units.ts'

const TimeChart = lazy(() => import('../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))
const height = 168
const mostLines = 6

export type Asked = Omit<MetricQuery, 'since' | 'until' | 'stepMs'>

interface Answered extends MetricAnswer {
  /** What was asked for, seconds. */
  readonly from: number
  readonly to: number
}

/** What is known of some metrics over a time. A time that ends now is asked for again as it goes on. */
export function useMetric(asked: Asked, time: Time) {
  return useQuery({
    queryKey: keys.metricQuery({ ...asked, ...time }),
    queryFn: async ({ signal }): Promise<Answered> => {
      const { from, to } = spanOf(time, Date.now())
      const since = new Date(from).toISOString()
      const until = new Date(to).toISOString()
      const answer = await client.metrics.query({ ...asked, since, until }, { signal })
      return { ...answer, from: from / 1000, to: to / 1000 }
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      isExact(time) ? false : Math.min(300_000, Math.max(10_000, query.state.data?.stepMs ?? 10_000)),
  })
}

interface Props {
  readonly title: string
  readonly about?: string | undefined
  readonly asked: Asked
  readonly time: Time
  readonly span?: number
  /** Names of series where they are known better than by whom they are of. */
  readonly nameOf?: (series: MetricSeries) => string
  /** Numbers below the chart, not the colours alone. */
  readonly withTable?: boolean
  readonly asTable?: boolean
  readonly atLeast?: number
  readonly limit?: number | null
  readonly sync: string
  readonly actions?: ReactNode
  readonly onSelect?: (from: number, to: number) => void
}

/** Some metrics over time in one chart, with what a point stands for. */
export function MetricPanel(props: Props) {
  const { title, about, asked, time, span = 12, actions } = props
  const query = useMetric(asked, time)
  const { data, error } = query
  const words = data && pointWords(data)
  return (
    <Panel title={title} beside={about} span={span} meta={words} actions={actions}>
      {error && !data ? (
        <TroubleBox trouble={wordsFor(error)} retry={() => void query.refetch()} />
      ) : !data ? (
        <div style={{ height }}>
          <Skeleton rows={4} />
        </div>
      ) : data.series.length === 0 ? (
        <p className="meta flex items-center justify-center text-center" style={{ minHeight: height }} role="status">
          Nothing is known of it in this time. Gaps are never filled with zeros.
        </p>
      ) : (
        <Drawn {...props} answer={data} />
      )}
      {error && data && (
        <p className="meta pt-1" role="status">
          It could not be brought up to date: {error.message}
        </p>
      )}
    </Panel>
  )
}

function pointWords({ stepMs, asked, series }: Answered): string {
  if (series.length === 0) return ''
  const coarser = stepMs > asked.stepMs ? ', as coarse as it is kept' : ''
  return `each point is ${stepWords(stepMs)}${coarser}`
}

function Drawn({
  title,
  asked,
  nameOf,
  withTable,
  asTable,
  atLeast,
  limit,
  sync,
  onSelect,
  answer,
}: Props & { answer: Answered }) {
  const { series, since, stepMs, from, to, more } = answer
  const several = asked.metric.includes(',')
  const named = nameOf ?? ((one: MetricSeries) => seriesName(one, several))
  const lines = series.slice(0, mostLines)
  const rest = series.length - lines.length
  const columns = useMemo(() => {
    const start = Date.parse(since) / 1000
    const count = Math.max(...lines.map(({ values }) => values.length))
    const times = Array.from({ length: count }, (_, index) => start + (index * stepMs) / 1000)
    return [times, ...lines.map(({ values }) => times.map((_, index) => values[index] ?? null))]
  }, [answer])
  const look = unitLook(series[0]!.unit)
  const told = lines
    .map((one) => `${named(one)} ${look.format(one.values.findLast((value) => value !== null) ?? 0)}`)
    .join(', ')
  return (
    <>
      {!asTable && (
        <Suspense fallback={<div style={{ height }} />}>
          <TimeChart
            label={`${title} over time; last ${told}`}
            columns={columns}
            series={lines.map((one, index) => ({
              label: named(one),
              colour: ((index % mostLines) + 1) as SeriesColour,
              area: lines.length === 1,
            }))}
            format={look.format}
            binary={look.binary}
            from={from}
            to={to}
            stepS={stepMs / 1000}
            atLeast={atLeast ?? look.atLeast}
            limit={limit ?? null}
            height={height}
            sync={sync}
            {...(onSelect ? { onSelect } : {})}
          />
        </Suspense>
      )}
      {withTable || asTable ? (
        <SeriesTable series={asTable ? series : lines} nameOf={named} />
      ) : (
        lines.length > 1 && (
          <div className="legend pt-1">
            {lines.map((one, index) => (
              <span key={named(one)}>
                <i className={`swatch-${index + 1}`} />
                {named(one)}
              </span>
            ))}
          </div>
        )
      )}
      {(more > 0 || (rest > 0 && !asTable)) && (
        <p className="meta pt-1">
          {plural(more + (asTable ? 0 : rest), 'more series', 'more series')}: the table shows up to the number that is
          chosen; narrow by service, or group.
        </p>
      )}
    </>
  )
}
