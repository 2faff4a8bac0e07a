import { useQuery } from '@tanstack/react-query'
import type { Volume } from '@wheelhouse/contract'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages, targets } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { bytes, listed, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { ListPage } from '../list-page.tsx'
import { UnseenNodes } from '../swarm/nodes/unseen-nodes.tsx'
import { NewVolume } from './new-volume.tsx'
import { PruneDialog } from './prune-dialog.tsx'

type Sort = 'name' | 'size' | 'created' | 'target'
const uses = [
  { value: '', label: 'any' },
  { value: 'used', label: 'used' },
  { value: 'unused', label: 'unused' },
]
const sorts = [
  { value: 'name', label: 'name' },
  { value: 'size', label: 'size' },
  { value: 'created', label: 'newest' },
  { value: 'target', label: 'target' },
]

const users = (row: Volume): string => listed([...new Set(row.usedBy.map(({ name }) => name))], 2)

/** Volumes of all engines, with who uses them. */
export function VolumeList() {
  const may = useMay()
  const [q, setQ] = useParam('q')
  const [use, setUse] = useParam('use')
  const [sort, setSort] = useParam('sort', 'name')
  const [target] = useParam('target')
  const setParams = useSetParams()
  const [open, setOpen] = useState<'new' | 'prune' | null>(null)
  const engines = useRows(targets).filter((row) => row.capabilities.includes('volumes'))
  const wanted: 'used' | 'unused' | null = use === 'used' || use === 'unused' ? use : null
  const filter = {
    sort: sort as Sort,
    ...(q ? { q } : {}),
    ...(wanted ? { use: wanted } : {}),
    ...(target ? { target } : {}),
  }
  const asked = useQuery({
    queryKey: keys.volumes(filter),
    queryFn: () => allPages((cursor) => client.volumes.list({ ...filter, limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  })
  const rows = asked.data ?? []
  const known = rows.filter((row) => row.sizeBytes !== null)
  const manages = engines.some((row) => may('volumes.manage', { targetId: row.id }))
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setOpen('new')}>
      New volume…
    </Button>
  )
  return (
    <>
      <ListPage
        title="Volumes"
        meta={
          asked.data &&
          `${plural(rows.length, 'volume')}${known.length > 0 ? `, ${bytes(known.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0))} counted` : ''}`
        }
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
        told={<UnseenNodes what="volumes" />}
        toolbar={
          <>
            <FilterBox label="Filter volumes" placeholder="Filter by name, stack" value={q} onChange={setQ} />
            <Pick label="Use" value={use} onPick={setUse} options={uses} />
            <Pick label="Order" value={sort} onPick={setSort} options={sorts} />
          </>
        }
        asked={asked}
        none={{
          title: 'No volumes.',
          why: 'Stacks make theirs by themselves; one can be made by hand too.',
          act: manages && create,
        }}
        filtered={
          q !== '' || use !== '' || target !== ''
            ? { title: 'No volume matches.', clear: () => setParams({ q: null, use: null, target: null }) }
            : null
        }
      >
        <Table
          label="Volumes"
          rows={rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => paths.volume(row.targetId, row.name)}
          stale={(row) => row.stale}
          columns={[
            {
              key: 'name',
              label: 'Volume',
              width: 'minmax(160px, 2fr)',
              phone: 'title',
              render: (row) => (
                <>
                  <span className={`cut ${row.anonymous ? 'mono' : ''}`} title={row.name}>
                    {row.anonymous ? row.name.slice(0, 12) : row.name}
                  </span>
                  {row.anonymous && <Tag>anonymous</Tag>}
                </>
              ),
            },
            {
              key: 'used',
              label: 'Used by',
              width: 'minmax(120px, 1.6fr)',
              phone: 'line',
              render: (row) =>
                row.usedBy.length === 0 ? (
                  <span className="text-ink-3">nothing</span>
                ) : (
                  <span title={row.usedBy.map(({ name, path }) => `${name} at ${path}`).join('\n')}>{users(row)}</span>
                ),
            },
            { key: 'stack', label: 'Stack', width: 'minmax(80px, 1fr)', render: (row) => row.stack ?? '–' },
            { key: 'target', label: 'Target', width: 'minmax(80px, 1fr)', render: (row) => row.targetName },
            { key: 'driver', label: 'Driver', width: '80px', phone: 'hide', render: (row) => row.driver },
            {
              key: 'size',
              label: 'Size',
              width: '80px',
              num: true,
              phone: 'side',
              render: (row) => (row.sizeBytes === null ? '–' : bytes(row.sizeBytes)),
            },
            {
              key: 'age',
              label: 'Age',
              width: '70px',
              num: true,
              phone: 'hide',
              render: (row) => <Age at={row.createdAt} />,
            },
          ]}
        />
      </ListPage>
      {open === 'new' && <NewVolume targetId={target} onClose={() => setOpen(null)} />}
      {open === 'prune' && <PruneDialog targetId={target} onClose={() => setOpen(null)} />}
    </>
  )
}
