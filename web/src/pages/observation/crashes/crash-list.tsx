import { useQuery } from '@tanstack/react-query'
import type { Crash } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { moment } from '../../../ui/format/age.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { exitWords, ranFor } from './words.ts'

interface Filter {
  readonly service?: string
  readonly stack?: string
  readonly target?: string
  readonly since?: string
}

/** What crashed, newest first; each leads to all that is known of it. */
export function CrashList({ filter, named = true }: { filter: Filter; named?: boolean }) {
  const asked = useQuery({
    queryKey: keys.crashes(filter),
    queryFn: () => client.crashes.list({ ...filter, limit: 100 }),
    refetchInterval: 15_000,
  })
  if (asked.error) {
    const trouble = wordsFor(asked.error)
    if (trouble.code === 'NOT_FOUND') return <NoCrash />
    return (
      <div className="p-3">
        <TroubleBox trouble={trouble} retry={() => void asked.refetch()} />
      </div>
    )
  }
  if (!asked.data) return <Skeleton rows={4} />
  if (asked.data.items.length === 0) return <NoCrash />
  return (
    <>
      <CrashTable crashes={asked.data.items} named={named} />
      {asked.data.more && <p className="meta p-3">Older ones are not shown. Narrow the time to see them.</p>}
    </>
  )
}

export function CrashTable({ crashes, named = true }: { crashes: readonly Crash[]; named?: boolean }) {
  return (
    <Table
      label="Crashes"
      rows={crashes}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => paths.crash(id)}
      columns={[
        {
          key: 'what',
          label: named ? 'Service' : 'How it ended',
          width: 'minmax(150px, 1.4fr)',
          phone: 'title',
          render: (crash) => (
            <>
              <Glyph state="failed" label="crashed" />
              <span className="cut">{named ? crash.service : exitWords(crash)}</span>
              {crash.count > 1 && <span className="tag">{crash.count} times</span>}
            </>
          ),
        },
        {
          key: 'why',
          label: 'Why',
          width: 'minmax(180px, 2.2fr)',
          phone: 'line',
          render: (crash) => (
            <span className="t-degraded" title={crash.reason ?? crash.meaning}>
              {named ? `${exitWords(crash)}, ` : ''}
              {crash.reason ?? crash.meaning}
            </span>
          ),
        },
        ...(named
          ? [
              {
                key: 'where',
                label: 'Target',
                width: 'minmax(80px, 0.8fr)',
                render: ({ targetName }: Crash) => <span className="text-ink-3">{targetName}</span>,
              },
            ]
          : []),
        { key: 'ran', label: 'Ran for', width: '100px', num: true, render: ranFor },
        {
          key: 'again',
          label: 'Ran again',
          width: '110px',
          num: true,
          phone: 'hide',
          render: ({ again }) =>
            again === null ? <span className="t-failed">not since</span> : <Age at={again.at} suffix=" ago" />,
        },
        {
          key: 'at',
          label: 'When',
          width: '80px',
          num: true,
          phone: 'side',
          render: ({ at }) => (
            <span title={moment(at)}>
              <Age at={at} />
            </span>
          ),
        },
      ]}
    />
  )
}

function NoCrash() {
  return (
    <Empty title="No crash is known.">
      Ends with an exit code other than 0 are written down from when the control plane first sees a service.
    </Empty>
  )
}
