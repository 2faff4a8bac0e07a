import type { Node, Swarm } from '@wheelhouse/contract'
import { Ellipsis } from 'lucide-react'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { bytes } from '../../../../ui/format/number.ts'
import { type Column, Table } from '../../../../ui/list/table.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Tag } from '../../../../ui/state/badge.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { Meter } from '../../../../ui/state/meter.tsx'
import { useNodes } from '../ask.ts'
import { cores, nodeGlyph, nodeWord, roleWord, taskCounts } from '../words.ts'
import { useNodeActs } from './use-node-acts.tsx'

/** Nodes of a Swarm: what they have, what is reserved of it, and what runs there. */
export function NodesTab({ swarm }: { swarm: Swarm }) {
  const [q, setQ] = useParam('q')
  const asked = useNodes({ swarm: swarm.targetId, ...(q ? { q } : {}) })
  const rows = asked.data ?? []
  return (
    <>
      <div className="toolbar">
        <FilterBox label="Filter nodes" placeholder="Filter by name, address, label" value={q} onChange={setQ} />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && rows.length === 0 && <Empty title="No node matches.">The filter hides the others.</Empty>}
      {rows.length > 0 && (
        <Table
          label="Nodes"
          rows={rows}
          keyOf={(node) => node.id}
          hrefOf={(node) => paths.swarmNode(node.swarmId, node.nodeId)}
          stale={() => swarm.stale}
          acts={(node) => <NodeMenu node={node} swarmName={swarm.name} />}
          columns={columns}
        />
      )}
    </>
  )
}

function NodeMenu({ node, swarmName }: { node: Node; swarmName: string }) {
  const { entries, layer } = useNodeActs(node, { swarmName })
  if (entries.length === 0) return null
  return (
    <>
      <Menu
        entries={entries}
        trigger={
          <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions for ${node.hostname}`}>
            <Ellipsis className="icon-s" aria-hidden />
          </button>
        }
      />
      {layer}
    </>
  )
}

const columns: readonly Column<Node>[] = [
  {
    key: 'name',
    label: 'Node',
    width: 'minmax(170px, 1.6fr)',
    phone: 'title',
    render: (node) => (
      <>
        <Glyph state={nodeGlyph(node)} label={nodeWord(node) ?? 'ready'} />
        <span className="cut">{node.hostname}</span>
        {nodeWord(node) !== null && (
          <span className={`font-normal text-meta t-${nodeGlyph(node)}`}>{nodeWord(node)}</span>
        )}
      </>
    ),
  },
  { key: 'role', label: 'Role', width: 'minmax(100px, 0.8fr)', phone: 'side', render: roleWord },
  {
    key: 'address',
    label: 'Address',
    width: 'minmax(100px, 0.8fr)',
    render: (node) => <span className="mono">{node.address}</span>,
  },
  {
    key: 'cpu',
    label: 'CPU reserved',
    width: 'minmax(150px, 1fr)',
    render: (node) => (
      <span className="flex items-center gap-2">
        <Meter value={node.reservedCpus} of={node.cpus} label="CPU reserved" />
        <span className="num">{`${Math.round(node.reservedCpus * 100) / 100} of ${cores(node.cpus)}`}</span>
      </span>
    ),
  },
  {
    key: 'memory',
    label: 'Memory reserved',
    width: 'minmax(160px, 1fr)',
    render: (node) => (
      <span className="flex items-center gap-2">
        <Meter value={node.reservedMemoryBytes} of={node.memoryBytes} label="Memory reserved" />
        <span className="num">{`${bytes(node.reservedMemoryBytes)} of ${bytes(node.memoryBytes)}`}</span>
      </span>
    ),
  },
  {
    key: 'tasks',
    label: 'Tasks',
    width: 'minmax(110px, 0.9fr)',
    phone: 'hide',
    render: (node) => taskCounts(node.tasks),
  },
  {
    key: 'labels',
    label: 'Labels',
    width: 'minmax(120px, 1.2fr)',
    phone: 'hide',
    render: (node) => (
      <span className="flex gap-1 overflow-hidden">
        {Object.entries(node.labels).map(([key, value]) => (
          <Tag key={key}>
            <span className="text-ink-3">{key}</span> {value}
          </Tag>
        ))}
      </span>
    ),
  },
  {
    key: 'engine',
    label: 'Engine',
    width: '86px',
    phone: 'hide',
    render: (node) => <span className="mono text-ink-3">{node.engineVersion}</span>,
  },
]
