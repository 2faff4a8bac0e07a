import { Hits } from './hits.ts'
import type { KeeperOptions, View } from './keeper.ts'
import type { Line, Lines } from './lines.ts'
import type { Query } from './query.ts'
import type { Scanned } from './scan.ts'
import { Thread, threadModule, ThreadTimeout } from '@wheelhouse/platform/thread'

export interface LineStoreOptions extends KeeperOptions {
  /** How many searches run side by side. */
  readonly readers: number
  /** What may wait to be written down; what comes beyond it is refused. */
  readonly queueBytes: number
  /** How long one search may take. */
  readonly searchMs: number
  /** The module of a thread that answers `readerMethods`, and perhaps more; one of ours unless told. */
  readonly readerModule?: URL
}

export interface Found {
  readonly lines: readonly Line[]
  readonly scanned: Scanned
}

/** Lines by level over time: `counts` has one row of eight numbers (by level) a bucket of `stepUs`. */
export interface Counted {
  readonly from: number
  readonly stepUs: number
  readonly counts: Float64Array
}

export interface LineState {
  readonly bytes: number
  readonly broken: number
  readonly lost: number
  readonly usage: readonly {
    readonly stream: number
    readonly bytes: number
    readonly from: number
    readonly to: number
    readonly lines: number
  }[]
}

interface Here extends View {
  readonly lines: readonly Line[]
}

interface Batch {
  readonly pieces: { stream: number; lines: Lines }[]
  bytes: number
  readonly done: PromiseWithResolvers<number[]>
}

const keeperModule = threadModule(import.meta.url, 'lines-keeper')
const readerModule = threadModule(import.meta.url, 'lines-reader')
const syncEveryMs = 250
const expireEveryMs = 60_000

/** The queue is full: the source is to be read again from its watermark once there is room. */
export class LineQueueFull extends Error {
  override readonly name = 'LineQueueFull'

  constructor() {
    super('More lines came than could be written down')
  }
}

/**
 * Lines of many streams in one folder, within one budget. Writing and reading each have threads of their own; nothing here waits for
 * a disk. What `append` has answered for outlives this process, and a crash of the machine a quarter of a second later.
 */
export class LineStore {
  readonly #options: LineStoreOptions
  #keeperThread: Thread | null = null
  readonly #readers: Thread[] = []
  readonly #turns: (() => void)[] = []
  readonly #free: Thread[] = []
  #next: Batch | null = null
  #queuedBytes = 0
  #isWriting = false
  readonly #timers: readonly ReturnType<typeof setInterval>[]

  constructor(options: LineStoreOptions) {
    this.#options = options
    const every = (ms: number, work: () => Promise<unknown>) =>
      setInterval(() => void (this.#keeperThread && work().catch(() => undefined)), ms)
    this.#timers = [
      every(syncEveryMs, () => this.#keeper.call('sync')),
      every(expireEveryMs, () => this.#keeper.call('expire', Date.now())),
    ]
    for (const timer of this.#timers) timer.unref()
  }

  /** Threads begin when there is something for them to do. */
  get #keeper(): Thread {
    const { folder, budgetBytes, maxAgeMs, waitingBytes } = this.#options
    const keeping: KeeperOptions = { folder, budgetBytes, maxAgeMs, waitingBytes }
    return (this.#keeperThread ??= new Thread(keeperModule, keeping))
  }

  /** Answers the number of the first of them once they are written down. Throws LineQueueFull, or what the disk says. */
  append(stream: number, lines: Lines): Promise<number> {
    const bytes = lines.text.length + lines.at.length * 9
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.queueBytes)
      return Promise.reject(new LineQueueFull())
    this.#queuedBytes += bytes
    // While one batch is being written the next one gathers: the more there is to do, the larger the batches.
    const batch = (this.#next ??= { pieces: [], bytes: 0, done: Promise.withResolvers<number[]>() })
    const place = batch.pieces.push({ stream, lines }) - 1
    batch.bytes += bytes
    if (!this.#isWriting) void this.#write()
    return batch.done.promise.then((firsts) => firsts[place] ?? 0)
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#next !== null) {
      const { pieces, bytes, done } = this.#next
      this.#next = null
      const written = this.#keeper.call<number[]>('append', pieces).finally(() => (this.#queuedBytes -= bytes))
      await written.then(done.resolve, done.reject)
    }
    this.#isWriting = false
  }

  /**
   * The first lines in the order of the query, of what is written down by now. Throws a SyntaxError for a pattern that is none, a
   * ThreadTimeout for one that takes too long.
   */
  async search(query: Query, signal?: AbortSignal): Promise<Found> {
    const { lines, ...rest } = await this.#keeper.call<Here>('search', query)
    const there = await this.#read<Found>('search', { query, ...rest }, signal)
    const hits = new Hits({ ...query, after: null })
    for (const line of [...lines, ...there.lines]) hits.add(line)
    return { lines: hits.lines, scanned: there.scanned }
  }

  /** Lines by level between `from` and `to` of the query. Without conditions most of them are counted without being read. */
  async count(query: Query, buckets: number, signal?: AbortSignal): Promise<Counted> {
    const { counts: here, ...view } = await this.#keeper.call<View & { counts: Float64Array }>('count', {
      query,
      buckets,
    })
    const { counts } = await this.#read<{ counts: Float64Array }>('count', { query, buckets, ...view }, signal)
    for (const [index, count] of here.entries()) counts[index]! += count
    return { from: query.from, stepUs: (query.to - query.from + 1) / buckets, counts }
  }

  /** Asks a method that the reader of the options has beyond ours: with `argument`, the query, and where its lines stand. */
  async ask<T>(method: string, query: Query, argument: object, signal?: AbortSignal): Promise<T> {
    const view = await this.#keeper.call<View>('view', query)
    return this.#read<T>(method, { ...argument, query, ...view }, signal)
  }

  state(): Promise<LineState> {
    return this.#keeper.call('state')
  }

  /** When the newest line of each stream was said, in epoch microseconds. */
  watermarks(): Promise<ReadonlyMap<number, number>> {
    return this.#keeper.call('watermarks')
  }

  /** Removes all lines of a stream, for good. Its numbers go on. */
  forget(stream: number): Promise<void> {
    return this.#keeper.call('forget', stream)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    const keeper = this.#keeperThread
    await keeper?.call('close').catch(() => undefined)
    const closed = new Error('The lines are closed')
    await Promise.all([...(keeper ? [keeper] : []), ...this.#readers].map((thread) => thread.end(closed)))
  }

  /** A search that has its reader for itself, so that one which takes too long can be ended with it. */
  async #read<T>(method: string, argument: unknown, signal?: AbortSignal): Promise<T> {
    const reader = await this.#turn()
    const aborted = (): void => void this.#replace(reader, signal!.reason as Error)
    signal?.addEventListener('abort', aborted, { once: true })
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      signal?.throwIfAborted()
      // The clock is for the search, not for a thread that is only starting.
      await reader.call('ready')
      timer = setTimeout(
        () => void this.#replace(reader, new ThreadTimeout('It took too long')),
        this.#options.searchMs,
      )
      return await reader.call<T>(method, argument)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      this.#free.push(...this.#readers.filter((one) => one === reader))
      this.#turns.shift()?.()
    }
  }

  async #turn(): Promise<Thread> {
    if (this.#free.length === 0 && this.#readers.length < this.#options.readers) {
      const fresh = new Thread(this.#options.readerModule ?? readerModule, null)
      this.#readers.push(fresh)
      return fresh
    }
    while (this.#free.length === 0) await new Promise<void>((resolve) => this.#turns.push(resolve))
    return this.#free.pop()!
  }

  async #replace(reader: Thread, reason: Error): Promise<void> {
    const fresh = new Thread(this.#options.readerModule ?? readerModule, null)
    this.#readers.splice(this.#readers.indexOf(reader), 1, fresh)
    this.#free.push(fresh)
    await reader.end(reason)
  }
}
