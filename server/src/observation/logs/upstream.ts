import { Failure, type LogLine } from '@wheelhouse/contract'
import { Audience, Topic, type Viewer } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import type { FeedTag } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { leveled } from '../log-formats/index.ts'

const ringLines = 10_000
const ringBytes = 4_194_304
/** A page that reloads finds its stream still open. */
const lingerMs = 10_000
const againMs = 500

/** The one stream of a service's log from its target, shared by everyone who watches. Opens with the first, ends after the last. */
export class Upstream {
  readonly topic = new Topic<FeedTag>({ maxEntries: ringLines, maxBytes: ringBytes })
  readonly #registry: Registry
  readonly #serviceId: string
  readonly #log: Log
  readonly #audience = new Audience(lingerMs, () => this.close())
  readonly #stop = new AbortController()
  readonly #closed: () => void
  #lastAt: string | null = null
  #ready: Promise<void>

  constructor(registry: Registry, serviceId: string, log: Log, closed: () => void) {
    this.#registry = registry
    this.#serviceId = serviceId
    this.#log = log
    this.#closed = closed
    // The target answers its history first; a viewer that subscribes in the meantime would see it as live.
    let settle: () => void = () => undefined
    this.#ready = new Promise((resolve) => (settle = resolve))
    void this.#run(settle)
  }

  get ready(): Promise<void> {
    return this.#ready
  }
  get viewers(): number {
    return this.#audience.size
  }

  join(viewer: Viewer): () => void {
    return this.#audience.join(viewer)
  }

  close(): void {
    this.#audience.close()
    this.#stop.abort()
    this.#closed()
  }

  async #run(settle: () => void): Promise<void> {
    const { signal } = this.#stop
    const tag: FeedTag = {
      serviceId: this.#serviceId,
      targetId: this.#serviceId.slice(0, this.#serviceId.indexOf(':')),
    }
    // History comes in one go; the first quiet moment after it is the end of the past.
    let quiet = setTimeout(settle, 300)
    while (!signal.aborted) {
      try {
        const { connection, nativeId } = this.#registry.reach(this.#serviceId)
        const query = this.#lastAt === null ? { tail: ringLines, since: null } : { tail: null, since: this.#lastAt }
        for await (const line of connection.logs(nativeId, { ...query, until: null, follow: true }, signal)) {
          if (!this.#isNew(line)) continue
          this.topic.publish(leveled(line), tag)
          clearTimeout(quiet)
          quiet = setTimeout(settle, 25)
        }
      } catch (error) {
        if (error instanceof Failure && error.code === 'NOT_FOUND') break
        this.#log.debug({ err: error, serviceId: this.#serviceId }, 'a log stream broke')
      }
      settle()
      if (signal.aborted) break
      await this.#untilThereIsMore(signal)
      if (this.#registry.service(this.#serviceId) === null) break
    }
    clearTimeout(quiet)
    settle()
    if (signal.aborted) return
    this.#audience.end('The service was removed; this was the end of its log.')
    this.close()
  }

  // The stream is asked for again from the time of its last line on, so lines of that very time come twice.
  #sameTime = new Map<string, number>()
  #replay = new Map<string, number>()
  #isNew(line: LogLine): boolean {
    if (line.at === this.#lastAt) {
      const owed = this.#replay.get(line.text) ?? 0
      if (owed > 0) {
        this.#replay.set(line.text, owed - 1)
        return false
      }
    } else {
      this.#sameTime.clear()
      this.#replay.clear()
    }
    this.#lastAt = line.at
    this.#sameTime.set(line.text, (this.#sameTime.get(line.text) ?? 0) + 1)
    return true
  }

  /** A stopped service says nothing: wait until it runs again, is removed, or its target is back. */
  async #untilThereIsMore(signal: AbortSignal): Promise<void> {
    this.#replay = new Map(this.#sameTime)
    const before = this.#registry.service(this.#serviceId)
    if (before !== null && before.state !== 'stopped' && before.state !== 'unknown' && before.state !== 'failed') {
      await new Promise((resolve) => setTimeout(resolve, againMs))
      return
    }
    await this.#registry.whenService(
      this.#serviceId,
      (row) =>
        row === null ||
        // The target is heard again: whatever the service does, its log can be read.
        (before?.state === 'unknown' && row.state !== 'unknown') ||
        (row.state !== 'stopped' && row.state !== 'unknown' && row.startedAt !== before?.startedAt) ||
        row.state === 'running',
      3_600_000,
      signal,
    )
  }
}
