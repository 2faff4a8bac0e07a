import type { LogBookmark } from '@wheelhouse/contract'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { plainText } from '../../../../ui/log/ansi.ts'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { LogTabs } from '../log-tabs.tsx'
import { queryOf } from '../search/ask.ts'
import { MarkDialog, useMarks } from './mark-button.tsx'

const besideMs = 60_000

/** The line among what was said a minute before and behind it. */
const placeOf = ({ line }: LogBookmark): string =>
  paths.logs(
    queryOf({
      service: line.sourceId,
      since: new Date(Date.parse(line.at) - besideMs).toISOString(),
      until: new Date(Date.parse(line.at) + besideMs).toISOString(),
      line: line.position,
    }),
  )

/** Lines that one has marked for oneself. */
export function LogMarks() {
  const asked = useMarks()
  const [open, setOpen] = useState<LogBookmark | null>(null)
  const rows = asked.data?.items ?? []
  return (
    <div className="fill overflow-auto">
      <PageHead title="Logs" meta="lines you have marked, for you alone" />
      <LogTabs current="marks" />
      {asked.error ? (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      ) : !asked.data ? (
        <Skeleton rows={6} />
      ) : rows.length === 0 ? (
        <Empty title="You have marked no line yet.">Open a line in the search and press M.</Empty>
      ) : (
        <Table
          label="Marked lines"
          rows={rows}
          keyOf={({ id }) => id}
          hrefOf={placeOf}
          acts={(row) => (
            <Button look="ghost" icon={Pencil} aria-label="Change the note" onClick={() => setOpen(row)} />
          )}
          columns={[
            {
              key: 'line',
              label: 'Line',
              width: 'minmax(240px, 3fr)',
              phone: 'title',
              render: ({ line }) => <span className="mono">{plainText(line.text) || '(an empty line)'}</span>,
            },
            {
              key: 'note',
              label: 'Note',
              width: 'minmax(140px, 2fr)',
              phone: 'line',
              render: ({ note }) => note || <span className="text-ink-3">–</span>,
            },
            { key: 'service', label: 'Service', width: 'minmax(110px, 1fr)', render: ({ line }) => line.service },
            { key: 'at', label: 'Said', width: '170px', render: ({ line }) => moment(line.at) },
            {
              key: 'marked',
              label: 'Marked',
              width: '90px',
              phone: 'side',
              render: ({ createdAt }) => <Age at={createdAt} suffix=" ago" />,
            },
          ]}
        />
      )}
      {open && <MarkDialog position={open.line.position} mark={open} onClose={() => setOpen(null)} />}
    </div>
  )
}
