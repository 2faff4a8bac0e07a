import { useQuery } from '@tanstack/react-query'
import type { Network } from '@wheelhouse/contract'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { listed, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { EngineField, useEngineChoice, useEngines } from '../engine-field.tsx'
import { ListPage } from '../list-page.tsx'
import { UnseenNodes } from '../swarm/nodes/unseen-nodes.tsx'
import { NewNetwork } from './new-network.tsx'
import { TopologyView } from './topology/topology-view.tsx'

const views = [
  { value: 'list', label: 'List' },
  { value: 'map', label: 'Map' },
]

/** Networks of all engines with who is in them, as a list or as a map. */
export function NetworkList() {
  const [view, setView] = useParam('view', 'list')
  const [q, setQ] = useParam('q')
  const [stack] = useParam('stack')
  const [target] = useParam('target')
  const setParams = useSetParams()
  const [open, setOpen] = useState<'new' | 'prune' | null>(null)
  const engines = useEngines('networks')
  const filter = { ...(q ? { q } : {}), ...(target ? { target } : {}), ...(stack ? { stack } : {}) }
  const asked = useQuery({
    queryKey: keys.networks(filter),
    queryFn: () =>
      allPages((cursor) => client.networks.list({ ...filter, limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  })
  const rows = asked.data ?? []
  const manages = engines.length > 0
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setOpen('new')}>
      New network…
    </Button>
  )
  return (
    <>
      <ListPage
        title="Networks"
        meta={asked.data && plural(rows.length, 'network')}
        actions={
          manages && (
            <>
              <Button icon={Trash2} onClick={() => setOpen('prune')}>
                Remove unused…
              </Button>
              {create}
            </>
          )
        }
        told={<UnseenNodes what="local networks" />}
        toolbar={
          <>
            <Segment label="View" value={view} options={views} onPick={setView} />
            <FilterBox label="Filter networks" placeholder="Filter by name, subnet, stack" value={q} onChange={setQ} />
            {stack !== '' && (
              <Button onClick={() => setParams({ stack: null })} aria-label={`Show all stacks, not only ${stack}`}>
                stack {stack} ×
              </Button>
            )}
          </>
        }
        asked={asked}
        none={{
          title: 'No networks.',
          why: 'Register a Docker engine to see its networks.',
          act: manages && create,
        }}
        filtered={
          q !== '' || target !== '' || stack !== ''
            ? { title: 'No network matches.', clear: () => setParams({ q: null, target: null, stack: null }) }
            : null
        }
        {...(view === 'map' ? { instead: <TopologyView target={target} stack={stack} q={q} /> } : {})}
      >
        <NetworkTable rows={rows} />
      </ListPage>
      {open === 'new' && <NewNetwork targetId={target} onClose={() => setOpen(null)} />}
      {open === 'prune' && <PruneNetworks targetId={target} onClose={() => setOpen(null)} />}
    </>
  )
}

function NetworkTable({ rows }: { rows: readonly Network[] }) {
  return (
    <Table
      label="Networks"
      rows={rows}
      keyOf={(row) => row.id}
      hrefOf={(row) => paths.network(row.targetId, row.networkId.slice(0, 12))}
      stale={(row) => row.stale}
      columns={[
        {
          key: 'name',
          label: 'Network',
          width: 'minmax(150px, 1.6fr)',
          phone: 'title',
          render: (row) => (
            <>
              <span className="cut" title={row.name}>
                {row.name}
              </span>
              {row.builtIn && <Tag>of the engine</Tag>}
              {row.internal && <Tag>internal</Tag>}
            </>
          ),
        },
        { key: 'driver', label: 'Driver', width: '80px', render: (row) => row.driver },
        {
          key: 'subnet',
          label: 'Subnet',
          width: 'minmax(120px, 1fr)',
          render: (row) => <span className="mono">{row.subnets.map(({ subnet }) => subnet).join(', ') || '–'}</span>,
        },
        {
          key: 'attached',
          label: 'Attached',
          width: 'minmax(140px, 2fr)',
          phone: 'line',
          render: (row) =>
            row.attached.length === 0 ? (
              <span className="text-ink-3">nothing</span>
            ) : (
              <span title={row.attached.map(({ name, ipv4 }) => `${name} ${ipv4 ?? ''}`).join('\n')}>
                {listed(
                  row.attached.map(({ name }) => name),
                  3,
                )}
              </span>
            ),
        },
        { key: 'stack', label: 'Stack', width: 'minmax(80px, 1fr)', render: (row) => row.stack ?? '–' },
        { key: 'target', label: 'Target', width: 'minmax(80px, 1fr)', phone: 'side', render: (row) => row.targetName },
      ]}
    />
  )
}

function PruneNetworks({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const { engine, target, choose } = useEngineChoice('networks', targetId)
  const input = { target }
  return (
    <PlanDialog
      title={`Remove unused networks of ${engine?.name ?? ''}?`}
      keep="Keep them all"
      act={(going) => (going === 0 ? 'Remove nothing' : `Remove ${plural(going, 'network')}`)}
      what="networks.prune"
      input={input}
      plan={() => client.networks.prune.plan(input)}
      run={(digest) => client.networks.prune({ ...input, digest })}
      onDone={({ removed }) => {
        toast({ state: 'stopped', title: `${plural(removed.length, 'network')} removed` })
        onClose()
      }}
      onClose={onClose}
    >
      <EngineField kind="networks" value={target} onChange={choose} />
    </PlanDialog>
  )
}
