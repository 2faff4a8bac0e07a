import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Dashboard } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { download } from '../../../api/download.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, StaleStrip } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { BoardSettings } from './edit/board-dialog.tsx'
import { BoardEditor } from './edit/board-editor.tsx'
import { BoardGrid } from './grid/board-grid.tsx'
import { byId, useBoard, useBoardData } from './use-board.ts'

const crumbs = [{ label: 'Dashboards', href: paths.dashboards() }]
const ranges = [
  { value: '', label: 'as set' },
  { value: '900000', label: 'last 15 min' },
  { value: '3600000', label: 'last hour' },
  { value: '21600000', label: 'last 6 h' },
  { value: '86400000', label: 'last 24 h' },
  { value: '604800000', label: 'last 7 days' },
]

/** A board, as it is looked at or as it is written. */
export function DashboardPage() {
  const { id = '' } = useParams({ strict: false })
  const asked = useBoard(id)
  if (!asked.data)
    return (
      <Unready
        title="Dashboard"
        crumbs={crumbs}
        asked={asked}
        wayOut={{ label: 'Open dashboards', href: paths.dashboards() }}
      />
    )
  return <Known key={asked.data.id} board={asked.data} />
}

function Known({ board }: { board: Dashboard }) {
  const cache = useQueryClient()
  const go = useGo()
  const [edit, setEdit] = useParam('edit')
  const [range, setRange] = useParam('range')
  const [setting, setSetting] = useState(false)
  const isEditing = edit === '1' && board.mayChange
  const rangeMs = Number(range) > 0 ? Number(range) : board.rangeMs
  const data = useBoardData(board.id, rangeMs, !isEditing)
  const keep = (next: Dashboard): void => {
    cache.setQueryData(keys.dashboard(board.id), next)
    void cache.invalidateQueries({ queryKey: keys.dashboards, exact: true })
  }
  const failed = (error: unknown): void => void toast({ state: 'failed', title: wordsFor(error).what, stays: true })
  const save = async (): Promise<void> => {
    const file = await client.dashboards.export({ id: board.id })
    await download(`${board.name.replaceAll(/[^\w.-]+/g, '-')}.dashboard.json`, async () =>
      new Blob([`${JSON.stringify(file, null, 2)}\n`]).stream(),
    )
  }
  const copy = async (): Promise<void> => {
    const made = await client.dashboards.duplicate({ id: board.id })
    void cache.invalidateQueries({ queryKey: keys.dashboards, exact: true })
    go(paths.dashboard(made.id))
  }
  useKeys('Dashboard', [
    { keys: 'e', label: 'Edit the dashboard', run: () => board.mayChange && setEdit('1') },
    { keys: 'w', label: 'Show on a wall', run: () => go(paths.wall([board.id])) },
  ])
  if (isEditing) return <BoardEditor board={board} rangeMs={rangeMs} onSaved={keep} onClose={() => setEdit('')} />
  const newer = data.data !== undefined && data.data.version > board.version
  return (
    <>
      <PageHead
        title={board.name}
        crumbs={crumbs}
        meta={
          <span className="dotted">
            {board.description && <span>{board.description}</span>}
            {board.shared && <span>shared{board.own ? '' : ` by ${board.owner}`}</span>}
            <span>
              changed <Age at={board.changedAt} suffix=" ago" />
            </span>
          </span>
        }
        actions={
          <>
            <Pick label="Time" value={range} options={ranges} onPick={setRange} />
            <Go className="btn" href={paths.wall([board.id])}>
              Wall
            </Go>
            <Button onClick={() => void save().catch(failed)}>Export</Button>
            <Button onClick={() => void copy().catch(failed)}>Copy</Button>
            {board.mayChange && (
              <>
                <Button onClick={() => setSetting(true)}>Settings…</Button>
                <Button look="primary" hint="E" onClick={() => setEdit('1')}>
                  Edit
                </Button>
              </>
            )}
          </>
        }
      />
      {newer && (
        <StaleStrip retry={() => void cache.invalidateQueries({ queryKey: keys.dashboard(board.id) })}>
          It was changed since you opened it.
        </StaleStrip>
      )}
      {data.error !== null && (
        <StaleStrip retry={() => void data.refetch()}>
          {wordsFor(data.error).what} You see what was known before.
        </StaleStrip>
      )}
      <div className="page pt-1!">
        {board.widgets.length === 0 ? (
          <Empty
            title="Nothing is on it yet."
            action={
              board.mayChange && (
                <Button look="primary" onClick={() => setEdit('1')}>
                  Add widgets
                </Button>
              )
            }
          >
            Figures, charts, tables, lines, alerts, notes and buttons.
          </Empty>
        ) : (
          <BoardGrid label={`Widgets of ${board.name}`} widgets={board.widgets} data={byId(data.data?.widgets)} />
        )}
      </div>
      {setting && (
        <BoardSettings
          board={board}
          onClose={() => setSetting(false)}
          onSaved={(next) => {
            keep(next)
            setSetting(false)
          }}
        />
      )}
    </>
  )
}
