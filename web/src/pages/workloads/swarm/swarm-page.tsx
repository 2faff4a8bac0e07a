import { useParams } from '@tanstack/react-router'
import type { Swarm } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths, type SwarmTab, swarmTabs } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { useSetParams } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Tabs } from '../../../ui/page/tabs.tsx'
import { Skeleton, StaleStrip } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { useSwarm } from './ask.ts'
import { JoinDialog } from './join-dialog.tsx'
import { SummaryTab } from './summary-tab.tsx'
import { swarmGlyph, swarmWord } from './words.ts'

const MapTab = lazy(() => import('./map/map-tab.tsx').then((m) => ({ default: m.MapTab })))
const NodesTab = lazy(() => import('./nodes/nodes-tab.tsx').then((m) => ({ default: m.NodesTab })))
const ServicesTab = lazy(() => import('./service/services-tab.tsx').then((m) => ({ default: m.ServicesTab })))
const TasksTab = lazy(() => import('./tasks/tasks-tab.tsx').then((m) => ({ default: m.TasksTab })))
const ObjectsTab = lazy(() => import('./objects/objects-tab.tsx').then((m) => ({ default: m.ObjectsTab })))

const labels: Record<SwarmTab, string> = {
  summary: 'Summary',
  map: 'Map',
  nodes: 'Nodes',
  services: 'Services',
  tasks: 'Tasks',
  secrets: 'Secrets',
  configs: 'Configs',
}

function bodyOf(tab: SwarmTab, swarm: Swarm): ReactNode {
  switch (tab) {
    case 'map':
      return <MapTab swarm={swarm} />
    case 'nodes':
      return <NodesTab swarm={swarm} />
    case 'services':
      return <ServicesTab swarm={swarm} />
    case 'tasks':
      return <TasksTab swarm={swarm} />
    case 'secrets':
      return <ObjectsTab key="secret" swarm={swarm} kind="secret" />
    case 'configs':
      return <ObjectsTab key="config" swarm={swarm} kind="config" />
    default:
      return <SummaryTab swarm={swarm} />
  }
}

/** One Swarm: who decides, what room is left, and all it holds. */
export function SwarmPage() {
  const { swarm: id = '', tab = 'summary' } = useParams({ strict: false })
  const asked = useSwarm(id)
  if (asked.data) return <Known swarm={asked.data} tab={swarmTabs.find((each) => each === tab) ?? 'summary'} />
  return (
    <Unready
      title="Swarm"
      crumbs={[{ label: 'Swarms', href: paths.swarms() }]}
      asked={asked}
      wayOut={{ label: 'Open Swarms', href: paths.swarms() }}
    />
  )
}

function Known({ swarm, tab }: { swarm: Swarm; tab: SwarmTab }) {
  const may = useMay()
  const go = useGo()
  const setParams = useSetParams()
  const [joining, setJoining] = useState(false)
  const target = useRow(targets, swarm.targetId)
  const via = useRow(targets, swarm.via ?? '')
  const { targetId } = swarm
  const counts: Partial<Record<SwarmTab, number>> = {
    nodes: swarm.managers + swarm.workers,
    services: swarm.services,
  }
  useKeys(
    `Swarm ${swarm.name}`,
    swarmTabs.map((each, i) => ({
      keys: `${i + 1}`,
      label: labels[each],
      run: () => go(paths.swarm(targetId, each), true),
    })),
  )
  return (
    <>
      <PageHead
        title={swarm.name}
        tab={`${swarm.name}, ${labels[tab].toLowerCase()}`}
        crumbs={[{ label: 'Swarms', href: paths.swarms() }]}
        badge={<Badge state={swarmGlyph(swarm)}>{swarmWord(swarm)}</Badge>}
        meta={
          <>
            Swarm, {plural(swarm.managers, 'manager')}, {plural(swarm.workers, 'worker')}
            {via && (
              <>
                , asked through{' '}
                <Go href={paths.target(via.id)} className="hover:text-ink">
                  {via.name}
                </Go>
              </>
            )}
          </>
        }
        actions={
          <>
            {may('swarm.manage', { targetId }) && (
              <Button icon={Plus} onClick={() => setJoining(true)}>
                Add node…
              </Button>
            )}
            {tab === 'secrets' || tab === 'configs' ? (
              may('swarm.manage', { targetId }) && (
                <Button look="primary" icon={Plus} onClick={() => setParams({ new: '1' })}>
                  New {tab.slice(0, -1)}…
                </Button>
              )
            ) : (
              <>
                {may('containers.manage', { targetId }) && (
                  <Go className="btn btn-primary" href={paths.newSwarmService(targetId)}>
                    <Plus className="icon-s" aria-hidden />
                    New service…
                  </Go>
                )}
              </>
            )}
          </>
        }
      />
      <Tabs
        label="Parts of the Swarm"
        current={tab}
        tabs={swarmTabs.map((each) => ({
          key: each,
          label: labels[each],
          href: paths.swarm(targetId, each),
          count: counts[each],
        }))}
      />
      {swarm.stale && (
        <StaleStrip>
          {swarm.name} has not been heard for <Age at={swarm.observedAt} />. You see its last known state.{' '}
          {target?.reason ?? 'Actions wait until a manager answers.'}
        </StaleStrip>
      )}
      <Suspense fallback={<Skeleton />}>{bodyOf(tab, swarm)}</Suspense>
      {joining && <JoinDialog swarm={swarm} onClose={() => setJoining(false)} />}
    </>
  )
}
