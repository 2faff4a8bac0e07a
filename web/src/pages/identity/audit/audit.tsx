import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEntry } from '@wheelhouse/contract'
import { ChevronDown, ChevronRight, Download } from 'lucide-react'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { readAll } from '../../../api/stream.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment, zone } from '../../../ui/format/age.ts'
import { save } from '../../../ui/format/csv.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph, type GlyphState } from '../../../ui/state/glyph.tsx'
import { AuditDetail } from './audit-detail.tsx'

const outcomes: Record<AuditEntry['outcome'], GlyphState> = { done: 'succeeded', refused: 'degraded', failed: 'failed' }
const spans: Record<string, number> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 }
const domains = ['auth', 'users', 'tokens', 'targets', 'services', 'stacks', 'health', 'jobs']

/** Who changed what, from where. */
export function Audit() {
  const [q, setQ] = useParam('q')
  const [actor, setActor] = useParam('actor')
  const [operation, setOperation] = useParam('operation')
  const [outcome, setOutcome] = useParam('outcome')
  const [span, setSpan] = useParam('since')
  const [open, setOpen] = useParam('entry')
  const filter = useMemo(() => {
    const known = (['done', 'refused', 'failed'] as const).find((each) => each === outcome)
    return {
      ...(q ? { q } : {}),
      ...(actor ? { actor } : {}),
      ...(operation ? { operation } : {}),
      ...(known ? { outcome: known } : {}),
      ...(spans[span] ? { since: new Date(Date.now() - spans[span]).toISOString() } : {}),
    }
  }, [q, actor, operation, outcome, span])
  const pages = useInfiniteQuery({
    queryKey: keys.audit([q, actor, operation, outcome, span]),
    queryFn: ({ pageParam }) =>
      client.audit.list({ ...filter, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  })
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? []
  const download = async (format: 'csv' | 'ndjson'): Promise<void> => {
    try {
      save(
        `audit-${new Date().toISOString().slice(0, 10)}.${format}`,
        await readAll(await client.audit.export({ ...filter, format })),
        format === 'csv' ? 'text/csv' : 'application/x-ndjson',
      )
    } catch (error) {
      toast({ state: 'failed', title: 'The audit log was not exported', detail: wordsFor(error).what, stays: true })
    }
  }
  return (
    <>
      <PageHead
        title="Audit"
        meta={`every change, newest first; times in ${zone()}`}
        actions={
          <Menu
            trigger={<Button icon={Download}>Export</Button>}
            entries={[
              { label: 'CSV, what the filter shows', run: () => void download('csv') },
              { label: 'NDJSON, what the filter shows', run: () => void download('ndjson') },
            ]}
          />
        }
      />
      <div className="toolbar">
        <FilterBox label="Search the audit log" placeholder="Search" value={q} onChange={setQ} delayMs={250} />
        <FilterBox second label="Who" placeholder="Who" value={actor} onChange={setActor} delayMs={250} />
        <Pick
          label="What"
          value={operation}
          onPick={setOperation}
          options={[{ value: '', label: 'anything' }, ...domains.map((value) => ({ value, label: value }))]}
        />
        <Pick
          label="Outcome"
          value={outcome}
          onPick={setOutcome}
          options={[
            { value: '', label: 'any' },
            ...['done', 'refused', 'failed'].map((value) => ({ value, label: value })),
          ]}
        />
        <Pick
          label="Since"
          value={span}
          onPick={setSpan}
          options={[
            { value: '', label: 'ever' },
            { value: '1h', label: '1 h' },
            { value: '24h', label: '24 h' },
            { value: '7d', label: '7 days' },
            { value: '30d', label: '30 days' },
          ]}
        />
      </div>
      {pages.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(pages.error)} retry={() => void pages.refetch()} />
        </div>
      )}
      {pages.isPending && <Skeleton rows={10} />}
      {pages.data && rows.length === 0 && <Empty title="Nothing passes the filter." />}
      {rows.length > 0 && (
        <Table
          label="Audit log"
          rows={rows}
          keyOf={(entry) => entry.id}
          onOpen={(entry) => setOpen(open === entry.id ? '' : entry.id)}
          below={(entry) => open === entry.id && <AuditDetail entry={entry} />}
          columns={[
            {
              key: 'what',
              label: 'What',
              width: 'minmax(180px, 1.4fr)',
              phone: 'title',
              render: (entry) => (
                <>
                  {open === entry.id ? (
                    <ChevronDown className="icon-s text-ink-3" aria-hidden />
                  ) : (
                    <ChevronRight className="icon-s text-ink-3" aria-hidden />
                  )}
                  <Glyph state={outcomes[entry.outcome]} label={entry.outcome} />
                  <span className="cut mono">{entry.operation}</span>
                  {entry.outcome !== 'done' && (
                    <span className={`font-normal text-meta t-${outcomes[entry.outcome]}`}>{entry.outcome}</span>
                  )}
                </>
              ),
            },
            {
              key: 'resource',
              label: 'On',
              width: 'minmax(140px, 1.6fr)',
              render: (entry) => (
                <span className="mono text-ink-3" title={entry.resource ?? undefined}>
                  {entry.resource ?? '–'}
                </span>
              ),
            },
            { key: 'actor', label: 'Who', width: 'minmax(90px, 0.8fr)', render: (entry) => entry.actor },
            {
              key: 'via',
              label: 'By',
              width: 'minmax(80px, 0.8fr)',
              phone: 'hide',
              render: (entry) => (
                <span className="text-ink-3">
                  {entry.via}, {entry.face}
                </span>
              ),
            },
            {
              key: 'ip',
              label: 'From',
              width: 'minmax(90px, 0.8fr)',
              phone: 'hide',
              render: (entry) => <span className="mono text-ink-3">{entry.ip}</span>,
            },
            {
              key: 'at',
              label: 'When',
              width: '130px',
              num: true,
              phone: 'side',
              render: (entry) => (
                <time dateTime={entry.at} title={entry.at}>
                  {moment(entry.at)}
                </time>
              ),
            },
          ]}
        />
      )}
      {pages.hasNextPage && (
        <div className="p-3 text-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </>
  )
}
