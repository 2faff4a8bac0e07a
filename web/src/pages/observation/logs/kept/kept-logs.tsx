import type { LogSource } from '@wheelhouse/contract'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { Pick } from '../../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../../ui/control/use-url.ts'
import { moment } from '../../../../ui/format/age.ts'
import { bytes, count, plural } from '../../../../ui/format/number.ts'
import { type Column, Table } from '../../../../ui/list/table.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { LogTabs } from '../log-tabs.tsx'
import { queryOf } from '../search/ask.ts'
import { referenceOf, useSources } from '../search/sources.ts'
import { ForgetDialog } from './forget-dialog.tsx'
import { StoragePanel } from './storage-panel.tsx'
import { inOrder, orders, sourceGlyph, sourceWords } from './words.ts'

/** What is kept of whom, and how much room it takes. */
export function KeptLogs() {
  const [q, setQ] = useParam('q')
  const [state, setState] = useParam('state')
  const [order, setOrder] = useParam('order', 'size')
  const setParams = useSetParams()
  const may = useMay()
  const [forgetting, setForgetting] = useState<LogSource | null>(null)
  const asked = useSources()
  const all = asked.data ?? []
  const wanted = q.trim().toLowerCase()
  const rows = inOrder(
    all.filter(
      (source) =>
        (state === '' || source.state === state || (state === 'problem' && source.problem !== null)) &&
        `${source.name} ${source.stack ?? ''} ${source.targetName ?? ''}`.toLowerCase().includes(wanted),
    ),
    order,
  )
  const forgets = may('settings.manage')
  return (
    <>
      <PageHead
        title="Logs"
        tab="Kept logs"
        meta={asked.data && `lines of ${plural(all.length, 'service')} are kept`}
      />
      <LogTabs current="kept" />
      <StoragePanel />
      <div className="toolbar">
        <FilterBox label="Filter services" placeholder="Filter by name, stack, target" value={q} onChange={setQ} />
        <Pick
          label="State"
          value={state}
          onPick={setState}
          options={[
            { value: '', label: 'any' },
            ...Object.entries(sourceWords).map(([value, label]) => ({ value, label })),
            { value: 'problem', label: 'with a problem' },
          ]}
        />
        <Pick label="Order" value={order} onPick={setOrder} options={orders} />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton rows={8} />}
      {asked.data && all.length === 0 && (
        <Empty
          title="No lines are kept yet."
          action={
            <Go className="btn" href={paths.services()}>
              Open services
            </Go>
          }
        >
          Lines are kept from when a service is first seen.
        </Empty>
      )}
      {all.length > 0 && rows.length === 0 && (
        <Empty
          title="No service matches."
          action={<Button onClick={() => setParams({ q: null, state: null })}>Clear filters</Button>}
        >
          {plural(all.length, 'service is', 'services are')} hidden.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Kept logs"
          rows={rows}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => paths.keptLog(id)}
          below={({ problem }) => problem !== null && <span className="tr-why">{problem}</span>}
          acts={(source) => (
            <>
              <Go className="btn" href={paths.logs(queryOf({ service: referenceOf(source, all), range: 'all' }))}>
                Search
              </Go>
              {forgets && (
                <Button
                  look="ghost"
                  icon={Trash2}
                  aria-label={`Forget what is kept of ${source.name}`}
                  title="Forget…"
                  onClick={() => setForgetting(source)}
                />
              )}
            </>
          )}
          actsWidth={forgets ? '104px' : '72px'}
          columns={columns}
        />
      )}
      {forgetting && <ForgetDialog source={forgetting} onClose={() => setForgetting(null)} />}
    </>
  )
}

const columns: readonly Column<LogSource>[] = [
  {
    key: 'service',
    label: 'Service',
    width: 'minmax(160px, 1.6fr)',
    phone: 'title',
    render: (source) => (
      <>
        <Glyph state={sourceGlyph(source)} label={sourceWords[source.state]} />
        <span className="cut">{source.name}</span>
        {source.state !== 'followed' && (
          <span className="font-normal text-meta text-ink-3">{sourceWords[source.state]}</span>
        )}
      </>
    ),
  },
  { key: 'stack', label: 'Stack', width: 'minmax(80px, 0.8fr)', render: ({ stack }) => stack ?? '–' },
  {
    key: 'target',
    label: 'Target',
    width: 'minmax(80px, 0.8fr)',
    render: ({ targetName }) => targetName ?? <span className="text-ink-3">no longer registered</span>,
  },
  { key: 'lines', label: 'Lines', width: '100px', num: true, phone: 'side', render: ({ lines }) => count(lines) },
  {
    key: 'bytes',
    label: 'On disk',
    width: '80px',
    num: true,
    render: (source) => (source.bytes === 0 ? '–' : bytes(source.bytes)),
  },
  {
    key: 'oldest',
    label: 'Since',
    width: '130px',
    num: true,
    phone: 'hide',
    render: ({ oldestAt }) => (oldestAt === null ? '–' : moment(oldestAt)),
  },
  { key: 'newest', label: 'Last line', width: '80px', num: true, render: ({ newestAt }) => <Age at={newestAt} /> },
]
