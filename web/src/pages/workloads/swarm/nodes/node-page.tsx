import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Node } from '@wheelhouse/contract'
import { Ellipsis } from 'lucide-react'
import { client } from '../../../../api/client.ts'
import { targets } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useRow } from '../../../../api/row-store.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Unready } from '../../../../shell/unready.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { Go, useGo } from '../../../../ui/control/link.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { bytes } from '../../../../ui/format/number.ts'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { Badge, Tag } from '../../../../ui/state/badge.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { Meter } from '../../../../ui/state/meter.tsx'
import { useTasks } from '../ask.ts'
import { TaskTable } from '../tasks/task-table.tsx'
import { cores, nodeGlyph, nodeWord, roleWord } from '../words.ts'
import { useNodeActs } from './use-node-acts.tsx'

/** One node: what it has, what is reserved and used of it, its labels, and the tasks there. */
export function NodePage() {
  const { swarm = '', node = '' } = useParams({ strict: false })
  const asked = useQuery({
    queryKey: keys.nodes({ swarm, node }),
    queryFn: ({ signal }) => client.nodes.get({ swarm, node }, { signal }),
    placeholderData: (before) => before,
    // What is used is a reading: no event tells of it.
    refetchInterval: 15_000,
  })
  const target = useRow(targets, swarm)
  const name = target?.name ?? 'Swarm'
  const crumbs = [
    { label: 'Swarms', href: paths.swarms() },
    { label: name, href: paths.swarm(swarm) },
    { label: 'Nodes', href: paths.swarm(swarm, 'nodes') },
  ]
  if (asked.data) return <Known node={asked.data} swarmName={name} crumbs={crumbs} />
  return (
    <Unready
      title="Node"
      crumbs={crumbs}
      asked={asked}
      wayOut={{ label: 'Open nodes', href: paths.swarm(swarm, 'nodes') }}
    />
  )
}

interface KnownProps {
  readonly node: Node
  readonly swarmName: string
  readonly crumbs: readonly { readonly label: string; readonly href: string }[]
}

function Known({ node, swarmName, crumbs }: KnownProps) {
  const go = useGo()
  const tasks = useTasks({ swarm: node.swarmId, node: node.nodeId })
  const engine = useRow(targets, node.targetId ?? '')
  const { entries, layer } = useNodeActs(node, {
    swarmName,
    onGone: () => go(paths.swarm(node.swarmId, 'nodes')),
  })
  const shown = entries.filter(({ danger }) => danger !== true).slice(0, 3)
  return (
    <>
      <PageHead
        title={node.hostname}
        crumbs={crumbs}
        badge={<Badge state={nodeGlyph(node)}>{nodeWord(node) ?? 'ready'}</Badge>}
        meta={
          <>
            {roleWord(node)}, {node.address}
            {engine && (
              <>
                , engine{' '}
                <Go href={paths.target(engine.id)} className="hover:text-ink">
                  {engine.name}
                </Go>
              </>
            )}
          </>
        }
        actions={
          entries.length > 0 && (
            <>
              {shown.map(({ label, icon, run }) => (
                <Button key={label} icon={icon} onClick={run}>
                  {label}
                </Button>
              ))}
              <Menu
                entries={entries.filter((entry) => !shown.includes(entry))}
                trigger={
                  <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions for ${node.hostname}`}>
                    <Ellipsis className="icon-s" aria-hidden />
                  </button>
                }
              />
            </>
          )
        }
      />
      <div className="page pt-2!">
        {node.targetId === null && (
          <div className="strip boxed mb-3" role="status">
            <Glyph state="unknown" />
            <span>
              The engine of {node.hostname} is no target here. A manager tells of its tasks; its containers, volumes and
              local networks cannot be seen, and nothing can be run in them.{' '}
              <Go className="link" href={`${paths.targets()}?add=1`}>
                Add the engine
              </Go>
              , such as <span className="mono">ssh://you@{node.address}</span>.
            </span>
          </div>
        )}
        {node.reason && (
          <div className={`note mb-3 ${node.state === 'down' ? '' : 'warn'}`} role="status">
            <Glyph state={nodeGlyph(node)} />
            <span>{node.reason}</span>
          </div>
        )}
        <div className="panels even">
          <Panel title="Room" span={5}>
            <div className="flex flex-col gap-3">
              <Room label="CPU" reserved={node.reservedCpus} used={node.usedCpus} of={node.cpus} format={cores} />
              <Room
                label="Memory"
                reserved={node.reservedMemoryBytes}
                used={node.usedMemoryBytes}
                of={node.memoryBytes}
                format={bytes}
              />
              <p className="meta">
                The scheduler counts what is reserved, not what is used.
                {node.usedCpus === null &&
                  ' What is used is not known: the engine of this node is not registered here.'}
              </p>
            </div>
          </Panel>
          <Panel title="Node" span={7}>
            <Facts
              rows={[
                ['Role', roleWord(node)],
                node.reachability === null
                  ? null
                  : ['Other managers', node.reachability === 'reachable' ? 'reach it' : 'do not reach it'],
                ['Availability', node.availability],
                ['System', `${node.os}, ${node.arch}`],
                ['Engine', node.engineVersion],
                ['Joined', moment(node.createdAt)],
                ['Labels', <Labels key="labels" labels={node.labels} />],
                Object.keys(node.engineLabels).length === 0
                  ? null
                  : ['Labels of the engine', <Labels key="engine" labels={node.engineLabels} />],
                [
                  'Id',
                  <span key="id" className="mono break-all">
                    {node.nodeId}
                  </span>,
                ],
              ]}
            />
          </Panel>
          <Panel title="Tasks here" meta={tasks.data ? String(tasks.data.length) : ''} flush>
            {tasks.error && (
              <div className="p-3">
                <TroubleBox trouble={wordsFor(tasks.error)} retry={() => void tasks.refetch()} />
              </div>
            )}
            {tasks.data?.length === 0 && <p className="px-3 pb-3 text-ink-3">No task runs here.</p>}
            {tasks.data && tasks.data.length > 0 && <TaskTable label="Tasks here" tasks={tasks.data} without="node" />}
          </Panel>
        </div>
      </div>
      {layer}
    </>
  )
}

function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const all = Object.entries(labels)
  if (all.length === 0) return <span className="text-ink-3">none</span>
  return (
    <span className="flex flex-wrap gap-1">
      {all.map(([key, value]) => (
        <Tag key={key}>
          <span className="text-ink-3">{key}</span> {value}
        </Tag>
      ))}
    </span>
  )
}

interface RoomProps {
  readonly label: string
  readonly reserved: number
  readonly used: number | null
  readonly of: number
  readonly format: (value: number) => string
}

function Room({ label, reserved, used, of, format }: RoomProps) {
  const line = (word: string, value: number) => (
    <div className="flex items-center gap-3">
      <span className="w-16 text-ink-3">{word}</span>
      <Meter value={value} of={of} label={`${label} ${word}`} />
      <span className="num w-20">{format(value)}</span>
    </div>
  )
  return (
    <div>
      <div className="flex justify-between">
        <span className="text-ink font-medium">{label}</span>
        <span className="num">{format(of)}</span>
      </div>
      {line('reserved', reserved)}
      {used !== null && line('used', used)}
    </div>
  )
}
