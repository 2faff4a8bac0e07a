import type { Job } from '@wheelhouse/contract'
import type { JobRecord } from '@wheelhouse/platform/jobs'

/** A job as the contract shows it: without its data, with the target it is about. */
export function imageJob({ data, heartbeatAt: _heartbeatAt, ...job }: JobRecord): Job {
  return { ...job, targetId: typeof data.targetId === 'string' ? data.targetId : null }
}
