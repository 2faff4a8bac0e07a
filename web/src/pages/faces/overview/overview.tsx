import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { deployments } from '../../../api/deployments.ts'
import { eachOnce } from '../../../api/each-once.ts'
import { events, services, targets, useFleetState, reloadFleet } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { count, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { AlertsPanel } from '../../observation/alerts/alerts-panel.tsx'
import { EventLine } from '../../observation/timeline/event-line.tsx'
import { needing } from '../../workloads/deployments/filter.ts'
import { FirstSteps } from './first-steps.tsx'
import { Fleet } from './fleet.tsx'
import { LatestRuns } from './latest-runs.tsx'
import { NeedsYou } from './needs-you.tsx'
import { TargetUse } from './target-use.tsx'

/** "117 of 132 services run. 9 are unknown, 2 are stopped." */
export function summary(rows: readonly Service[]): string {
  const counts = new Map<string, number>()
  for (const row of rows)
    counts.set(row.stale ? 'unknown' : row.state, (counts.get(row.stale ? 'unknown' : row.state) ?? 0) + 1)
  const running = counts.get('running') ?? 0
  const rest = (['starting', 'unknown', 'paused', 'stopped'] as const)
    .filter((state) => counts.has(state))
    .map((state) => `${count(counts.get(state) ?? 0)} ${state}`)
  if (rows.length === 0) return 'Nothing runs here yet.'
  const head =
    running === rows.length
      ? running === 1
        ? 'The one service runs'
        : `All ${count(running)} services run`
      : `${count(running)} of ${plural(rows.length, 'service')} run`
  return rest.length === 0 ? `${head}.` : `${head}; ${rest.join(', ')}.`
}

export function Overview() {
  const fleet = useFleetState()
  const [target] = useParam('target')
  const allServices = useRows(services)
  const allTargets = useRows(targets)
  const happened = useRows(events)
  const overview = useQuery({
    queryKey: keys.overview(target),
    queryFn: () => client.dashboards.overview(target ? { target } : {}),
    refetchInterval: 30_000,
  })
  const here = useMemo(
    () => eachOnce(allServices.filter((service) => !target || service.targetId === target)),
    [allServices, target],
  )
  const places = useMemo(() => allTargets.filter((each) => !target || each.id === target), [allTargets, target])
  const bad = useMemo(
    () =>
      here
        .filter((service) => !service.stale && (service.state === 'failed' || service.state === 'degraded'))
        .sort((a, b) => (a.state === b.state ? b.changedAt.localeCompare(a.changedAt) : a.state === 'failed' ? -1 : 1)),
    [here],
  )
  const lost = places.filter((each) => each.state === 'unreachable')
  const allRuns = useRows(deployments)
  const runs = useMemo(
    () => allRuns.filter((run) => !target || run.targets.some((each) => each.id === target)),
    [allRuns, target],
  )
  const waiting = useMemo(() => needing(runs), [runs])
  const needs = bad.length + lost.length + waiting.length
  const recent = useMemo(
    () =>
      happened
        .filter((event) => !target || event.targetId === target)
        .toReversed()
        .slice(0, 14),
    [happened, target],
  )
  if (fleet.phase === 'failed')
    return (
      <>
        <PageHead title="Overview" />
        <div className="page">
          <TroubleBox trouble={wordsFor(fleet.error)} retry={reloadFleet} />
        </div>
      </>
    )
  if (fleet.phase === 'loading')
    return (
      <>
        <PageHead title="Overview" />
        <Skeleton rows={8} />
      </>
    )
  const title =
    needs === 0
      ? here.length === 0
        ? 'Welcome aboard'
        : 'All is well'
      : needs === 1
        ? '1 thing needs you'
        : `${needs} things need you`
  const firstSteps = overview.data?.firstSteps ?? false
  return (
    <>
      <PageHead title={title} tab={needs === 0 ? 'Overview' : title} meta={summary(here)} />
      <div className="page pt-1!">
        <div className="panels even">
          <AlertsPanel of={target ? { target } : {}} />
          {firstSteps && <FirstSteps />}
          <NeedsYou services={bad} lost={lost} runs={waiting} hidden={firstSteps && needs === 0} />
          <Fleet services={here} targets={places} span={needs > 0 ? 4 : 12} />
          <LatestRuns runs={runs} />
          <TargetUse targets={places} />
          <Panel
            title="Timeline"
            span={12}
            flush
            meta={
              <Go className="link" href={paths.timeline()}>
                All events
              </Go>
            }
          >
            {recent.length === 0 && <p className="px-3 pb-3 text-ink-3">Nothing has happened yet.</p>}
            {recent.map((event) => (
              <EventLine key={event.id} event={event} />
            ))}
          </Panel>
        </div>
      </div>
    </>
  )
}
