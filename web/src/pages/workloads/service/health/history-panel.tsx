import { useQuery } from '@tanstack/react-query'
import type { HealthHistory, HealthSpan } from '@wheelhouse/contract'
import { lazy, Suspense } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Pick, Segment } from '../../../../ui/control/pick.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { duration, moment, zone } from '../../../../ui/format/age.ts'
import { millis } from '../../../../ui/format/number.ts'
import { share } from '../../../../ui/format/share.ts'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { UptimeBars } from '../../../../ui/state/uptime-bars.tsx'

const TimeChart = lazy(() => import('../../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))

const spans: readonly { value: HealthSpan; label: string }[] = [
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
]
const hourMs = 3_600_000

/** How healthy a service has been: uptime, response times, and each time it was down with its reason. */
export function HistoryPanel({ id }: { id: string }) {
  const [span, setSpan] = useParam('span', '24h')
  const history = useQuery({
    queryKey: keys.healthHistory(id, span),
    queryFn: () => client.health.history({ id, span: span as HealthSpan }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  if (history.error) return <TroubleBox trouble={wordsFor(history.error)} retry={() => void history.refetch()} />
  if (!history.data) return <Skeleton rows={3} />
  const { uptime, buckets, bucketMs, recordedSince } = history.data
  const hours = bucketMs === hourMs
  const bars = buckets.map(({ at, upMs, downMs }) => ({
    at,
    share: upMs + downMs === 0 ? null : upMs / (upMs + downMs),
    downMs,
  }))
  const figures: [string, number | null][] = [
    ['24 h', uptime.day],
    ['7 days', uptime.week],
    ['30 days', uptime.month],
    ['90 days', uptime.quarter],
  ]
  return (
    <>
      <Panel
        title="Uptime"
        meta={recordedSince ? `kept since ${moment(recordedSince).replace(/:\d\d$/, '')}` : 'nothing is kept yet'}
        actions={<Segment label="Span" value={span} options={spans} onPick={setSpan} />}
        foot={`One bar is one ${hours ? 'hour' : 'day of UTC'}. Hatched: nobody knew, as it was stopped or not heard, or Wheelhouse did not run.`}
      >
        <dl className="flex flex-wrap gap-x-8 gap-y-2 pb-3">
          {figures.map(([label, part]) => (
            <div key={label}>
              <dt className="meta">{label}</dt>
              <dd className="text-title font-semibold">{share(part)}</dd>
            </div>
          ))}
        </dl>
        <UptimeBars tall bars={bars} label={`Uptime of ${history.data.name}`} hours={hours} />
      </Panel>
      <ResponseTimes history={history.data} />
      <Incidents incidents={history.data.incidents} />
    </>
  )
}

function ResponseTimes({ history }: { history: HealthHistory }) {
  const [chosen, setChosen] = useParam('check')
  const checks = history.checks.filter((check) => check.buckets.some((bucket) => bucket.p50Ms !== null))
  const check = checks.find((each) => each.name === chosen) ?? checks[0]
  if (!check) return null
  const columns: (number | null)[][] = [
    check.buckets.map((bucket) => Date.parse(bucket.at) / 1000),
    check.buckets.map((bucket) => bucket.p50Ms),
    check.buckets.map((bucket) => bucket.p95Ms),
  ]
  const last = check.buckets.findLast((bucket) => bucket.p50Ms !== null)
  const stepS = history.bucketMs / 1000
  const from = Date.parse(history.since) / 1000
  return (
    <Panel
      title="Response time"
      meta={
        last &&
        `${millis(last.p50Ms ?? 0)} in the middle, ${millis(last.p95Ms ?? 0)} for 95%, at most ${millis(last.maxMs ?? 0)}`
      }
      actions={
        checks.length > 1 && (
          <Pick
            label="Check"
            value={check.name}
            options={checks.map((each) => ({ value: each.name, label: each.name }))}
            onPick={setChosen}
          />
        )
      }
      foot={`One point is one ${stepS === 3600 ? 'hour' : 'day'}, ${zone()}. Only answers that were right count.`}
    >
      <Suspense fallback={<Skeleton rows={3} />}>
        <TimeChart
          label={`Response time of ${check.name}`}
          columns={columns}
          series={[
            { label: 'Median', colour: 1 },
            { label: '95 %', colour: 2 },
          ]}
          format={millis}
          from={from}
          to={from + stepS * check.buckets.length}
          stepS={stepS}
          height={160}
        />
      </Suspense>
    </Panel>
  )
}

function Incidents({ incidents }: { incidents: HealthHistory['incidents'] }) {
  return (
    <Panel
      title="Incidents"
      meta={incidents.length === 0 ? 'none in this span' : `${incidents.length} in this span`}
      flush
    >
      {incidents.length > 0 && (
        <ul>
          {incidents.map(({ id, from, until, reason }) => (
            <li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-t border-line px-3 py-1.5">
              <span className="flex items-center gap-2 shrink-0">
                <Glyph state={until === null ? 'failed' : 'stopped'} label={until === null ? 'lasts' : 'over'} />
                <span className="num">{moment(from)}</span>
              </span>
              <span className="meta shrink-0">
                {until === null ? 'lasts' : `for ${duration(Date.parse(until) - Date.parse(from))}`}
              </span>
              <span className={`min-w-0 break-words ${until === null ? 'text-failed-ink' : ''}`}>{reason}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
