import { useQuery } from '@tanstack/react-query'
import type { Target, TargetUsage } from '@wheelhouse/contract'
import { lazy, Suspense, useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { withGaps } from '../../../ui/chart/gaps.ts'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { bytes, percent } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { type Time, timeOf } from '../../observation/metrics/ask.ts'
import { MetricPanel } from '../../observation/metrics/metric-panel.tsx'
import { TimeChoice } from '../../observation/metrics/time-choice.tsx'

const TimeChart = lazy(() => import('../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))
const hourMs = 3_600_000

/** What a target uses: of the last hour as it comes in, of a longer or an earlier time as it is kept. */
export function UsageCharts({ target }: { target: Target }) {
  const [range] = useParam('range', '1h')
  const [since] = useParam('since')
  const [until] = useParam('until')
  const setParams = useSetParams()
  const time = timeOf((key) => ({ range, since, until })[key] ?? '')
  const onPick = (next: Time): void =>
    setParams({ range: next.range === '1h' ? null : next.range, since: next.since || null, until: next.until || null })
  const onSelect = (from: number, to: number): void =>
    onPick({
      range,
      since: new Date(Math.floor(from) * 1000).toISOString(),
      until: new Date(Math.ceil(to) * 1000).toISOString(),
    })
  const isLive = time.since === '' && time.range === '1h'
  return (
    <>
      <div style={{ gridColumn: 'span 12' }}>
        <TimeChoice time={time} onPick={onPick} />
      </div>
      {isLive ? (
        <LiveUsage target={target} onSelect={onSelect} />
      ) : (
        <>
          <KeptUsage
            target={target}
            time={time}
            title="CPU"
            metric="target.cpu-percent"
            atLeast={100}
            onSelect={onSelect}
          />
          <KeptUsage
            target={target}
            time={time}
            title="Memory"
            metric="target.memory-bytes"
            limit={target.usage?.memoryTotalBytes ?? null}
            onSelect={onSelect}
          />
        </>
      )}
      {target.usage?.diskTotalBytes != null && (
        <KeptUsage
          target={target}
          time={time}
          title="Disk"
          metric="target.disk-bytes"
          limit={target.usage.diskTotalBytes}
          onSelect={onSelect}
        />
      )}
    </>
  )
}

interface KeptProps {
  readonly target: Target
  readonly time: Time
  readonly title: string
  readonly metric: string
  readonly limit?: number | null
  readonly atLeast?: number
  readonly onSelect: (from: number, to: number) => void
}

function KeptUsage({ target, time, title, metric, limit = null, atLeast, onSelect }: KeptProps) {
  const least = atLeast ?? limit
  return (
    <MetricPanel
      title={title}
      asked={{ metric, target: target.id }}
      time={time}
      span={6}
      sync="target"
      nameOf={() => (title === 'CPU' ? 'of all cores' : 'in use')}
      limit={limit}
      onSelect={onSelect}
      {...(least === null ? {} : { atLeast: least })}
    />
  )
}

function LiveUsage({ target, onSelect }: { target: Target; onSelect: (from: number, to: number) => void }) {
  const history = useQuery({
    queryKey: keys.targetMetrics(target.id, hourMs),
    queryFn: () => client.metrics.target({ id: target.id, rangeMs: hourMs }),
    refetchInterval: 10_000,
  })
  const now = useNow()
  const to = Math.floor(now / 10_000) * 10
  const from = to - hourMs / 1000
  const stepS = Math.max(10, (history.data?.stepMs ?? 10_000) / 1000)
  const samples = history.data?.samples
  const use = target.usage
  const total = use?.memoryTotalBytes ?? null
  const columnsOf = (read: (usage: TargetUsage) => number | null) =>
    withGaps(
      (samples ?? []).map((sample) => ({ t: Date.parse(sample.at) / 1000, values: [read(sample)] })),
      stepS,
      1,
    )
  const cpu = useMemo(() => columnsOf((usage) => usage.cpuPercent), [samples, stepS])
  const memory = useMemo(() => columnsOf((usage) => usage.memoryBytes), [samples, stepS])
  if (history.error)
    return (
      <div style={{ gridColumn: 'span 12' }}>
        <TroubleBox trouble={wordsFor(history.error)} retry={() => void history.refetch()} />
      </div>
    )
  const times = { from, to, stepS, sync: 'target', onSelect } as const
  const figure = (text: string) => <span className="text-ink font-medium">{text}</span>
  return (
    <>
      <Panel title="CPU" span={6} meta={figure(use?.cpuPercent == null ? '–' : percent(use.cpuPercent))}>
        <Suspense fallback={<div style={{ height: 168 }} />}>
          <TimeChart
            {...times}
            label="CPU of all cores over time"
            columns={cpu}
            series={[{ label: 'of all cores', colour: 1, area: true }]}
            format={percent}
            atLeast={100}
          />
        </Suspense>
      </Panel>
      <Panel
        title="Memory"
        span={6}
        meta={figure(use?.memoryBytes == null ? '–' : `${bytes(use.memoryBytes)}${total ? ` of ${bytes(total)}` : ''}`)}
      >
        <Suspense fallback={<div style={{ height: 168 }} />}>
          <TimeChart
            {...times}
            label="Memory over time"
            columns={memory}
            series={[{ label: 'in use', colour: 1, area: true }]}
            format={bytes}
            binary
            limit={total}
            atLeast={total ?? 1024}
          />
        </Suspense>
      </Panel>
    </>
  )
}
