import { useQuery } from '@tanstack/react-query'
import type { Resources, Trend } from '@wheelhouse/contract'
import { lazy, Suspense } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { bytes, millis, percent } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Meter } from '../../../ui/state/meter.tsx'

const TimeChart = lazy(() => import('../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))

type Values = (resources: Resources) => readonly (number | null)[]
const charts: readonly {
  name: Trend['name']
  title: string
  values: Values
  format: (value: number) => string
  binary?: boolean
}[] = [
  { name: 'memory', title: 'Memory', values: (r) => r.memoryBytes, format: bytes, binary: true },
  { name: 'cpu', title: 'Processor', values: (r) => r.cpuPercent, format: percent },
  { name: 'loopDelay', title: 'Event loop delay', values: (r) => r.loopDelayMs, format: millis },
  { name: 'disk', title: 'Disk free', values: (r) => r.diskFreeBytes, format: bytes, binary: true },
]

const rise = (trend: Trend, format: (value: number) => string): string => {
  if (trend.forecast) return trend.forecast
  if (trend.perHour === null) return 'watched for too short a time to tell where it goes'
  const sign = trend.perHour < 0 ? '−' : '+'
  return `${sign}${format(Math.abs(trend.perHour))} an hour`
}

/** What the house itself uses, over the last hours. */
export function OwnResources() {
  const asked = useQuery({
    queryKey: keys.resources,
    queryFn: () => client.diagnostics.resources(),
    refetchInterval: 30_000,
  })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton />
  const found = asked.data
  const times = found.at.map((at) => Date.parse(at) / 1000)
  const stepS = found.stepMs / 1000
  const to = times.at(-1) ?? Date.now() / 1000
  const from = Math.min(times[0] ?? to, to - 3600)
  const { disk } = found
  return (
    <div className="panels">
      {charts.map(({ name, title, values, format, binary = false }) => {
        const trend = found.trends.find((one) => one.name === name)
        const own = values(found)
        const now = own.findLast((value) => value !== null)
        return (
          <Panel
            key={name}
            title={title}
            span={6}
            meta={now === undefined || now === null ? 'not told' : format(now)}
            foot={trend && rise(trend, format)}
          >
            <Suspense fallback={<Skeleton rows={3} />}>
              <TimeChart
                label={title}
                columns={[times, [...own]]}
                series={[{ label: title, colour: 1, area: true }]}
                format={format}
                binary={binary}
                from={from}
                to={to}
                stepS={stepS}
                height={120}
                sync="own"
              />
            </Suspense>
          </Panel>
        )
      })}
      <Panel
        title="Data folder"
        beside={<span className="mono">{disk.folder}</span>}
        meta={disk.freeBytes === null ? undefined : `${bytes(disk.freeBytes)} of ${bytes(disk.totalBytes ?? 0)} free`}
        foot={
          disk.countedAt ? (
            <>
              counted <Age at={disk.countedAt} suffix=" ago" />, in the background
            </>
          ) : (
            'The first count is under way.'
          )
        }
      >
        <ul className="flex flex-col gap-1.5">
          {disk.parts.map((part) => (
            <li key={part.name} className="grid grid-cols-[minmax(110px,180px)_90px_1fr] items-center gap-3">
              <span className="cut">{part.name}</span>
              <span className="num">{bytes(part.bytes)}</span>
              <span className="flex items-center gap-2 min-w-0">
                {part.budgetBytes !== null && (
                  <>
                    <Meter value={part.bytes} of={part.budgetBytes} label={part.name} />
                    <span className="meta shrink-0">of {bytes(part.budgetBytes)}</span>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  )
}
