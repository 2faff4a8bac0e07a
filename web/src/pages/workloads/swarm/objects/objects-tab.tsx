import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Job, Swarm, SwarmObject } from '@wheelhouse/contract'
import { Ellipsis, Eye, RefreshCw, RotateCcw, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { PlanDialog } from '../../../../acts/plan-dialog.tsx'
import { allPages } from '../../../../api/fleet.ts'
import { jobs } from '../../../../api/observation/jobs.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { Pick } from '../../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../../ui/control/use-url.ts'
import { bytes } from '../../../../ui/format/number.ts'
import { type Column, Table } from '../../../../ui/list/table.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Tag } from '../../../../ui/state/badge.tsx'
import { JobDialog } from '../../images/job-dialog.tsx'
import { type ObjectKind, operationsOf } from './kinds.ts'
import { NewObject } from './new-object.tsx'
import { ReadDialog } from './read-dialog.tsx'
import { RevertDialog } from './revert-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'

type Open =
  | { readonly what: 'rotate' | 'revert' | 'remove' | 'read'; readonly object: SwarmObject }
  | { readonly what: 'job'; readonly job: Job }

/** Secrets or configs of a Swarm with who uses them; the newest of each family, or every version. */
export function ObjectsTab({ swarm, kind }: { swarm: Swarm; kind: ObjectKind }) {
  const may = useMay()
  const [q, setQ] = useParam('q')
  const [versions, setVersions] = useParam('versions')
  const setParams = useSetParams()
  // The button for it stands in the head of the page.
  const [making, setMaking] = useParam('new')
  const [open, setOpen] = useState<Open | null>(null)
  const filter = { swarm: swarm.targetId, ...(q ? { q } : {}), ...(versions === '1' ? { versions: true } : {}) }
  const asked = useQuery({
    queryKey: keys.swarmObjects(kind, filter),
    queryFn: () =>
      allPages((cursor) => operationsOf(kind).list({ ...filter, limit: 1000, ...(cursor ? { cursor } : {}) })),
    placeholderData: (before) => before,
  })
  const rows = asked.data ?? []
  const manages = may('swarm.manage', { targetId: swarm.targetId })
  return (
    <>
      <div className="toolbar">
        <FilterBox label={`Filter ${kind}s`} placeholder="Filter by name" value={q} onChange={setQ} />
        <Pick
          label="Versions"
          value={versions}
          onPick={setVersions}
          options={[
            { value: '', label: 'newest' },
            { value: '1', label: 'all' },
          ]}
        />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && rows.length === 0 && (
        <Empty
          title={q === '' ? `No ${kind}s.` : `No ${kind} matches.`}
          action={q !== '' && <Button onClick={() => setParams({ q: null })}>Clear filter</Button>}
        >
          {q === ''
            ? `A ${kind} is a file that the Swarm keeps and gives to the services that name it.`
            : 'The filter hides the others.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label={kind === 'secret' ? 'Secrets' : 'Configs'}
          rows={rows}
          keyOf={(row) => row.id}
          stale={() => swarm.stale}
          columns={columns}
          {...(manages ? { acts: (row: SwarmObject) => <ObjectMenu object={row} kind={kind} onOpen={setOpen} /> } : {})}
        />
      )}
      {making === '1' && manages && <NewObject swarm={swarm} kind={kind} onClose={() => setMaking('')} />}
      <Layer open={open} swarm={swarm} kind={kind} onOpen={setOpen} />
    </>
  )
}

interface MenuProps {
  readonly object: SwarmObject
  readonly kind: ObjectKind
  readonly onOpen: (open: Open) => void
}

function ObjectMenu({ object, kind, onOpen }: MenuProps) {
  const entry = (what: 'rotate' | 'revert' | 'remove' | 'read') => (): void => onOpen({ what, object })
  return (
    <Menu
      entries={[
        ...(kind === 'config' ? [{ label: 'Read', icon: Eye, run: entry('read') }] : []),
        { label: 'New version…', icon: RefreshCw, run: entry('rotate') },
        { label: 'Back to an earlier version…', icon: RotateCcw, run: entry('revert') },
        { label: `Remove ${kind}…`, icon: Trash2, danger: true, run: entry('remove') },
      ]}
      trigger={
        <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions for ${object.name}`}>
          <Ellipsis className="icon-s" aria-hidden />
        </button>
      }
    />
  )
}

interface LayerProps {
  readonly open: Open | null
  readonly swarm: Swarm
  readonly kind: ObjectKind
  readonly onOpen: (open: Open | null) => void
}

function Layer({ open, swarm, kind, onOpen }: LayerProps): ReactNode {
  const cache = useQueryClient()
  const close = (): void => onOpen(null)
  const follow = (job: Job): void => {
    jobs.set(job)
    onOpen({ what: 'job', job })
  }
  switch (open?.what) {
    case 'read':
      return <ReadDialog object={open.object} onClose={close} />
    case 'rotate':
      return <RotateDialog object={open.object} kind={kind} onStarted={follow} onClose={close} />
    case 'revert':
      return <RevertDialog object={open.object} kind={kind} onStarted={follow} onClose={close} />
    case 'job':
      return <JobDialog started={open.job} onClose={close} />
    case 'remove': {
      const input = { swarm: swarm.targetId, name: open.object.name }
      return (
        <PlanDialog
          title={`Remove ${kind} ${open.object.name} from ${swarm.name}?`}
          keep={`Keep ${kind}`}
          act={() => `Remove ${kind} ${open.object.name}`}
          typeName={open.object.name}
          what={`${kind}.remove`}
          input={input}
          plan={() => operationsOf(kind).remove.plan(input)}
          run={() => operationsOf(kind).remove(input)}
          onDone={() => {
            void cache.invalidateQueries({ queryKey: [`swarm-${kind}s`] })
            toast({ state: 'stopped', title: `${open.object.name} is removed` })
            close()
          }}
          onClose={close}
        />
      )
    }
    default:
      return null
  }
}

const columns: readonly Column<SwarmObject>[] = [
  {
    key: 'name',
    label: 'Name',
    width: 'minmax(160px, 1.4fr)',
    phone: 'title',
    render: (row) => (
      <>
        <span className="cut" title={row.name}>
          {row.name}
        </span>
        {row.name !== row.family && (
          <Tag>
            <span className="text-ink-3">of</span> {row.family}
          </Tag>
        )}
      </>
    ),
  },
  {
    key: 'version',
    label: 'Version',
    width: '90px',
    phone: 'side',
    render: (row) => (row.newest ? `${row.version}` : `${row.version}, older`),
  },
  {
    key: 'users',
    label: 'Used by',
    width: 'minmax(180px, 2.4fr)',
    phone: 'line',
    render: (row) =>
      row.usedBy.length === 0 ? (
        <span className="text-ink-3">nobody</span>
      ) : (
        <span className="flex flex-wrap gap-x-3">
          {row.usedBy.map(({ serviceId, name, file }) => (
            <span key={`${serviceId} ${file}`} className="whitespace-nowrap">
              <Go className="link" href={paths.service(serviceId)}>
                {name}
              </Go>{' '}
              <span className="mono text-ink-3">{file}</span>
            </span>
          ))}
        </span>
      ),
  },
  {
    key: 'size',
    label: 'Size',
    width: '76px',
    num: true,
    phone: 'hide',
    render: (row) => (row.sizeBytes === null ? '–' : bytes(row.sizeBytes)),
  },
  { key: 'stack', label: 'Stack', width: 'minmax(80px, 0.8fr)', phone: 'hide', render: (row) => row.stack ?? '–' },
  { key: 'age', label: 'Made', width: '70px', num: true, render: (row) => <Age at={row.createdAt} /> },
]
