import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from '../log/index.ts'
import type { JobRecord } from './jobs.ts'

/** Tells changes; a listener that throws does not stop the others or the job. */
export class JobListeners {
  readonly #listeners = new Set<{ tell: (job: JobRecord) => void }>()
  readonly #log: Log
  /** Runs work as if nobody had called it: a job does not belong to the request or transaction that queued it. */
  readonly outside = AsyncLocalStorage.snapshot()

  constructor(log: Log) {
    this.#log = log
  }

  add(tell: (job: JobRecord) => void): () => void {
    const own = { tell }
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  readonly tell = (job: JobRecord): void => {
    for (const { tell } of this.#listeners) {
      try {
        this.outside(() => tell(structuredClone(job)))
      } catch (error) {
        this.#log.error({ err: error, jobId: job.id }, 'a listener of the jobs failed')
      }
    }
  }
}
