import { useInfiniteQuery } from '@tanstack/react-query'
import type { Job } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { millis } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { jobGlyph } from './job-words.ts'

const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

/** Work that outlived its request, newest first. */
export function JobList() {
  const [state, setState] = useParam('state')
  const pushed = useRows(jobs)
  const wanted = states.find((each) => each === state)
  const pages = useInfiniteQuery({
    queryKey: keys.jobs(state),
    queryFn: ({ pageParam }) =>
      client.jobs.list({
        limit: 100,
        ...(wanted ? { state: wanted } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  })
  const rows = useMemo(() => {
    const byId = new Map<string, Job>()
    for (const job of pages.data?.pages.flatMap((page) => page.items) ?? []) byId.set(job.id, job)
    for (const job of pushed) byId.set(job.id, job)
    return [...byId.values()]
      .filter((job) => !wanted || job.state === wanted)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  }, [pages.data, pushed, wanted])
  return (
    <>
      <PageHead title="Jobs" meta="work that goes on by itself: stacks being applied and removed" />
      <div className="toolbar">
        <Pick
          label="State"
          value={state}
          onPick={setState}
          options={[{ value: '', label: 'any' }, ...states.map((value) => ({ value, label: value }))]}
        />
      </div>
      {pages.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(pages.error)} retry={() => void pages.refetch()} />
        </div>
      )}
      {pages.isPending && <Skeleton />}
      {pages.data && rows.length === 0 && (
        <Empty title={wanted ? `No job is ${wanted}.` : 'No job has run yet.'}>Applying a stack starts one.</Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Jobs"
          rows={rows}
          keyOf={(job) => job.id}
          hrefOf={(job) => paths.job(job.id)}
          columns={[
            {
              key: 'title',
              label: 'Job',
              width: 'minmax(200px, 2fr)',
              phone: 'title',
              render: (job) => (
                <>
                  <Glyph state={jobGlyph(job.state)} label={job.state} />
                  <span className="cut">{job.title}</span>
                  {job.state !== 'succeeded' && (
                    <span className={`font-normal text-meta t-${jobGlyph(job.state)}`}>{job.state}</span>
                  )}
                </>
              ),
            },
            {
              key: 'kind',
              label: 'Kind',
              width: 'minmax(110px, 0.8fr)',
              phone: 'meta',
              render: (job) => <span className="mono">{job.kind}</span>,
            },
            {
              key: 'message',
              label: 'Result',
              width: 'minmax(140px, 2fr)',
              phone: 'line',
              render: (job) => (
                <span className={job.error ? 'text-failed-ink' : 'text-ink-3'}>
                  {job.error?.message ?? job.message}
                </span>
              ),
            },
            { key: 'by', label: 'By', width: 'minmax(80px, 0.6fr)', render: (job) => job.requestedBy },
            {
              key: 'took',
              label: 'Took',
              width: '80px',
              num: true,
              render: (job) =>
                job.startedAt && job.finishedAt ? millis(Date.parse(job.finishedAt) - Date.parse(job.startedAt)) : '–',
            },
            {
              key: 'age',
              label: 'Started',
              width: '80px',
              num: true,
              phone: 'side',
              render: (job) => <Age at={job.startedAt ?? job.createdAt} />,
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
