export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export interface JobStepRecord {
  name: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  message: string
  tookMs: number | null
}

/** How a job is to be run; kept with it, so that a restart or a retry runs it in the same way. */
export interface JobPolicy {
  attempts: number
  backoffMs: number
  timeoutMs: number | null
  key: string | null
  /** Not before this time, ISO 8601 UTC: delayed, or waiting between two attempts. */
  notBefore: string | null
}

/** A job as it is known everywhere. Times are ISO 8601 UTC. `data` and `result` are JSON; secrets do not belong in them. */
export interface JobRecord {
  id: string
  kind: string
  title: string
  data: Record<string, unknown>
  state: JobState
  /** 0 to 1. */
  progress: number
  message: string
  steps: JobStepRecord[]
  result: Record<string, unknown> | null
  error: { errorCode: string; message: string } | null
  attempt: number
  requestedBy: string
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /** Renewed while it runs; a running job whose heartbeat is older than the limit has lost its owner. */
  heartbeatAt: string | null
  policy: JobPolicy
}

export interface JobContext {
  readonly job: JobRecord
  readonly signal: AbortSignal
  /** Progress 0 to 1 and a sentence. */
  progress(fraction: number, message: string): void
  /** Adds or changes the step of that name. */
  step(name: string, state: JobStepRecord['state'], message?: string): void
}

export interface EnqueueOptions {
  readonly title: string
  readonly requestedBy: string
  /** Runs in all, 1 unless told; between them `backoffMs` doubling. */
  readonly attempts?: number
  readonly backoffMs?: number
  readonly delayMs?: number
  readonly timeoutMs?: number
  /** Jobs of the same key run one after the other. */
  readonly key?: string
}

export type JobHandler = (data: Record<string, unknown>, context: JobContext) => Promise<Record<string, unknown> | null>

/** Where finished and waiting jobs are kept so that they outlive the process; the server implements it over the database. */
export interface JobStore {
  save(job: JobRecord): Promise<void>
  get(id: string): Promise<JobRecord | null>
  /** Those not ended, oldest first, for recovery at start. */
  unfinished(): Promise<JobRecord[]>
}

/** Work that outlives its request. At start, jobs that were running when the process died are failed with INTERRUPTED. */
export interface Jobs {
  readonly kind: 'memory' | 'bullmq'
  define(kind: string, handler: JobHandler, options?: { readonly concurrency?: number }): void
  /** Call once after every define: recovers, then takes work. */
  start(): Promise<void>
  enqueue(kind: string, data: Record<string, unknown>, options: EnqueueOptions): Promise<JobRecord>
  get(id: string): Promise<JobRecord | null>
  /** False when it has ended already. */
  cancel(id: string): Promise<boolean>
  /** Queues a failed or cancelled one again; null when it is neither. */
  retry(id: string): Promise<JobRecord | null>
  /** Every change made by this instance, throttled to a few a second a job; the last change is always told. */
  onChange(listener: (job: JobRecord) => void): () => void
  /** Waits up to `graceMs` for running jobs, then aborts them. */
  close(graceMs?: number): Promise<void>
}
