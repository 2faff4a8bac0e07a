/** One published value, encoded once for all who receive it. */
export interface Entry<Tag = unknown> {
  readonly seq: number
  /** JSON. */
  readonly text: string
  /** What a subscriber may filter by without parsing. */
  readonly tag: Tag
}

/** Neighbouring entries that were published in one tick. */
export interface Batch<Tag = unknown> {
  readonly entries: readonly Entry<Tag>[]
  /** The texts joined by commas: shared by every subscriber that wants them all. */
  readonly joined: string
  readonly bytes: number
}

export interface TopicOptions {
  /** How many entries, and how many bytes of them, are kept for those who come later or come back. */
  readonly maxEntries: number
  readonly maxBytes: number
  /** At most one batch in this time; the first after a pause goes out at once. */
  readonly tickMs?: number
}

/** A numbered stream of values with a bounded memory: history for newcomers, resume for those who dropped, batches for all. */
export class Topic<Tag = unknown> {
  readonly #options: TopicOptions
  readonly #subscribers = new Set<(batch: Batch<Tag>) => void>()
  #ring: Entry<Tag>[] = []
  #head = 0
  #ringBytes = 0
  #pending: Entry<Tag>[] = []
  #seq: number
  #timer: ReturnType<typeof setTimeout> | ReturnType<typeof setImmediate> | null = null
  #flushedAt = 0

  /** Numbers start at the clock, so that a resume after a restart of the server is never mistaken for a current one. */
  constructor(options: TopicOptions, firstSeq: number = Date.now() * 1000) {
    this.#options = options
    this.#seq = firstSeq
  }

  /** The number of the newest entry. */
  get seq(): number {
    return this.#seq
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  publish(value: unknown, tag: Tag): void {
    const entry: Entry<Tag> = { seq: ++this.#seq, text: JSON.stringify(value), tag }
    this.#ring.push(entry)
    this.#ringBytes += entry.text.length
    this.#trim()
    if (this.#subscribers.size === 0) return
    this.#pending.push(entry)
    if (this.#timer === null) this.#schedule()
  }

  subscribe(subscriber: (batch: Batch<Tag>) => void): () => void {
    // What is pending was published before: it belongs to the history that the newcomer reads.
    this.flush()
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  /** What came after `seq`; null when that is no longer (or never was) in memory. */
  after(seq: number): readonly Entry<Tag>[] | null {
    const kept = this.#kept()
    if (seq === this.#seq) return []
    const first = kept[0]
    if (!first || seq > this.#seq || seq < first.seq - 1) return null
    return kept.slice(seq - first.seq + 1)
  }

  /** The last `count` entries. */
  last(count: number): readonly Entry<Tag>[] {
    const kept = this.#kept()
    return count >= kept.length ? kept : kept.slice(kept.length - count)
  }

  /** Hands out what is pending now instead of at the end of the tick. */
  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer as ReturnType<typeof setTimeout>)
      clearImmediate(this.#timer as ReturnType<typeof setImmediate>)
      this.#timer = null
    }
    if (this.#pending.length === 0) return
    const batch = batchOf(this.#pending)
    this.#pending = []
    this.#flushedAt = performance.now()
    for (const subscriber of this.#subscribers) subscriber(batch)
  }

  #schedule(): void {
    const wait = this.#flushedAt + (this.#options.tickMs ?? 10) - performance.now()
    this.#timer = wait <= 0 ? setImmediate(() => this.flush()) : setTimeout(() => this.flush(), wait)
  }

  #trim(): void {
    const { maxEntries, maxBytes } = this.#options
    while (this.#ring.length - this.#head > maxEntries || this.#ringBytes > maxBytes) {
      const oldest = this.#ring[this.#head]
      if (!oldest) break
      this.#ringBytes -= oldest.text.length
      this.#head++
    }
    // The array is cut rarely: a shift at every entry would copy it each time.
    if (this.#head > 1024 && this.#head * 2 > this.#ring.length) this.#kept()
  }

  #kept(): readonly Entry<Tag>[] {
    if (this.#head > 0) {
      this.#ring = this.#ring.slice(this.#head)
      this.#head = 0
    }
    return this.#ring
  }
}

export function batchOf<Tag>(entries: readonly Entry<Tag>[]): Batch<Tag> {
  const joined = entries.map((entry) => entry.text).join(',')
  return { entries, joined, bytes: joined.length }
}
