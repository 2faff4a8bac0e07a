import type { Overflow, ServerMessage } from '@wheelhouse/contract'
import { type Batch, batchOf, type Entry } from '@wheelhouse/platform/feed'
import type { FeedTag, OpenFeed } from '../dispatch/index.ts'

/** The part of a socket that a subscription writes to. */
export interface Outlet {
  /** False while the client is behind by more than the socket may hold. */
  ready(): boolean
  /** Text, or text that is encoded already. */
  send(frame: string | Buffer): void
}

export interface SubscriptionOptions {
  readonly sub: string
  readonly feed: OpenFeed
  readonly onOverflow: Overflow
  /** Bytes that may wait here for a slow client. */
  readonly maxQueuedBytes: number
  /** What the caller may see, or null for everything. Asked again at every batch: rights change. */
  permitted(): ((tag: FeedTag) => boolean) | null
}

const frames = new WeakMap<Batch, Map<string, Buffer>>()

/** Encoded once for all clients that call their subscription the same, as a hundred copies of one page do. */
function frameOf(batch: Batch, sub: string): Buffer {
  let bySub = frames.get(batch)
  if (!bySub) frames.set(batch, (bySub = new Map()))
  let frame = bySub.get(sub)
  if (!frame) {
    const seq = batch.entries.at(-1)?.seq ?? 0
    frame = Buffer.from(`{"type":"batch","sub":${JSON.stringify(sub)},"seq":${seq},"events":[${batch.joined}]}`)
    bySub.set(sub, frame)
  }
  return frame
}

/** Carries one feed to one client. A slow client costs a bounded queue, and is told what it missed. */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #outlet: Outlet
  readonly #leave: () => void
  #queue: Batch<FeedTag>[] = []
  #queuedBytes = 0
  #missed = 0
  #last: number

  constructor(options: SubscriptionOptions, outlet: Outlet, after: number | undefined) {
    this.#options = options
    this.#outlet = outlet
    const { topic } = options.feed
    const resumed = after === undefined ? null : topic.after(after)
    const history = resumed ?? options.feed.history()
    this.#last = (history[0]?.seq ?? topic.seq + 1) - 1
    outlet.send(
      JSON.stringify({
        type: 'subscribed',
        sub: options.sub,
        seq: this.#last,
        resumed: resumed !== null,
      } satisfies ServerMessage),
    )
    if (history.length > 0) this.#offer(batchOf(history))
    this.#leave = topic.subscribe((batch) => this.#offer(batch))
  }

  /** The socket has room again. */
  drain(): void {
    if (this.#missed > 0 && this.#outlet.ready()) {
      this.#outlet.send(
        JSON.stringify({
          type: 'gap',
          sub: this.#options.sub,
          missed: this.#missed,
          seq: this.#last,
        } satisfies ServerMessage),
      )
      this.#missed = 0
    }
    while (this.#queue.length > 0 && this.#outlet.ready()) {
      const batch = this.#queue.shift()
      if (!batch) return
      this.#queuedBytes -= batch.bytes
      this.#write(batch)
    }
  }

  close(): void {
    this.#leave()
    this.#queue = []
    this.#options.feed.close()
  }

  #offer(whole: Batch<FeedTag>): void {
    const batch = this.#filtered(whole)
    if (batch === null) return
    if (this.#queue.length === 0 && this.#missed === 0 && this.#outlet.ready()) {
      this.#write(batch)
      return
    }
    if (this.#options.onOverflow === 'latest') this.#queue = []
    this.#queue.push(batch)
    this.#queuedBytes = this.#queue.reduce((sum, queued) => sum + queued.bytes, 0)
    while (this.#queuedBytes > this.#options.maxQueuedBytes && this.#queue.length > 1) {
      const dropped = this.#queue.shift()
      if (!dropped) break
      this.#queuedBytes -= dropped.bytes
      this.#missed += dropped.entries.length
      this.#last = dropped.entries.at(-1)?.seq ?? this.#last
    }
  }

  #filtered(batch: Batch<FeedTag>): Batch<FeedTag> | null {
    const wants = this.#options.feed.wants()
    const permitted = this.#options.permitted()
    // The common case shares the joined text with every other client.
    if (wants === null && permitted === null) return batch
    const passes = (entry: Entry<FeedTag>): boolean =>
      (wants === null || wants(entry.tag)) && (permitted === null || permitted(entry.tag))
    const entries = batch.entries.filter(passes)
    if (entries.length === 0) return null
    return entries.length === batch.entries.length ? batch : batchOf(entries)
  }

  #write(batch: Batch<FeedTag>): void {
    this.#last = batch.entries.at(-1)?.seq ?? this.#last
    this.#outlet.send(frameOf(batch, this.#options.sub))
  }
}
