import { useQuery } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import type { LogPattern } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Pick } from '../../../../ui/control/pick.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { count, plural } from '../../../../ui/format/number.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { LevelFilter } from '../../../../ui/log/level-filter.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { LogTabs } from '../log-tabs.tsx'
import { type Ask, askOf, queryOf, saidOf, spanOf, whichOf } from '../search/ask.ts'
import { RangeChoice } from '../search/range-choice.tsx'
import { ServiceChoice } from '../search/service-choice.tsx'
import { useSources } from '../search/use-sources.ts'

const usual = '1h'
const news = [
  { value: '', label: 'all' },
  { value: 'new', label: 'new in this time' },
]

/** What kinds of lines there are: thousands of lines as a few shapes, with what was never said before in front. */
export function LogPatterns() {
  const router = useRouter()
  const search = useRouterState({ select: (state) => state.location.searchStr })
  const params = useMemo(() => new URLSearchParams(search), [search])
  const ask = useMemo<Ask>(() => ({ ...askOf(search), range: params.get('range') ?? usual }), [search, params])
  const onlyNew = params.get('new') === '1'
  const sources = useSources()
  const span = useMemo(() => spanOf(ask, Date.now()), [ask])
  const input = { ...saidOf(ask), ...whichOf(ask, span), limit: 300 }
  const asked = useQuery({
    queryKey: keys.logPatterns(input),
    queryFn: ({ signal }) => client.logHistory.patterns(input, { signal }),
    placeholderData: (before) => before,
    staleTime: 60_000,
  })
  const go = (change: Partial<Ask>, isNew = onlyNew): void => {
    const next = { ...ask, ...change }
    // The hour is usual here, the day in the search.
    const query = queryOf({ ...next, range: '' })
    const rest = [next.range === usual ? '' : `range=${next.range}`, isNew ? 'new=1' : ''].filter(Boolean).join('&')
    const joined = query === '' ? (rest === '' ? '' : `?${rest}`) : rest === '' ? query : `${query}&${rest}`
    router.history.push(paths.logPatterns(joined))
  }
  const counts = useMemo(() => {
    const found = new Map<string, number>()
    for (const { level, lines } of asked.data?.items ?? [])
      found.set(level ?? 'none', (found.get(level ?? 'none') ?? 0) + lines)
    return found
  }, [asked.data])
  const rows = (asked.data?.items ?? []).filter(({ isNew }) => !onlyNew || isNew)
  const hrefOf = ({ example }: LogPattern): string =>
    paths.logs(
      queryOf({ ...ask, since: span.since ?? '', until: span.until ?? '', range: 'all', line: example.position }),
    )
  return (
    <div className="fill overflow-auto">
      <PageHead title="Logs" meta="what kinds of lines there are, and what is new" />
      <LogTabs current="patterns" />
      <div className="toolbar">
        <ServiceChoice sources={sources.data ?? []} value={ask.service} onPick={(service) => go({ service })} />
        <RangeChoice ask={ask} span={span} onPick={(times) => go(times)} />
        <LevelFilter none counts={counts} value={ask.level} onChange={(level) => go({ level })} />
        <Pick label="Shapes" value={onlyNew ? 'new' : ''} options={news} onPick={(value) => go({}, value === 'new')} />
      </div>
      {asked.data && (
        <p className="meta px-(--gutter) py-2" role="status">
          {plural(asked.data.lines, 'line')} in {plural(asked.data.items.length, 'shape')}
          {asked.data.other > 0 && `, and ${count(asked.data.other)} lines of others`}
          {asked.data.isPartial && '. There are more lines than are looked at: these are only the newest'}. What differs
          from line to line stands as &lt;*&gt;.
        </p>
      )}
      {asked.error ? (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      ) : !asked.data ? (
        <Skeleton rows={10} />
      ) : rows.length === 0 ? (
        <Empty title={onlyNew ? 'Nothing new was said.' : 'No line was said in this time.'}>
          {onlyNew ? 'Every shape of this time was said in as long a time before.' : 'Choose a longer time.'}
        </Empty>
      ) : (
        <Table
          label="Patterns"
          rows={rows}
          keyOf={({ pattern, example }) => `${pattern} ${example.position}`}
          hrefOf={hrefOf}
          columns={[
            {
              key: 'pattern',
              label: 'Pattern',
              width: 'minmax(260px, 4fr)',
              phone: 'title',
              render: ({ pattern }) => <span className="mono">{pattern || '(empty lines)'}</span>,
            },
            {
              key: 'new',
              label: 'New',
              width: '60px',
              phone: 'side',
              render: ({ isNew }) => (isNew ? <span className="badge">new</span> : ''),
            },
            {
              key: 'level',
              label: 'Level',
              width: '60px',
              render: ({ level }) => <span className={wordOf(level)}>{level ?? '–'}</span>,
            },
            { key: 'lines', label: 'Lines', width: '80px', num: true, render: ({ lines }) => count(lines) },
            {
              key: 'share',
              label: 'Share',
              width: '70px',
              num: true,
              phone: 'hide',
              render: ({ share }) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`,
            },
            {
              key: 'service',
              label: 'Service',
              width: 'minmax(110px, 1fr)',
              render: ({ example }) => example.service,
            },
            { key: 'last', label: 'Last', width: '170px', phone: 'hide', render: ({ lastAt }) => moment(lastAt) },
          ]}
        />
      )}
    </div>
  )
}

const wordOf = (level: string | null): string =>
  level === 'error' || level === 'fatal' ? 't-failed' : level === 'warn' ? 't-degraded' : ''
