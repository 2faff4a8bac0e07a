import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick, Segment } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { FileBrowser } from '../files/file-browser.tsx'
import { FilePanel } from '../files/file-panel.tsx'
import { parentOf } from '../files/path.ts'
import { placeOfContainer } from './place.ts'

/** The files of a container, and which of them are not as the image brought them. */
export function FilesTab({ service }: { service: Service }) {
  const may = useMay()
  const [view, setView] = useParam('view', 'all')
  const [path] = useParam('path', '/')
  const [file] = useParam('file')
  if (!may('files.read', { targetId: service.targetId, serviceId: service.id }))
    return (
      <Empty title="You may see this container, not its files.">
        Someone who manages {service.targetName} can allow it.
      </Empty>
    )
  const place = placeOfContainer(service, may)
  return (
    <div className="page">
      <div className="flex flex-col gap-3">
        <span>
          <Segment
            label="Files"
            value={view}
            onPick={setView}
            options={[
              { value: 'all', label: 'All' },
              { value: 'changed', label: 'Changed since the image' },
            ]}
          />
        </span>
        {file !== '' && <FilePanel key={file} place={place} path={file} />}
        {view === 'changed' ? <Changes service={service} /> : <FileBrowser place={place} path={path} />}
      </div>
    </div>
  )
}

const signs = { added: '+', changed: '~', removed: '−' } as const
const shownMost = 500

function Changes({ service }: { service: Service }) {
  const setParams = useSetParams()
  const [q, setQ] = useState('')
  const [kind, setKind] = useState('')
  const asked = useQuery({
    queryKey: keys.changedFiles(service.id),
    queryFn: () => client.containers.changes({ id: service.id }),
    staleTime: 0,
    retry: false,
  })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton />
  const { items, truncated } = asked.data
  const rows = items.filter(
    (row) => (kind === '' || row.change === kind) && row.path.toLowerCase().includes(q.toLowerCase()),
  )
  return (
    <Panel
      title="Changed since the image"
      meta={plural(items.length, 'path')}
      flush
      actions={
        <Button busy={asked.isFetching} onClick={() => void asked.refetch()}>
          Look again
        </Button>
      }
      foot={
        (truncated || rows.length > shownMost) && (
          <span>
            {truncated ? 'There are more than are told here. ' : ''}
            {rows.length > shownMost
              ? `The first ${shownMost} of ${rows.length} are shown: filter for the others.`
              : ''}
          </span>
        )
      }
    >
      {items.length === 0 ? (
        <p className="text-ink-3 p-4">Every file is as the image brought it.</p>
      ) : (
        <>
          <div className="toolbar">
            <FilterBox label="Filter paths" placeholder="Filter by path" value={q} onChange={setQ} />
            <Pick
              label="Change"
              value={kind}
              onPick={setKind}
              options={[
                { value: '', label: 'any' },
                { value: 'added', label: 'added' },
                { value: 'changed', label: 'changed' },
                { value: 'removed', label: 'removed' },
              ]}
            />
          </div>
          {rows.length === 0 && <p className="text-ink-3 p-4">No path matches.</p>}
          <Table
            label="Changed paths"
            rows={rows.slice(0, shownMost)}
            keyOf={(row) => row.path}
            onOpen={(row) =>
              setParams({ view: null, file: null, path: parentOf(row.path) === '/' ? null : parentOf(row.path) })
            }
            columns={[
              {
                key: 'path',
                label: 'Path',
                width: 'minmax(200px, 1fr)',
                phone: 'title',
                render: (row) => <span className="mono cut">{row.path}</span>,
              },
              {
                key: 'change',
                label: 'Change',
                width: '110px',
                phone: 'side',
                render: (row) => (
                  <span className="text-ink-2">
                    <span className="mono" aria-hidden>
                      {signs[row.change]}
                    </span>{' '}
                    {row.change}
                  </span>
                ),
              },
            ]}
          />
        </>
      )}
    </Panel>
  )
}
