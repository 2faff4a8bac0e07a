import type { Job } from '@wheelhouse/contract'
import { client } from '../client.ts'
import { deployments, loadDeployments, takeDeployment } from '../deployments.ts'
import { live } from '../live.ts'
import { heardJob } from '../resources.ts'
import { RowStore } from '../row-store.ts'

/** Jobs seen since sign-in, and those still running. */
export const jobs = new RowStore<Job>()

export const isOver = (job: Pick<Job, 'state'>): boolean => job.state !== 'queued' && job.state !== 'running'

/** Follows all jobs and deployments; the last ones are loaded again whenever the stream had a hole. */
export function followJobs(): () => void {
  const fetchLast = async (): Promise<void> => {
    const page = await client.jobs.list({ limit: 50 }).catch(() => null)
    for (const job of page?.items ?? []) jobs.set(job)
  }
  const load = (): void => {
    void fetchLast()
    void loadDeployments()
  }
  const stop = live.subscribe(
    'deployments',
    {},
    {
      onEvents: (frames) => {
        for (const frame of frames) {
          if (frame.kind === 'job') {
            jobs.set(frame.job)
            heardJob(frame.job.kind)
          }
          if (frame.kind === 'deployment') takeDeployment(frame.deployment)
        }
      },
      onGap: load,
      onReady: load,
    },
  )
  return () => {
    stop()
    jobs.reset([])
    deployments.reset([])
  }
}
