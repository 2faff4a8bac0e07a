import type { MetricSeries } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { unitLook } from './units.ts'

/** Whom or what a series is of. */
export function seriesName({ service, stack, target, labels, metric }: MetricSeries, several: boolean): string {
  const who = service === null ? (stack ?? target ?? 'all') : service
  if (labels) return `${who} ${labels}`
  return several ? `${who} ${metric}` : who
}

const average = (known: readonly number[]): number => known.reduce((sum, value) => sum + value, 0) / known.length

/** Each series with its colour in the chart and what it came to. */
export function SeriesTable({
  series,
  nameOf,
}: {
  series: readonly MetricSeries[]
  nameOf: (one: MetricSeries) => string
}) {
  return (
    <div className="overflow-auto">
      <table className="w-full text-left" style={{ fontSize: 'var(--text-meta)' }}>
        <thead className="text-ink-3">
          <tr>
            <th className="font-normal">Series</th>
            <th className="pl-3 text-right font-normal">Last</th>
            <th className="pl-3 text-right font-normal hide-phone">Average</th>
            <th className="pl-3 text-right font-normal">Highest</th>
          </tr>
        </thead>
        <tbody>
          {series.map((one, index) => {
            const known = one.values.filter((value) => value !== null)
            const { format } = unitLook(one.unit)
            const name = nameOf(one)
            return (
              <tr key={`${one.targetId} ${one.serviceId} ${name}`}>
                <td className="max-w-0 w-full">
                  <span className="legend">
                    <span className="min-w-0">
                      <i className={`swatch-${(index % 6) + 1}`} />
                      {one.serviceId === null ? (
                        <span className="cut" title={name}>
                          {name}
                        </span>
                      ) : (
                        <Go className="cut" href={paths.service(one.serviceId, 'metrics')} title={name}>
                          {name}
                        </Go>
                      )}
                    </span>
                  </span>
                </td>
                <td className="whitespace-nowrap pl-3 text-right text-ink">{format(known.at(-1) ?? 0)}</td>
                <td className="whitespace-nowrap pl-3 text-right hide-phone">{format(average(known))}</td>
                <td className="whitespace-nowrap pl-3 text-right">{format(Math.max(...known))}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
