import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Log } from '../log/index.ts'
import { BullClaims, CLAIM_MS } from './bull-claim.ts'
import { BullQueues } from './bull-queues.ts'
import { JobKindUnknown, JobStopped } from './job-error.ts'
import { JobListeners } from './job-listeners.ts'
import { again, hasEnded, newJob, now, waitMs } from './job-record.ts'
import type { EnqueueOptions, JobHandler, JobRecord, Jobs, JobStore } from './jobs.ts'
import { LiveJob } from './live-job.ts'
import { interrupted, runAttempt } from './run-attempt.ts'

interface Running {
  readonly live: LiveJob
  readonly stop: AbortController
  readonly done: Promise<void>
}

export interface BullJobsOptions {
  readonly url: string
  readonly prefix: string
  readonly log: Log
  /** Must be one that all instances of the prefix share. */
  readonly store: JobStore
}

const GRACE_MS = 10_000
const RENEW_MS = 10_000
const SWEEP_MS = 30_000

/** Runs jobs on every instance of the prefix, by BullMQ over Redis. A job whose instance died is failed within a minute. */
export function createBullJobs(options: BullJobsOptions): Jobs {
  return new BullJobs(options)
}

class BullJobs implements Jobs {
  readonly kind = 'bullmq'
  readonly #log: Log
  readonly #store: JobStore
  readonly #channel: string
  readonly #listeners: JobListeners
  readonly #redis: Redis
  readonly #subscriber: Redis
  readonly #claims: BullClaims
  readonly #queues: BullQueues
  readonly #kinds = new Map<string, { handler: JobHandler; concurrency: number }>()
  readonly #running = new Map<string, Running>()
  #sweeper: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: BullJobsOptions) {
    const { url, prefix, log, store } = options
    this.#log = log
    this.#store = store
    this.#channel = `${prefix}jobs:cancel`
    this.#listeners = new JobListeners(log)
    this.#redis = new Redis(url, { maxRetriesPerRequest: 3 })
    this.#subscriber = new Redis(url, { maxRetriesPerRequest: null })
    for (const connection of [this.#redis, this.#subscriber]) {
      connection.on('error', (error) => log.warn({ err: error }, 'the jobs cannot reach Redis'))
    }
    this.#claims = new BullClaims(this.#redis, prefix, randomUUID())
    this.#queues = new BullQueues(options)
  }

  define(kind: string, handler: JobHandler, options: { readonly concurrency?: number } = {}): void {
    this.#kinds.set(kind, { handler, concurrency: options.concurrency ?? 4 })
  }

  async start(): Promise<void> {
    this.#subscriber.on('message', (_channel, id) => this.#stop(id))
    await this.#subscriber.subscribe(this.#channel)
    await this.#sweep()
    const sweep = () =>
      this.#sweep().catch((error: unknown) => this.#log.warn({ err: error }, 'lost jobs were not looked for'))
    this.#sweeper = setInterval(() => void sweep(), SWEEP_MS).unref()
    for (const [kind, { concurrency }] of this.#kinds) this.#queues.take(kind, concurrency, (id) => this.#offer(id))
  }

  async enqueue(kind: string, data: Record<string, unknown>, options: EnqueueOptions): Promise<JobRecord> {
    if (!this.#kinds.has(kind)) throw new JobKindUnknown(`No job of the kind ${kind} is defined`)
    return await this.#enter(newJob(kind, data, options), '0')
  }

  async get(id: string): Promise<JobRecord | null> {
    return this.#running.get(id)?.live.record ?? (await this.#store.get(id))
  }

  async cancel(id: string): Promise<boolean> {
    for (;;) {
      const job = await this.get(id)
      if (!job || hasEnded(job)) return false
      if (job.state === 'running') {
        await this.#redis.publish(this.#channel, id)
        return true
      }
      const cancelled = await this.#withClaim(id, async (live) => {
        if (live.record.state !== 'queued') return false
        await live.change({ state: 'cancelled', message: 'Cancelled before it ran', finishedAt: now() })
        return true
      })
      if (cancelled) return true
      // Someone is about to run it, or looks whether it may: a moment later it is clear which.
      await delay(10)
    }
  }

  async retry(id: string): Promise<JobRecord | null> {
    await this.#running.get(id)?.done
    const record = await this.#store.get(id)
    if (record?.state !== 'failed' && record?.state !== 'cancelled') return null
    return await this.#enter(again(record), randomUUID())
  }

  onChange(listener: (job: JobRecord) => void): () => void {
    return this.#listeners.add(listener)
  }

  async close(graceMs = GRACE_MS): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#sweeper) clearInterval(this.#sweeper)
    await this.#queues.pause()
    const all = Promise.all([...this.#running.values()].map((running) => running.done))
    const pause = new AbortController()
    await Promise.race([all, delay(graceMs, undefined, { signal: pause.signal }).catch(() => undefined)])
    pause.abort()
    for (const { stop } of this.#running.values()) stop.abort(new JobStopped('INTERRUPTED', 'The program is ending'))
    await all
    await this.#queues.close()
    for (const connection of [this.#redis, this.#subscriber]) {
      if (connection.status === 'ready') await connection.quit().catch(() => undefined)
      connection.disconnect()
    }
  }

  #live(record: JobRecord): LiveJob {
    return new LiveJob(record, { store: this.#store, tell: this.#listeners.tell, log: this.#log })
  }

  #stop(id: string): void {
    this.#running.get(id)?.stop.abort(new JobStopped('CANCELLED', 'Cancelled while it ran'))
  }

  async #enter(record: JobRecord, round: string): Promise<JobRecord> {
    const live = this.#live(record)
    await live.change({})
    const { key, notBefore } = record.policy
    // The place in line is taken here, where the order is known; a delayed one stands in line when its time comes.
    if (key !== null && notBefore === null) await this.#claims.standInLine(key, record.id)
    await this.#queues.add(record, round)
    return record
  }

  /** Does something with the job as it is in the store while no other instance can. Null where another holds it. */
  async #withClaim<T>(id: string, work: (live: LiveJob) => Promise<T>): Promise<T | null> {
    if (!(await this.#claims.claim(id))) return null
    try {
      const record = await this.#store.get(id)
      return record ? await work(this.#live(record)) : null
    } finally {
      await this.#claims.release(id)
    }
  }

  async #offer(id: string): Promise<'done' | 'later'> {
    if (this.#closed) return 'later'
    const outcome = await this.#withClaim(id, async (live) => {
      const { state, kind, policy } = live.record
      const handler = this.#kinds.get(kind)?.handler
      if (state !== 'queued' || !handler || waitMs(live.record) > 0) return state === 'queued' ? 'later' : 'done'
      if (policy.key !== null && !(await this.#hasTurn(policy.key, id))) return 'later'
      const isAgain = await this.#listeners.outside(() => this.#run(live, handler))
      if (policy.key !== null) await this.#claims.leaveLine(policy.key, id)
      return isAgain ? live.record : 'done'
    })
    if (outcome === null) return (await this.#store.get(id)) ? 'later' : 'done'
    if (typeof outcome === 'string') return outcome
    await this.#queues.add(outcome, String(outcome.attempt))
    return 'done'
  }

  async #hasTurn(key: string, id: string): Promise<boolean> {
    for (;;) {
      const first = await this.#claims.standInLine(key, id)
      if (first === id) return true
      const holder = await this.#store.get(first)
      // One that ended without leaving the line (its instance was killed, or it was cancelled) must not block the key.
      if (holder && !hasEnded(holder)) return false
      await this.#claims.leaveLine(key, first)
    }
  }

  async #run(live: LiveJob, handler: JobHandler): Promise<boolean> {
    const { id } = live.record
    const stop = new AbortController()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running.set(id, { live, stop, done: promise })
    const failed = (error: unknown) => this.#log.warn({ err: error, jobId: id }, 'the claim of a job was not renewed')
    const renewal = setInterval(() => void this.#claims.renew(id).catch(failed), RENEW_MS)
    try {
      return await runAttempt(live, handler, stop, this.#log)
    } finally {
      clearInterval(renewal)
      this.#running.delete(id)
      resolve()
    }
  }

  /** Fails what ran on an instance that is gone, and queues again what Redis has forgotten. */
  async #sweep(): Promise<void> {
    for (const record of await this.#store.unfinished()) {
      if (this.#running.has(record.id)) continue
      if (record.state === 'queued') {
        if (waitMs(record) === 0) await this.#queues.add(record, String(record.attempt))
        continue
      }
      if (Date.now() - Date.parse(record.heartbeatAt ?? record.createdAt) < CLAIM_MS) continue
      await this.#withClaim(record.id, async (live) => {
        if (live.record.state === 'running') await live.change(interrupted())
      })
    }
  }
}
