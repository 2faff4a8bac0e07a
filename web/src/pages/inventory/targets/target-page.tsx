import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Target } from '@wheelhouse/contract'
import { lazy, Suspense, useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { services, targets, useFleetState } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRow, useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { kindWords, targetGlyph } from '../../../shell/target-words.ts'
import { withGaps } from '../../../ui/chart/gaps.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { bytes, percent } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge, Tag } from '../../../ui/state/badge.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { AlertsPanel } from '../../observation/alerts/alerts-panel.tsx'
import { EventList } from '../../observation/timeline/event-list.tsx'
import { Fleet } from '../../faces/overview/fleet.tsx'
import { RemoveTarget } from './remove-target.tsx'
import { TargetDialog } from './target-dialog.tsx'

const TimeChart = lazy(() => import('../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))

export function TargetPage() {
  const { id = '' } = useParams({ strict: false })
  const fleet = useFleetState()
  const row = useRow(targets, id)
  const crumbs = [{ label: 'Targets', href: paths.targets() }]
  if (row) return <Known target={row} />
  return (
    <>
      <PageHead title="Target" crumbs={crumbs} />
      {fleet.phase === 'loading' ? (
        <Skeleton />
      ) : (
        <Empty
          title={`There is no target "${id}".`}
          action={
            <Go className="btn" href={paths.targets()}>
              Open targets
            </Go>
          }
        >
          It may have been removed.
        </Empty>
      )}
    </>
  )
}

function Known({ target }: { target: Target }) {
  const may = useMay()
  const all = useRows(services)
  const [layer, setLayer] = useState<'edit' | 'remove' | null>(null)
  const here = useMemo(() => all.filter((service) => service.targetId === target.id), [all, target.id])
  const only = useMemo(() => [target], [target])
  const { engine } = target
  const manages = may('targets.manage')
  return (
    <>
      <PageHead
        title={target.name}
        crumbs={[{ label: 'Targets', href: paths.targets() }]}
        badge={<Badge state={targetGlyph(target)}>{target.state}</Badge>}
        meta={`${kindWords[target.kind]}, ${target.address}`}
        actions={
          <>
            <Go className="btn" href={paths.services(`?target=${encodeURIComponent(target.id)}`)}>
              Open services
            </Go>
            {target.kind === 'docker' && (
              <Go className="btn" href={paths.engine(target.id)}>
                Open engine
              </Go>
            )}
            {target.kind === 'swarm' && (
              <Go className="btn" href={paths.swarm(target.id)}>
                Open Swarm
              </Go>
            )}
            {manages && <Button onClick={() => setLayer('edit')}>Change…</Button>}
            {manages && target.origin === 'registered' && (
              <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                Remove…
              </Button>
            )}
          </>
        }
      />
      {target.state !== 'connected' && (
        <StaleStrip>
          {target.name}{' '}
          {target.observedAt ? (
            <>
              has not been heard for <Age at={target.observedAt} />.
            </>
          ) : (
            'has not answered yet.'
          )}{' '}
          {target.reason} It is tried again by itself.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          <AlertsPanel of={{ target: target.id }} />
          <UsageCharts target={target} />
          <Fleet title="Services" services={here} targets={only} span={12} />
          <Panel title={target.kind === 'docker' ? 'Engine' : 'Machine'} span={6}>
            <Facts
              rows={[
                ['Host', engine?.hostname],
                ['System', engine ? `${engine.os}, ${engine.arch}` : null],
                ['Version', engine?.version],
                engine?.apiVersion ? ['API version', engine.apiVersion] : null,
                ['Cores', engine?.cpus],
                ['Memory', engine ? bytes(engine.memoryBytes) : null],
                target.usage?.diskTotalBytes != null && target.usage.diskBytes != null
                  ? ['Disk', `${bytes(target.usage.diskBytes)} of ${bytes(target.usage.diskTotalBytes)}`]
                  : null,
                ['TLS', target.tls ? 'yes' : 'no'],
                target.group ? ['Group', target.group] : null,
                target.tags.length > 0
                  ? [
                      'Tags',
                      <span key="tags" className="flex flex-wrap gap-1">
                        {target.tags.map((tag) => (
                          <Tag key={tag}>{tag}</Tag>
                        ))}
                      </span>,
                    ]
                  : null,
                ['Origin', target.origin === 'found' ? 'found by itself' : 'registered'],
                ['Known for', <Age key="age" at={target.createdAt} />],
                [
                  'Id',
                  <span key="id" className="mono">
                    {target.id}
                  </span>,
                ],
              ]}
            />
          </Panel>
          <Panel title="What it can do" span={6}>
            <div className="flex flex-wrap gap-1.5">
              {target.capabilities.map((each) => (
                <Tag key={each}>{each}</Tag>
              ))}
            </div>
          </Panel>
          <Panel title="Events" flush>
            <EventList
              filter={{ target: target.id }}
              keep={(event) => event.targetId === target.id}
              empty="Nothing has happened here yet."
            />
          </Panel>
        </div>
      </div>
      {layer === 'edit' && <TargetDialog target={target} onClose={() => setLayer(null)} />}
      {layer === 'remove' && <RemoveTarget target={target} onClose={() => setLayer(null)} />}
    </>
  )
}

const ranges: Record<string, number> = { '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000 }

function UsageCharts({ target }: { target: Target }) {
  const [range, setRange] = useParam('range', '1h')
  const rangeMs = ranges[range] ?? 3_600_000
  const history = useQuery({
    queryKey: keys.targetMetrics(target.id, rangeMs),
    queryFn: () => client.metrics.target({ id: target.id, rangeMs }),
    refetchInterval: 10_000,
  })
  const now = useNow()
  const to = Math.floor(now / 10_000) * 10
  const from = to - rangeMs / 1000
  const stepS = (history.data?.stepMs ?? 10_000) / 1000
  const samples = history.data?.samples
  const cpu = useMemo(
    () =>
      withGaps(
        (samples ?? []).map((s) => ({ t: Date.parse(s.at) / 1000, values: [s.cpuPercent] })),
        stepS,
        1,
      ),
    [samples, stepS],
  )
  const memory = useMemo(
    () =>
      withGaps(
        (samples ?? []).map((s) => ({ t: Date.parse(s.at) / 1000, values: [s.memoryBytes] })),
        stepS,
        1,
      ),
    [samples, stepS],
  )
  const use = target.usage
  if (history.error)
    return (
      <div style={{ gridColumn: 'span 12' }}>
        <TroubleBox trouble={wordsFor(history.error)} retry={() => void history.refetch()} />
      </div>
    )
  return (
    <>
      <div style={{ gridColumn: 'span 12' }}>
        <Segment
          label="Range"
          value={range}
          onPick={setRange}
          options={[
            { value: '1h', label: '1 h' },
            { value: '6h', label: '6 h' },
            { value: '24h', label: '24 h' },
          ]}
        />
      </div>
      <Panel
        title="CPU"
        span={6}
        meta={<span className="text-ink font-medium">{use?.cpuPercent == null ? '–' : percent(use.cpuPercent)}</span>}
      >
        <Suspense fallback={<div style={{ height: 168 }} />}>
          <TimeChart
            label="CPU of all cores over time"
            columns={cpu}
            series={[{ label: 'of all cores', colour: 1, area: true }]}
            format={percent}
            from={from}
            to={to}
            stepS={stepS}
            atLeast={100}
            sync="target"
          />
        </Suspense>
      </Panel>
      <Panel
        title="Memory"
        span={6}
        meta={
          <span className="text-ink font-medium">
            {use?.memoryBytes == null
              ? '–'
              : `${bytes(use.memoryBytes)}${use.memoryTotalBytes ? ` of ${bytes(use.memoryTotalBytes)}` : ''}`}
          </span>
        }
      >
        <Suspense fallback={<div style={{ height: 168 }} />}>
          <TimeChart
            label="Memory over time"
            columns={memory}
            series={[{ label: 'in use', colour: 1, area: true }]}
            format={bytes}
            binary
            from={from}
            to={to}
            stepS={stepS}
            limit={use?.memoryTotalBytes ?? null}
            atLeast={use?.memoryTotalBytes ?? 1024}
            sync="target"
          />
        </Suspense>
      </Panel>
    </>
  )
}
