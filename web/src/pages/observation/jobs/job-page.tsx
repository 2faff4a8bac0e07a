import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../../api/client.ts'
import { isOver, jobs } from '../../../api/observation/jobs.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { JsonView } from '../../../ui/code/json-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { JobProgress } from './job-progress.tsx'
import { jobGlyph } from './job-words.ts'

export function JobPage() {
  const { id = '' } = useParams({ strict: false })
  const may = useMay()
  const row = useRow(jobs, id)
  const asked = useQuery({ queryKey: ['jobs', id], queryFn: () => client.jobs.get({ id }), enabled: !row })
  const act = useMutation({
    mutationFn: (verb: 'cancel' | 'retry') => client.jobs[verb]({ id }),
    onSuccess: (job) => jobs.set(job),
    onError: (error) =>
      toast({ state: 'failed', title: 'The job did not change', detail: wordsFor(error).what, stays: true }),
  })
  const job = row ?? asked.data
  const crumbs = [{ label: 'Jobs', href: paths.jobs() }]
  if (!job)
    return (
      <>
        <PageHead title="Job" crumbs={crumbs} />
        {asked.error ? (
          <div className="page">
            <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
          </div>
        ) : (
          <Skeleton />
        )}
      </>
    )
  return (
    <>
      <PageHead
        title={job.title}
        crumbs={crumbs}
        badge={<Badge state={jobGlyph(job.state)}>{job.state}</Badge>}
        actions={
          may('jobs.manage') && (
            <>
              {!isOver(job) && (
                <Button busy={act.isPending} onClick={() => act.mutate('cancel')}>
                  Cancel job
                </Button>
              )}
              {(job.state === 'failed' || job.state === 'cancelled') && (
                <Button look="primary" busy={act.isPending} onClick={() => act.mutate('retry')}>
                  Run again
                </Button>
              )}
            </>
          )
        }
      />
      <div className="page flex flex-col gap-3">
        <JobProgress job={job} />
        {!isOver(job) && (
          <p className="meta">
            You can leave this page; the job goes on, and the top bar brings you back. Cancelling keeps what it did so
            far.
          </p>
        )}
        <Panel title="About">
          <Facts
            rows={[
              [
                'Kind',
                <span key="kind" className="mono">
                  {job.kind}
                </span>,
              ],
              ['Asked for by', job.requestedBy],
              ['Attempt', job.attempt],
              ['Created', <Age key="created" at={job.createdAt} suffix=" ago" />],
              job.finishedAt ? ['Finished', <Age key="finished" at={job.finishedAt} suffix=" ago" />] : null,
            ]}
          />
        </Panel>
        {job.result && (
          <Panel title="Result">
            <JsonView value={job.result} label="the result" />
          </Panel>
        )}
      </div>
    </>
  )
}
