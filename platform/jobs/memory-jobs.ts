import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log/index.ts'
import { JobKindUnknown, JobStopped } from './job-error.ts'
import { JobListeners } from './job-listeners.ts'
import { again, hasEnded, newJob, now, waitMs } from './job-record.ts'
import type { EnqueueOptions, JobHandler, JobRecord, Jobs, JobStore } from './jobs.ts'
import { LiveJob } from './live-job.ts'
import { interrupted, runAttempt } from './run-attempt.ts'

interface Kind {
  readonly handler: JobHandler
  readonly concurrency: number
  running: number
}

interface Running {
  readonly live: LiveJob
  readonly stop: AbortController
  readonly done: Promise<void>
}

export interface MemoryJobsOptions {
  readonly log: Log
  readonly store: JobStore
}

const GRACE_MS = 10_000
const LONGEST_TIMER_MS = 2_147_483_647

/** Runs jobs in this process. The store outlives it: queued jobs run after a restart, running ones were interrupted. */
export function createMemoryJobs(options: MemoryJobsOptions): Jobs {
  return new MemoryJobs(options)
}

class MemoryJobs implements Jobs {
  readonly kind = 'memory'
  readonly #log: Log
  readonly #store: JobStore
  readonly #listeners: JobListeners
  readonly #kinds = new Map<string, Kind>()
  readonly #queue = new Set<LiveJob>()
  readonly #running = new Map<string, Running>()
  #timer: NodeJS.Timeout | null = null
  #started = false
  #closed = false

  constructor({ log, store }: MemoryJobsOptions) {
    this.#log = log
    this.#store = store
    this.#listeners = new JobListeners(log)
  }

  define(kind: string, handler: JobHandler, options: { readonly concurrency?: number } = {}): void {
    this.#kinds.set(kind, { handler, concurrency: options.concurrency ?? 4, running: 0 })
  }

  async start(): Promise<void> {
    for (const record of await this.#store.unfinished()) {
      if (this.#find(record.id)) continue
      const live = this.#live(record)
      if (record.state === 'running') await live.change(interrupted())
      else this.#queue.add(live)
    }
    this.#started = true
    this.#take()
  }

  async enqueue(kind: string, data: Record<string, unknown>, options: EnqueueOptions): Promise<JobRecord> {
    if (!this.#kinds.has(kind)) throw new JobKindUnknown(`No job of the kind ${kind} is defined`)
    return await this.#enter(newJob(kind, data, options))
  }

  async get(id: string): Promise<JobRecord | null> {
    return this.#find(id)?.record ?? (await this.#store.get(id))
  }

  async cancel(id: string): Promise<boolean> {
    const running = this.#running.get(id)
    if (running) {
      if (hasEnded(running.live.record)) return false
      running.stop.abort(new JobStopped('CANCELLED', 'Cancelled while it ran'))
      return true
    }
    const queued = [...this.#queue].find((live) => live.record.id === id)
    if (!queued) return false
    this.#queue.delete(queued)
    await queued.change({ state: 'cancelled', message: 'Cancelled before it ran', finishedAt: now() })
    return true
  }

  async retry(id: string): Promise<JobRecord | null> {
    // It has ended but is still being saved: what is tried again must not be overtaken by that.
    const running = this.#running.get(id)
    if (running && hasEnded(running.live.record)) await running.done
    const record = this.#find(id) ? null : await this.#store.get(id)
    if (record?.state !== 'failed' && record?.state !== 'cancelled') return null
    return await this.#enter(again(record))
  }

  onChange(listener: (job: JobRecord) => void): () => void {
    return this.#listeners.add(listener)
  }

  async close(graceMs = GRACE_MS): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    const all = Promise.all([...this.#running.values()].map((running) => running.done))
    const pause = new AbortController()
    await Promise.race([all, delay(graceMs, undefined, { signal: pause.signal }).catch(() => undefined)])
    pause.abort()
    for (const { stop } of this.#running.values()) stop.abort(new JobStopped('INTERRUPTED', 'The program is ending'))
    await all
  }

  #live(record: JobRecord): LiveJob {
    return new LiveJob(record, { store: this.#store, tell: this.#listeners.tell, log: this.#log })
  }

  #find(id: string): LiveJob | undefined {
    return this.#running.get(id)?.live ?? [...this.#queue].find((live) => live.record.id === id)
  }

  async #enter(record: JobRecord): Promise<JobRecord> {
    const live = this.#live(record)
    await live.change({})
    this.#queue.add(live)
    const queued = live.record
    this.#take()
    return queued
  }

  /** Starts what may run: its time has come, its kind has room, nothing of its key runs. The oldest goes first. */
  #take(): void {
    if (!this.#started || this.#closed) return
    const keys = new Set([...this.#running.values()].map(({ live }) => live.record.policy.key))
    let soonest = Infinity
    for (const live of this.#queue) {
      const { kind: name, policy } = live.record
      const kind = this.#kinds.get(name)
      const wait = waitMs(live.record)
      if (wait > 0) soonest = Math.min(soonest, wait)
      else if (!kind) this.#refuse(live, name)
      else if (kind.running < kind.concurrency && !(policy.key !== null && keys.has(policy.key))) {
        keys.add(policy.key)
        this.#run(live, kind)
      } else if (policy.key !== null) keys.add(policy.key)
    }
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = soonest === Infinity ? null : setTimeout(() => this.#take(), Math.min(soonest + 1, LONGEST_TIMER_MS))
  }

  #refuse(live: LiveJob, kind: string): void {
    this.#queue.delete(live)
    const error = { errorCode: 'JOB_KIND_UNKNOWN', message: `No job of the kind ${kind} is defined any more` }
    live.change({ state: 'failed', error, message: error.message, finishedAt: now() }).catch(this.#notSaved)
  }

  #run(live: LiveJob, kind: Kind): void {
    this.#queue.delete(live)
    kind.running += 1
    const stop = new AbortController()
    const { id } = live.record
    const work = async (): Promise<void> => {
      const isAgain = await runAttempt(live, kind.handler, stop, this.#log).catch(this.#notSaved)
      kind.running -= 1
      this.#running.delete(id)
      if (isAgain) this.#queue.add(live)
      this.#take()
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running.set(id, { live, stop, done: promise })
    void this.#listeners.outside(work).finally(resolve)
  }

  readonly #notSaved = (error: unknown): false => {
    this.#log.error({ err: error }, 'the state of a job was not saved')
    return false
  }
}
