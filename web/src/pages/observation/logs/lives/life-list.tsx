import { useQuery } from '@tanstack/react-query'
import type { ServiceLife } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { span } from '../../../../ui/format/span.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useNow } from '../../../../ui/state/use-now.ts'
import { lastWords, lifeGlyph, lifeWords } from './words.ts'

/** From when to when a service ran, how each run ended, and the way to its last words. */
export function LifeList({ service }: { service: string }) {
  const now = useNow()
  const filter = { service, limit: 200 }
  const asked = useQuery({
    queryKey: keys.lives(filter),
    queryFn: () => client.logHistory.lives(filter),
    refetchInterval: 10_000,
  })
  if (asked.error) {
    const trouble = wordsFor(asked.error)
    // Nobody has seen it yet: that is no fault.
    if (trouble.code === 'NOT_FOUND') return <NoLives />
    return (
      <div className="p-3">
        <TroubleBox trouble={trouble} retry={() => void asked.refetch()} />
      </div>
    )
  }
  if (!asked.data) return <Skeleton rows={4} />
  const rows = asked.data.items
  if (rows.length === 0) return <NoLives />
  const ranFor = ({ startedAt, endedAt }: ServiceLife): string =>
    span((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))
  return (
    <Table
      label="Lives"
      rows={rows}
      keyOf={(life) => `${life.serviceId} ${life.startedAt}`}
      acts={(life) => (
        <Go className="btn" href={life.outcome === 'crashed' ? paths.crash(life.id) : paths.logs(lastWords(life))}>
          {life.outcome === 'crashed' ? 'The crash' : life.endedAt === null ? 'Its lines' : 'Last words'}
        </Go>
      )}
      actsWidth="96px"
      columns={[
        {
          key: 'outcome',
          label: 'How it ended',
          width: 'minmax(130px, 1fr)',
          phone: 'title',
          render: ({ outcome }) => (
            <>
              <Glyph state={lifeGlyph[outcome]} />
              <span className={outcome === 'crashed' ? 't-failed' : ''}>{lifeWords[outcome]}</span>
            </>
          ),
        },
        {
          key: 'code',
          label: 'Exit code',
          width: '70px',
          num: true,
          phone: 'side',
          render: ({ exitCode }) => exitCode ?? '–',
        },
        { key: 'started', label: 'Started', width: '140px', num: true, render: ({ startedAt }) => moment(startedAt) },
        {
          key: 'ended',
          label: 'Ended',
          width: '140px',
          num: true,
          render: ({ endedAt }) => (endedAt === null ? '–' : moment(endedAt)),
        },
        { key: 'ran', label: 'Ran for', width: '100px', num: true, render: ranFor },
        {
          key: 'ago',
          label: 'Ago',
          width: '70px',
          num: true,
          phone: 'hide',
          render: ({ endedAt, startedAt }) => <Age at={endedAt ?? startedAt} />,
        },
        {
          key: 'why',
          label: 'Why',
          width: 'minmax(160px, 2fr)',
          phone: 'line',
          render: ({ reason, outcome }) =>
            reason === null ? null : (
              <span className={outcome === 'crashed' ? 't-degraded' : 'text-ink-3'} title={reason}>
                {reason}
              </span>
            ),
        },
        ...(rows.some(({ image }) => image !== null)
          ? [
              {
                key: 'image',
                label: 'Image',
                width: 'minmax(120px, 1.2fr)',
                phone: 'line' as const,
                render: ({ image }: ServiceLife) => <span className="mono text-ink-3">{image ?? ''}</span>,
              },
            ]
          : []),
      ]}
    />
  )
}

function NoLives() {
  return (
    <Empty title="No start of it was seen yet.">
      Starts and ends are written down from when the control plane first sees a service.
    </Empty>
  )
}
