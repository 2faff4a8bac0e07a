import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DashboardRow } from '@wheelhouse/contract'
import { Plus, Star } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { Table } from '../../../ui/list/table.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { NewBoard } from './edit/board-dialog.tsx'
import { ImportDialog } from './edit/import-dialog.tsx'

/** One's own boards and the shared ones. */
export function DashboardList() {
  const go = useGo()
  const cache = useQueryClient()
  const [layer, setLayer] = useState<'new' | 'import' | 'on-call' | 'fleet' | null>(null)
  const [removing, setRemoving] = useState<DashboardRow | null>(null)
  const asked = useQuery({ queryKey: keys.dashboards, queryFn: () => client.dashboards.list({ limit: 500 }) })
  const again = (): void => void cache.invalidateQueries({ queryKey: keys.dashboards })
  const failed = (error: unknown): void => void toast({ state: 'failed', title: wordsFor(error).what, stays: true })
  const begin = useMutation({
    mutationFn: (id: string | null) => client.dashboards.begin({ id }),
    onSuccess: again,
    onError: failed,
  })
  const remove = useMutation({
    mutationFn: ({ id }: DashboardRow) => client.dashboards.remove({ id }),
    onSuccess: (_, { name }) => {
      setRemoving(null)
      toast({ state: 'stopped', title: `${name} removed` })
      again()
    },
    onError: failed,
  })
  const rows = asked.data?.items ?? []
  const wall = rows.filter(({ widgetCount }) => widgetCount > 0)
  return (
    <>
      <PageHead
        title="Dashboards"
        meta="your own and the shared ones"
        actions={
          <>
            {wall.length > 0 && (
              <Go className="btn" href={paths.wall(wall.map(({ id }) => id))}>
                Show on a wall
              </Go>
            )}
            <Button onClick={() => setLayer('import')}>Import…</Button>
            <Button look="primary" icon={Plus} onClick={() => setLayer('new')}>
              New dashboard…
            </Button>
          </>
        }
      />
      {asked.error !== null && (
        <div className="page">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton rows={4} />}
      {asked.data && rows.length === 0 && (
        <Empty
          title="No dashboard yet."
          action={
            <>
              <Button look="primary" onClick={() => setLayer('fleet')}>
                Begin with the fleet
              </Button>
              <Button onClick={() => setLayer('on-call')}>Begin with what is on call</Button>
            </>
          }
        >
          A dashboard holds figures, charts, lines and buttons of what you choose. The overview stays as it is.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table<DashboardRow>
          label="Dashboards"
          rows={rows}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => paths.dashboard(id)}
          actsWidth="190px"
          acts={(row) => (
            <>
              <Button
                look="ghost"
                icon={Star}
                aria-pressed={row.isDefault}
                aria-label={row.isDefault ? `No longer begin with ${row.name}` : `Begin with ${row.name}`}
                className={row.isDefault ? 'text-accent-ink' : ''}
                onClick={() => begin.mutate(row.isDefault ? null : row.id)}
              />
              {row.mayChange && (
                <Button look="danger-quiet" onClick={() => setRemoving(row)}>
                  Remove…
                </Button>
              )}
            </>
          )}
          columns={[
            {
              key: 'name',
              label: 'Name',
              width: 'minmax(140px, 1.4fr)',
              phone: 'title',
              render: ({ name, isDefault, shared }) => (
                <>
                  <span className="cut">{name}</span>
                  {shared && <span className="tag">shared</span>}
                  {isDefault && <span className="tag">you begin here</span>}
                </>
              ),
            },
            {
              key: 'about',
              label: 'About',
              width: 'minmax(160px, 2fr)',
              phone: 'line',
              render: ({ description }) => <span className="text-ink-3">{description}</span>,
            },
            { key: 'owner', label: 'Of', width: '110px', render: ({ own, owner }) => (own ? 'you' : owner) },
            { key: 'widgets', label: 'Widgets', width: '70px', num: true, render: ({ widgetCount }) => widgetCount },
            {
              key: 'changed',
              label: 'Changed',
              width: '80px',
              num: true,
              phone: 'side',
              render: ({ changedAt }) => <Age at={changedAt} />,
            },
          ]}
        />
      )}
      {(layer === 'new' || layer === 'fleet' || layer === 'on-call') && (
        <NewBoard
          {...(layer === 'new' ? {} : { first: layer })}
          onClose={() => setLayer(null)}
          onMade={(board) => go(paths.dashboard(board.id, board.widgetCount === 0 ? '?edit=1' : ''))}
        />
      )}
      {layer === 'import' && (
        <ImportDialog onClose={() => setLayer(null)} onMade={(board) => go(paths.dashboard(board.id))} />
      )}
      {removing && (
        <DestroyDialog
          title={`Remove dashboard ${removing.name}?`}
          keep="Keep dashboard"
          act={`Remove ${removing.name}`}
          busy={remove.isPending}
          onAct={() => remove.mutate(removing)}
          onClose={() => setRemoving(null)}
        >
          <p>
            {removing.shared ? 'Everyone loses it: it is shared. ' : ''}Its {removing.widgetCount} widgets go. What they
            show stays where it is. Export it first to keep a copy.
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
