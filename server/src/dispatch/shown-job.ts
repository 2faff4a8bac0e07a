import type { Job } from '@wheelhouse/contract'
import type { JobRecord } from '@wheelhouse/platform/jobs'

/** A job as the contract shows it: without its data, which belongs to the domain that made it, but with the target it is about. */
export function shownJob({ data, heartbeatAt: _heartbeatAt, policy: _policy, ...job }: JobRecord): Job {
  return { ...job, targetId: typeof data.targetId === 'string' ? data.targetId : null }
}
