import type { BullJobsOptions } from './bull-jobs.ts'
import type { Jobs } from './jobs.ts'

/** Jobs over Redis; BullMQ, 14 MB with its client, is loaded only here. */
export async function openBullJobs(options: BullJobsOptions): Promise<Jobs> {
  const { createBullJobs } = await import('./bull-jobs.ts')
  return createBullJobs(options)
}
