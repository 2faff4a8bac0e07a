import { encodedTick, type Tick } from './codec/tick.ts'
import { isFull, type KeeperOptions, SeriesQueueFull } from './keeping/keeper.ts'
import type { Made, Task } from './keeping/task.ts'
import type { SeriesQuery } from './query.ts'
import type { Answer, Plan } from './reading/read.ts'
import { RestingThread, Thread, threadModule, ThreadTimeout } from '@wheelhouse/platform/thread'

export interface SeriesStoreOptions extends KeeperOptions {
  /** How many queries run side by side. */
  readonly readers: number
  /** What may wait to be written down; what comes beyond it is refused. */
  readonly queueBytes: number
  /** How long one query may take. */
  readonly queryMs: number
}

export interface SeriesState {
  /** Of all files. */
  readonly bytes: number
  /** Places that were not what was written; what they held is a gap. */
  readonly broken: number
  /** What the last work on sealed windows failed with; null where it did not. */
  readonly failure: string | null
  /** Finest first; `from` and `to` are infinite where there is nothing. */
  readonly tiers: readonly {
    readonly stepMs: number
    readonly windows: number
    readonly bytes: number
    readonly from: number
    readonly to: number
  }[]
}

/** What is kept where nothing else is said: seconds for two hours, ten of them for two days, minutes for 14 and half hours for 400. */
export const defaultTiers: Pick<KeeperOptions, 'ticks' | 'rollups'> = {
  ticks: [
    { stepMs: 1000, keepMs: 2 * 3_600_000 },
    { stepMs: 10_000, keepMs: 48 * 3_600_000 },
  ],
  rollups: [
    { stepMs: 60_000, keepMs: 14 * 86_400_000 },
    { stepMs: 1_800_000, keepMs: 400 * 86_400_000 },
  ],
}

const syncEveryMs = 250
const expireEveryMs = 60_000
/** Packing is to be done now and then and charts are looked at now and then: their threads are not there between. */
const restMs = 60_000
/** Windows are replaced while they are read; a query begins anew then, which cannot happen for ever. */
const mostTries = 10
/** Work on sealed windows goes on with the next tick after so many failures in a row. */
const mostFailures = 3

/**
 * Series of numbers in one folder, within one budget. Writing, packing and reading each have threads of their own; nothing here waits
 * for a disk. What `append` has answered for outlives this process, and a crash of the machine a quarter of a second later.
 */
export class SeriesStore {
  readonly #options: SeriesStoreOptions
  readonly #keeper: Thread
  readonly #packer: RestingThread
  readonly #readers: RestingThread[] = []
  readonly #free: RestingThread[] = []
  readonly #turns: (() => void)[] = []
  readonly #timers: readonly ReturnType<typeof setInterval>[]
  #queuedBytes = 0
  #tending: Promise<void> | null = null
  #failure: string | null = null
  #isClosed = false
  #isSynced = true

  constructor(options: SeriesStoreOptions) {
    this.#options = options
    const { readers: _, queueBytes: __, queryMs: ___, ...keeping } = options
    this.#keeper = new Thread(threadModule(import.meta.url, 'series-keeper'), keeping)
    this.#packer = this.#resting('series-packer')
    for (let reader = 0; reader < options.readers; reader++) this.#readers.push(this.#newReader())
    this.#free.push(...this.#readers)
    const every = (ms: number, work: () => Promise<unknown>) =>
      setInterval(() => void work().catch(() => undefined), ms)
    this.#timers = [
      every(syncEveryMs, () => this.#sync()),
      every(expireEveryMs, () => this.#keeper.call('expire', Date.now())),
    ]
    for (const timer of this.#timers) timer.unref()
  }

  /** Whether it has broken down and takes nothing any more, as where its folder cannot be opened. */
  get isOver(): boolean {
    return this.#keeper.isOver
  }

  /** Answers once it is written down. Throws a RangeError for a tick that is none, SeriesQueueFull, or what the disk says. */
  async append(tick: Tick): Promise<void> {
    const bytes = encodedTick(tick)
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes.length > this.#options.queueBytes)
      throw new SeriesQueueFull()
    const { length } = bytes
    this.#queuedBytes += length
    try {
      await this.#keeper.call('append', bytes, [bytes.buffer])
      this.#isSynced = false
    } catch (error) {
      throw (error as Error).name === 'SeriesQueueFull' ? new SeriesQueueFull() : error
    } finally {
      this.#queuedBytes -= length
      this.#tend()
    }
  }

  /** Answers of what is written down by now. Throws an AnswerTooLarge (by its name), or a ThreadTimeout. */
  async query(query: SeriesQuery, signal?: AbortSignal): Promise<Answer> {
    if (!(query.stepMs > 0) || !(query.to >= query.from))
      throw new RangeError('A query has a step, and ends after it begins')
    return await this.#read(async (reader) => {
      for (let tries = 1; ; tries++) {
        const plan = await this.#keeper.call<Plan>('plan', query)
        try {
          return await reader.call<Answer>('query', { query, plan })
        } catch (error) {
          if ((error as Error).name !== 'WindowGone' || tries >= mostTries) throw error
        }
      }
    }, signal)
  }

  async state(): Promise<SeriesState> {
    return { ...(await this.#keeper.call<Omit<SeriesState, 'failure'>>('state')), failure: this.#failure }
  }

  /** Resolves when everything that is ready to be sealed, packed or rolled up has been. */
  async settled(): Promise<void> {
    this.#tend()
    await this.#tending
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#tending
    await this.#keeper.call('close').catch(() => undefined)
    const closed = new Error('The series are closed')
    await Promise.all([this.#keeper, this.#packer, ...this.#readers].map((thread) => thread.end(closed)))
  }

  async #sync(): Promise<void> {
    if (this.#isSynced) return
    this.#isSynced = true
    await this.#keeper.call('sync')
  }

  #tend(): void {
    this.#tending ??= this.#work().finally(() => (this.#tending = null))
  }

  async #work(): Promise<void> {
    let failures = 0
    while (!this.#isClosed) {
      try {
        const task = await this.#keeper.call<Task | null>('task')
        if (task === null) return
        const made = await this.#packer.call<Made>('run', task)
        await this.#keeper.call('done', { task, made })
        failures = 0
        this.#failure = null
      } catch (error) {
        // A window that is gone was dropped for its age meanwhile: there is other work then.
        if ((error as Error).name === 'WindowGone') continue
        this.#failure = (error as Error).message
        if (++failures >= mostFailures) return
        if (isFull(error)) await this.#keeper.call('press').catch(() => undefined)
      }
    }
  }

  #newReader(): RestingThread {
    return this.#resting('series-reader')
  }

  #resting(name: string): RestingThread {
    const { folder } = this.#options
    return new RestingThread(() => new Thread(threadModule(import.meta.url, name), { folder }), restMs)
  }

  /** Work that has its reader for itself, so that what takes too long can be ended with it. */
  async #read<T>(work: (reader: RestingThread) => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (this.#free.length === 0) await new Promise<void>((resolve) => this.#turns.push(resolve))
    const reader = this.#free.pop()!
    const aborted = (): void => void this.#replace(reader, signal!.reason as Error)
    signal?.addEventListener('abort', aborted, { once: true })
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      signal?.throwIfAborted()
      // The clock is for the query, not for a thread that is only starting.
      await reader.call('ready')
      const late = (): void => void this.#replace(reader, new ThreadTimeout('It took too long'))
      timer = setTimeout(late, this.#options.queryMs)
      return await work(reader)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      this.#free.push(...this.#readers.filter((one) => one === reader))
      this.#turns.shift()?.()
    }
  }

  async #replace(reader: RestingThread, reason: Error): Promise<void> {
    const fresh = this.#newReader()
    this.#readers.splice(this.#readers.indexOf(reader), 1, fresh)
    this.#free.push(fresh)
    await reader.end(reason)
  }
}
