import { Failure, type MetricAnswer, type MetricQuery, type MetricSeries } from '@wheelhouse/contract'
import type { MetricReader } from '../sensing/ports.ts'

/** A series that tests write: its value at any moment, epoch ms; null is a gap. */
export interface HandSeries {
  readonly metric: string
  readonly unit?: MetricSeries['unit']
  readonly serviceId: string | null
  readonly service: string | null
  readonly stack?: string | null
  readonly targetId: string
  valueAt(at: number): number | null
}

/** Answers as the history does: whole steps at even times, gaps as null, series without any value left out. */
export function handMetrics(series: HandSeries[]): MetricReader & { queries: MetricQuery[] } {
  const queries: MetricQuery[] = []
  return {
    queries,
    query(query): Promise<MetricAnswer> {
      queries.push(query)
      const stepMs = query.stepMs ?? 10_000
      const from = Math.floor(Date.parse(query.since ?? '') / stepMs) * stepMs
      const count = Math.ceil((Date.parse(query.until ?? '') - from) / stepMs)
      if (!series.some(({ metric }) => metric === query.metric))
        return Promise.reject(new Failure('NOT_FOUND', `There is no metric "${query.metric}".`))
      const answered = series
        .filter(({ metric }) => query.metric.split(',').includes(metric))
        .filter(({ targetId }) => query.target === undefined || targetId === query.target)
        .map(({ valueAt, unit = 'percent', stack = null, ...rest }) => ({
          ...rest,
          unit,
          stack,
          target: rest.targetId,
          values: Array.from({ length: count }, (_, index) => valueAt(from + index * stepMs)),
        }))
        .filter(({ values }) => values.some((value) => value !== null))
      return Promise.resolve({
        since: new Date(from).toISOString(),
        stepMs,
        asked: { stepMs },
        series: answered.slice(0, 200),
        more: Math.max(0, answered.length - 200),
      })
    },
  }
}
