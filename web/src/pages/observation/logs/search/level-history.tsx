import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { usePhone } from '../../../../ui/list/use-media.ts'
import { count } from '../../../../ui/format/number.ts'
import { span as took } from '../../../../ui/format/span.ts'
import { type Ask, saidOf, type Span, whichOf } from './ask.ts'
import { barsOf, totalsOf } from './level-totals.ts'

const LevelBars = lazy(() => import('../../../../ui/chart/level-bars.tsx').then((m) => ({ default: m.LevelBars })))

/** How many lines of each level the chosen services said over the time; `oldest` is where a time without a beginning begins. */
export function useHistogram(ask: Ask, span: Span, oldest: string | null, isReady: boolean) {
  const isNarrow = usePhone()
  const input = {
    ...saidOf(ask),
    ...whichOf(ask, span),
    // Levels that are left out of the list are still told beside their buttons.
    level: undefined,
    since: span.since ?? oldest ?? undefined,
    until: span.until,
    buckets: isNarrow ? 50 : 120,
  }
  return useQuery({
    queryKey: keys.logHistogram(input),
    queryFn: ({ signal }) => client.logHistory.histogram(input, { signal }),
    enabled: isReady,
    placeholderData: (before) => before,
    staleTime: 60_000,
  })
}
export type Histogram = ReturnType<typeof useHistogram>

export function LevelHistory({
  histogram,
  isFiltered,
  onSelect,
}: {
  histogram: Histogram
  /** Whether the list shows less than the chart counts. */
  isFiltered: boolean
  onSelect: (since: string, until: string) => void
}) {
  const isNarrow = usePhone()
  const { data, error } = histogram
  const bars = useMemo(() => (data ? barsOf(data) : []), [data])
  const height = isNarrow ? 72 : 96
  if (error)
    return (
      <p className="meta px-(--gutter) py-2" role="status">
        The chart of levels did not come: {error.message}{' '}
        <button type="button" className="link" onClick={() => void histogram.refetch()}>
          Try again
        </button>
      </p>
    )
  const totals = data ? totalsOf(data) : new Map<string, number>()
  const sum = [...totals.values()].reduce((a, b) => a + b, 0)
  const bad = (totals.get('error') ?? 0) + (totals.get('fatal') ?? 0)
  const told = `${count(sum)} lines, ${count(bad)} of them errors, ${count(totals.get('warn') ?? 0)} warnings`
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString()
  return (
    <div className="level-history">
      <div style={{ height }}>
        {data && (
          <Suspense fallback={null}>
            <LevelBars
              label={`Lines by level over time: ${told}`}
              bars={bars}
              stepS={data.stepMs / 1000}
              height={height}
              onSelect={(from, to) => onSelect(time(Math.floor(from)), time(Math.ceil(to)))}
            />
          </Suspense>
        )}
      </div>
      {data && (
        <p className="meta hide-phone">
          {told}
          {isFiltered && ' in this time, of all levels'}. A bar is {took(data.stepMs)}; draw over some to see only them.
        </p>
      )}
    </div>
  )
}
