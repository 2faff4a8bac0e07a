import { Unready } from '../../../shell/unready.tsx'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Service } from '@wheelhouse/contract'
import { lazy, Suspense, type ReactNode } from 'react'
import { ActMenu, useAllowedActs } from '../../../acts/act-menu.tsx'
import { useActs } from '../../../acts/use-acts.tsx'
import { actWords, type RunnableAct } from '../../../acts/words.ts'
import { client } from '../../../api/client.ts'
import { services, targets, useFleetState } from '../../../api/fleet.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths, type ServiceTab, serviceTabs } from '../../../paths.ts'
import { kindWords } from '../../../shell/target-words.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { duration } from '../../../ui/format/age.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Tabs } from '../../../ui/page/tabs.tsx'
import { Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { useSources } from '../../observation/logs/search/use-sources.ts'
import { useContainerActs } from '../containers/use-container-acts.tsx'
import { useServiceActs } from '../swarm/service/use-service-acts.tsx'
import { SummaryTab } from './summary-tab.tsx'

const LogsTab = lazy(() => import('./logs/logs-tab.tsx').then((m) => ({ default: m.LogsTab })))
const MetricsTab = lazy(() => import('./metrics-tab.tsx').then((m) => ({ default: m.MetricsTab })))
const HealthTab = lazy(() => import('./health/health-tab.tsx').then((m) => ({ default: m.HealthTab })))
const EventsTab = lazy(() => import('./events-tab.tsx').then((m) => ({ default: m.EventsTab })))
const TimelineTab = lazy(() => import('./timeline-tab.tsx').then((m) => ({ default: m.TimelineTab })))
const CrashesTab = lazy(() => import('./crashes-tab.tsx').then((m) => ({ default: m.CrashesTab })))
const LivesTab = lazy(() => import('./lives-tab.tsx').then((m) => ({ default: m.LivesTab })))
const TerminalTab = lazy(() => import('./terminal-tab.tsx').then((m) => ({ default: m.TerminalTab })))
const ProcessesTab = lazy(() => import('../containers/processes-tab.tsx').then((m) => ({ default: m.ProcessesTab })))
const FilesTab = lazy(() => import('../containers/files-tab.tsx').then((m) => ({ default: m.FilesTab })))
const RolloutTab = lazy(() => import('../swarm/service/rollout-tab.tsx').then((m) => ({ default: m.RolloutTab })))
const TaskLogs = lazy(() => import('../swarm/service/task-logs.tsx').then((m) => ({ default: m.TaskLogs })))
const PlacementTab = lazy(() => import('../swarm/service/placement-tab.tsx').then((m) => ({ default: m.PlacementTab })))
const InspectTab = lazy(() => import('./inspect-tab.tsx').then((m) => ({ default: m.InspectTab })))

const labels: Record<ServiceTab, string> = {
  summary: 'Summary',
  placement: 'Placement',
  logs: 'Logs',
  metrics: 'Metrics',
  timeline: 'Timeline',
  health: 'Health',
  events: 'Events',
  crashes: 'Crashes',
  lives: 'Lives',
  terminal: 'Terminal',
  processes: 'Processes',
  files: 'Files',
  inspect: 'Inspect',
}

function bodyOf(tab: ServiceTab, service: Service): ReactNode {
  switch (tab) {
    case 'summary':
      return service.kind === 'swarm-service' ? (
        <RolloutTab key={service.id} service={service} />
      ) : (
        <SummaryTab service={service} />
      )
    case 'placement':
      return <PlacementTab key={service.id} service={service} />
    case 'logs':
      return service.kind === 'swarm-service' ? (
        <TaskLogs key={service.id} service={service} />
      ) : (
        <LogsTab key={service.id} service={service} />
      )
    case 'metrics':
      return <MetricsTab service={service} />
    case 'timeline':
      return <TimelineTab key={service.id} service={service} />
    case 'health':
      return <HealthTab service={service} />
    case 'events':
      return <EventsTab service={service} />
    case 'crashes':
      return <CrashesTab key={service.id} service={service} />
    case 'lives':
      return <LivesTab key={service.id} service={service} />
    case 'terminal':
      return <TerminalTab key={service.id} service={service} />
    case 'processes':
      return <ProcessesTab service={service} />
    case 'files':
      return <FilesTab key={service.id} service={service} />
    default:
      return <InspectTab service={service} />
  }
}

export function ServicePage() {
  const { id = '', tab = 'summary' } = useParams({ strict: false })
  const row = useRow(services, id)
  const fleet = useFleetState()
  // A name or short id in the address is asked for once; the live row takes over by its id.
  const asked = useQuery({
    queryKey: ['service', id],
    queryFn: () => client.services.get({ id }),
    enabled: !row && fleet.phase !== 'loading',
    staleTime: Infinity,
  })
  const found = useRow(services, asked.data?.id ?? '')
  const service = row ?? found
  if (service) return <Known service={service} tab={serviceTabs.find((each) => each === tab) ?? 'summary'} />
  if (asked.data && fleet.phase === 'ready')
    return (
      <>
        <PageHead title={asked.data.name} crumbs={[{ label: 'Services', href: paths.services() }]} />
        <div className="page">
          <TroubleBox
            trouble={{
              what: `${asked.data.name} is gone. It was removed while you looked.`,
              code: 'NOT_FOUND',
              requestId: null,
            }}
            action={
              <>
                <Go className="btn" href={paths.services()}>
                  Open services
                </Go>
                <Go className="btn" href={paths.keptLog(asked.data.id)}>
                  Its kept lines and lives
                </Go>
              </>
            }
          />
        </div>
      </>
    )
  if (asked.error && wordsFor(asked.error).code === 'NOT_FOUND') return <GoneService id={id} error={asked.error} />
  return (
    <Unready
      title="Service"
      crumbs={[{ label: 'Services', href: paths.services() }]}
      asked={asked}
      wayOut={{ label: 'Open services', href: paths.services() }}
    />
  )
}

/** Not there, but perhaps it was: what it said, and how it ended, may be kept. */
function GoneService({ id, error }: { id: string; error: Error }) {
  const kept = useSources({ service: id })
  const source = kept.data?.[0]
  return (
    <>
      <PageHead title="Service" crumbs={[{ label: 'Services', href: paths.services() }]} />
      <div className="page">
        <TroubleBox
          trouble={wordsFor(error)}
          action={
            <>
              <Go className="btn" href={paths.services()}>
                Open services
              </Go>
              {source && (
                <Go className="btn" href={paths.keptLog(source.id)}>
                  Kept lines and lives of {source.name}
                </Go>
              )}
            </>
          }
        />
      </div>
    </>
  )
}

function Known({ service, tab }: { service: Service; tab: ServiceTab }) {
  const go = useGo()
  const now = useNow()
  const allowed = useAllowedActs(service)
  const { act, busy } = useActs()
  const target = useRow(targets, service.targetId)
  const container = useContainerActs(service)
  const cluster = useServiceActs(service)
  const swarm = service.kind === 'swarm-service'
  const labelOf = (each: ServiceTab): string => (swarm && each === 'summary' ? 'Rollout' : labels[each])
  const tabs = serviceTabs.filter(
    (each) =>
      (each !== 'placement' || swarm) &&
      // A Swarm tells no readings of its services; those of their containers are with the containers.
      (each !== 'metrics' || !swarm || tab === each) &&
      (each !== 'terminal' || allowed.has('exec') || tab === 'terminal') &&
      ((each !== 'processes' && each !== 'files') || container.is || tab === each),
  )
  const buttons = (['start', 'resume', 'restart', 'stop'] as const).filter((each) => allowed.has(each))
  const working = (each: RunnableAct): boolean => busy?.act === each && busy.ids.has(service.id)
  useKeys(`Service ${service.name}`, [
    ...tabs.map((each, i) => ({
      keys: `${i + 1}`,
      label: labelOf(each),
      run: () => go(paths.service(service.id, each), true),
    })),
    { keys: 't', label: 'Terminal', run: () => go(paths.service(service.id, 'terminal'), true) },
    { keys: 'l', label: 'Logs', run: () => go(paths.service(service.id, 'logs'), true) },
    { keys: 'r', label: 'Restart', run: () => allowed.has('restart') && act('restart', [service]) },
    { keys: 's', label: 'Stop', run: () => allowed.has('stop') && act('stop', [service]) },
  ])
  const since = service.state === 'running' ? (service.startedAt ?? service.changedAt) : service.changedAt
  return (
    <div className={tab === 'logs' || tab === 'terminal' ? 'fill' : 'contents'}>
      <PageHead
        title={service.name}
        tab={`${service.name}, ${labelOf(tab).toLowerCase()}`}
        crumbs={[
          { label: 'Services', href: paths.services() },
          ...(service.stack
            ? [{ label: service.stack, href: paths.stack(`${service.targetId}:${service.stack}`) }]
            : []),
        ]}
        badge={
          <Badge state={service.stale ? 'unknown' : service.state}>
            {service.stale ? 'unknown' : service.state}, {duration(Math.max(0, now - Date.parse(since)))}
          </Badge>
        }
        meta={
          <>
            <Go
              href={swarm ? paths.swarm(service.targetId) : paths.target(service.targetId)}
              className="hover:text-ink"
            >
              {service.targetName}
            </Go>
            , {kindWords[service.targetKind]}
          </>
        }
        actions={
          <>
            {buttons.map((each) => (
              <Button
                key={each}
                icon={actWords[each].icon}
                hint={actWords[each].key?.toUpperCase()}
                look={each === 'start' || each === 'resume' ? 'primary' : undefined}
                busy={working(each)}
                onClick={() => act(each, [service])}
              >
                {working(each) ? actWords[each].doing : actWords[each].verb}
              </Button>
            ))}
            <ActMenu service={service} skip={buttons} links={false} more={[...container.entries, ...cluster.entries]} />
          </>
        }
      />
      <Tabs
        label="Parts of the service"
        current={tab}
        tabs={tabs.map((each) => ({
          key: each,
          label: labelOf(each),
          href: paths.service(service.id, each),
          count: each === 'health' && service.checks.length > 0 ? service.checks.length : undefined,
        }))}
      />
      {service.stale && (
        <StaleStrip>
          {service.targetName} has not been heard for <Age at={service.observedAt} />. You see its last known state.{' '}
          {target?.reason ?? 'Actions wait until it is back.'}
        </StaleStrip>
      )}
      <Suspense fallback={<Skeleton />}>{bodyOf(tab, service)}</Suspense>
      {container.layer}
      {cluster.layer}
    </div>
  )
}
