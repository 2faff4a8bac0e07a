import { useQuery } from '@tanstack/react-query'
import type { Swarm, Task, Topology } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../../api/client.ts'
import { allPages } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { usePhone } from '../../../../ui/list/use-media.ts'
import { plural } from '../../../../ui/format/number.ts'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { narrowed } from '../../networks/topology/layout.ts'
import { Sheet } from '../../networks/topology/sheet.tsx'
import { useNodes, useTasks } from '../ask.ts'
import { layOut, nowhere, overlaysOf, topologyOf } from './lay-out.ts'
import { MapTable } from './map-table.tsx'

const views = [
  { value: 'map', label: 'Map' },
  { value: 'table', label: 'Table' },
]

/** Nodes, tasks and overlay networks: who runs where, and who reaches whom. */
export function MapTab({ swarm }: { swarm: Swarm }) {
  const may = useMay()
  const phone = usePhone()
  const [view, setView] = useParam('view', phone ? 'table' : 'map')
  const [q, setQ] = useParam('q')
  const nodes = useNodes({ swarm: swarm.targetId })
  const tasks = useTasks({ swarm: swarm.targetId })
  const networks = useQuery({
    queryKey: keys.networks({}),
    queryFn: () => allPages((cursor) => client.networks.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
    placeholderData: (before) => before,
    enabled: may('networks.read'),
  })
  // Drawn when they are known, so that nothing jumps when they come.
  const known = networks.data !== undefined || networks.error !== null || !networks.isEnabled
  const engines = useMemo(
    () => new Set((nodes.data ?? []).flatMap(({ targetId }) => (targetId === null ? [] : [targetId]))),
    [nodes.data],
  )
  const overlays = useMemo(() => overlaysOf(networks.data ?? [], engines), [networks.data, engines])
  const whole = useMemo(
    () =>
      nodes.data && tasks.data && known
        ? topologyOf({ nodes: nodes.data, tasks: tasks.data, networks: overlays })
        : null,
    [nodes.data, tasks.data, overlays, known],
  )
  const shown = useMemo(() => (whole ? narrowed(whole, q) : null), [whole, q])
  const map = useMemo(() => (shown ? layOut(shown) : null), [shown])
  const trouble = nodes.error ?? tasks.error
  const unseen = (nodes.data ?? []).filter(({ targetId }) => targetId === null).length
  const byId = useMemo(() => new Map((tasks.data ?? []).map((task) => [task.id, task])), [tasks.data])
  return (
    <>
      <div className="toolbar">
        <Segment label="View" value={view} options={views} onPick={setView} />
        <FilterBox label="Filter the map" placeholder="Filter by task, network, image" value={q} onChange={setQ} />
        {unseen > 0 && (
          <span className="meta">
            The {unseen === 1 ? 'engine' : 'engines'} of {unseen} of {plural(nodes.data?.length ?? 0, 'node')}{' '}
            {unseen === 1 ? 'is no target' : 'are no targets'} here: what runs there is what the manager tells.
          </span>
        )}
      </div>
      {trouble && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(trouble)} retry={() => void Promise.all([nodes.refetch(), tasks.refetch()])} />
        </div>
      )}
      {!trouble && (!shown || !map) && <Skeleton />}
      {shown && map && map.nodes.length === 0 && map.bands.length === 0 && (
        <Empty title="Nothing on the map matches.">The filter looks at names, images and subnets.</Empty>
      )}
      {shown &&
        map &&
        map.bands.length > 0 &&
        (view === 'table' ? (
          <MapTable topology={shown} tasks={byId} />
        ) : (
          <Sheet
            label="Map of nodes, tasks and overlay networks. The table has the same as text."
            map={map}
            topology={shown}
            quiet={q === ''}
            hrefOf={(node) => hrefOf(node, byId, overlays)}
            bandHrefOf={(band) => (band.id === nowhere ? null : paths.swarmNode(swarm.targetId, band.id))}
          />
        ))}
    </>
  )
}

function hrefOf(
  node: Topology['nodes'][number],
  tasks: ReadonlyMap<string, Task>,
  overlays: readonly { readonly networkId: string; readonly targetId: string }[],
): string | null {
  if (node.kind === 'task') {
    const task = tasks.get(node.id)
    return task ? paths.service(task.serviceId) : null
  }
  const network = overlays.find(({ networkId }) => networkId === node.id)
  return network ? paths.network(network.targetId, network.networkId.slice(0, 12)) : null
}
