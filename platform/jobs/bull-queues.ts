import { DelayedError, type Job, Queue, Worker } from 'bullmq'
import type { Log } from '../log/index.ts'
import { waitMs } from './job-record.ts'
import type { JobRecord } from './jobs.ts'

interface Ticket {
  readonly id: string
}

/** `later` when the job cannot run yet and is to be offered again. */
export type Offer = (id: string) => Promise<'done' | 'later'>

const AGAIN_MS = 50

/** The queues of BullMQ, one a kind. They carry ids alone: what a job is stands in the store. */
export class BullQueues {
  readonly #connection: { url: string; maxRetriesPerRequest: null }
  readonly #prefix: string
  readonly #log: Log
  readonly #queues = new Map<string, Queue<Ticket>>()
  readonly #workers: Worker<Ticket>[] = []

  constructor(options: { readonly url: string; readonly prefix: string; readonly log: Log }) {
    this.#connection = { url: options.url, maxRetriesPerRequest: null }
    this.#prefix = `${options.prefix}bull`
    this.#log = options.log
  }

  /** Offers the job once its time has come. The same `round` of the same job is queued once. */
  async add(job: JobRecord, round: string): Promise<void> {
    const options = { jobId: `${job.id}-${round}`, delay: waitMs(job), removeOnComplete: true, removeOnFail: true }
    await this.#queue(job.kind).add('job', { id: job.id }, options)
  }

  take(kind: string, concurrency: number, offer: Offer): void {
    const process = async (job: Job<Ticket>, token?: string): Promise<void> => {
      if ((await offer(job.data.id)) === 'done') return
      await job.moveToDelayed(Date.now() + AGAIN_MS, token)
      throw new DelayedError()
    }
    const worker = new Worker<Ticket>(queueName(kind), process, {
      connection: this.#connection,
      prefix: this.#prefix,
      concurrency,
      // A job whose owner died is not run again unasked: the sweep fails it as interrupted.
      maxStalledCount: 0,
    })
    worker.on('error', (error) => this.#log.warn({ err: error, kind }, 'the job queue cannot reach Redis'))
    worker.on('failed', (_job, error) => this.#log.warn({ err: error, kind }, 'the job queue dropped a job'))
    this.#workers.push(worker)
  }

  async pause(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.pause(true)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
  }

  #queue(kind: string): Queue<Ticket> {
    const known = this.#queues.get(kind)
    if (known) return known
    const queue = new Queue<Ticket>(queueName(kind), { connection: this.#connection, prefix: this.#prefix })
    queue.on('error', (error) => this.#log.warn({ err: error, kind }, 'the job queue cannot reach Redis'))
    this.#queues.set(kind, queue)
    return queue
  }
}

// BullMQ builds its keys with colons and refuses them in a name.
function queueName(kind: string): string {
  return kind.replaceAll(':', '-')
}
