import { randomUUID } from 'node:crypto'
import type { EnqueueOptions, JobRecord } from './jobs.ts'

export const now = (): string => new Date().toISOString()

export function newJob(kind: string, data: Record<string, unknown>, options: EnqueueOptions): JobRecord {
  return {
    id: randomUUID(),
    kind,
    title: options.title,
    // A copy as JSON: what the store would give back, and nothing that the caller changes later.
    data: JSON.parse(JSON.stringify(data)) as Record<string, unknown>,
    state: 'queued',
    progress: 0,
    message: '',
    steps: [],
    result: null,
    error: null,
    attempt: 0,
    requestedBy: options.requestedBy,
    createdAt: now(),
    startedAt: null,
    finishedAt: null,
    heartbeatAt: null,
    policy: {
      attempts: Math.max(1, options.attempts ?? 1),
      backoffMs: options.backoffMs ?? 1000,
      timeoutMs: options.timeoutMs ?? null,
      key: options.key ?? null,
      notBefore: options.delayMs ? new Date(Date.now() + options.delayMs).toISOString() : null,
    },
  }
}

/** Of a failed or cancelled job: the same, to be run from the start. */
export function again(job: JobRecord): JobRecord {
  const fresh = { state: 'queued', progress: 0, message: '', steps: [], result: null, error: null, attempt: 0 } as const
  const times = { startedAt: null, finishedAt: null, heartbeatAt: null }
  return { ...job, ...fresh, steps: [], ...times, policy: { ...job.policy, notBefore: null } }
}

export function hasEnded(job: JobRecord): boolean {
  return job.state !== 'queued' && job.state !== 'running'
}

export function waitMs(job: JobRecord): number {
  return job.policy.notBefore === null ? 0 : Math.max(0, Date.parse(job.policy.notBefore) - Date.now())
}
