import type { NewEvent } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { Message } from './message.ts'
import { NotDelivered, send, type SendOptions } from './send.ts'
import type { ChannelRecord, NotificationStore, OutboxEntry } from './store.ts'

export interface OutboxParts {
  readonly store: NotificationStore
  readonly log: Log
  announce(event: NewEvent): unknown
  readonly authorities?: readonly string[]
  /** Waits between attempts; 1 s, 10 s, 1 min and 10 min unless told. */
  readonly retriesMs?: readonly number[]
}

const retries: readonly number[] = [1_000, 10_000, 60_000, 600_000]
const atOnce = 4
/** Longer than a delivery may take: one whose instance died is taken up after it. */
const claimMs = 30_000
/** Rows of other instances, and those of one that died, are seen after at most this long. */
const longestSleepMs = 30_000
const keepMs = 86_400_000
const pruneEveryMs = 3_600_000

/** Messages on their way. They are written down before they are sent, so a restart loses none. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #retriesMs: readonly number[]
  readonly #stop = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking: Promise<void> | null = null
  #again = false
  #prunedAt = 0

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#retriesMs = parts.retriesMs ?? retries
  }

  start(): void {
    this.#look()
  }

  /** Those that are under way are cut off; they are sent again after the next start. */
  async close(): Promise<void> {
    this.#stop.abort()
    clearTimeout(this.#timer)
    await this.#looking
    await Promise.all(this.#underWay)
  }

  async put(channels: readonly ChannelRecord[], message: Message): Promise<void> {
    const entries = channels.map(({ id }) => ({ id: `${message.key}:${id}`, channelId: id }))
    await this.#parts.store.enqueue(entries, message, Date.now())
    this.#look()
  }

  #look(): void {
    if (this.#stop.signal.aborted) return
    if (this.#looking) {
      this.#again = true
      return
    }
    this.#again = false
    this.#looking = this.#take()
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'messages on their way were not read; trying again')
        this.#sleep(longestSleepMs)
      })
      .finally(() => {
        this.#looking = null
        if (this.#again) this.#look()
      })
  }

  async #take(): Promise<void> {
    const { store } = this.#parts
    const now = Date.now()
    const room = atOnce - this.#underWay.size
    if (room > 0) {
      for (const entry of await store.due(now, room)) {
        if (this.#stop.signal.aborted || !(await store.claim(entry, now + claimMs))) continue
        const sending = this.#deliver(entry)
          .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'a delivery was not noted'))
          .finally(() => {
            this.#underWay.delete(sending)
            this.#look()
          })
        this.#underWay.add(sending)
      }
    }
    if (now - this.#prunedAt > pruneEveryMs) {
      this.#prunedAt = now
      await store.prune(now - keepMs)
    }
    // While all hands are full the end of a delivery looks again.
    if (this.#underWay.size >= atOnce) return
    const next = await store.nextDueAt()
    if (next !== null) this.#sleep(next - Date.now())
    else this.#sleep(longestSleepMs)
  }

  #sleep(delayMs: number): void {
    clearTimeout(this.#timer)
    if (this.#stop.signal.aborted) return
    this.#timer = setTimeout(() => this.#look(), Math.min(longestSleepMs, Math.max(50, delayMs)))
    this.#timer.unref()
  }

  async #deliver(entry: OutboxEntry): Promise<void> {
    const { store, authorities = [] } = this.#parts
    const channel = await store.channel(entry.channelId)
    // One that was turned off meanwhile is told nothing more.
    if (!channel?.enabled) return store.ended(entry.id, 'failed')
    const options: SendOptions = { authorities, signal: this.#stop.signal }
    try {
      await send(channel.spec, entry.message, options)
    } catch (error) {
      if (this.#stop.signal.aborted) return store.retryAt(entry.id, Date.now(), entry.attempts)
      return this.#failed(entry, channel, error instanceof NotDelivered ? error.message : 'failed')
    }
    await store.ended(entry.id, 'done')
    await store.told(channel.id, Date.now(), null)
  }

  async #failed(entry: OutboxEntry, channel: ChannelRecord, why: string): Promise<void> {
    const { store, announce } = this.#parts
    const delayMs = this.#retriesMs[entry.attempts]
    await store.told(channel.id, Date.now(), why)
    if (delayMs !== undefined) return store.retryAt(entry.id, Date.now() + delayMs)
    await store.ended(entry.id, 'failed')
    announce({
      type: 'notification.failed',
      severity: 'error',
      stack: entry.message.stack,
      message: `"${entry.message.title}" did not reach ${channel.name} in ${entry.attempts + 1} tries: ${channel.address} ${why}.`,
      data: {
        channelId: channel.id,
        channel: channel.name,
        occasion: entry.message.occasion,
        key: entry.message.key,
        why,
      },
    })
  }
}
