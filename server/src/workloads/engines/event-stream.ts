import type { EngineEvent } from '@wheelhouse/contract'
import { Audience, Topic, type Viewer } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import type { FeedTag } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { shownEvent, type ToldEvent } from './events.ts'
import { systemOf } from './room.ts'

const ringEvents = 2000
const ringBytes = 2_097_152
/** A page that reloads finds its stream still open. */
const lingerMs = 10_000
const againMs = 1000

const sameAs = (event: ToldEvent): string => `${event.type} ${event.action} ${event.actorId}`

/** The one stream of an engine's events, shared by everyone who watches. Opens with the first, ends after the last. */
export class EventStream {
  readonly topic = new Topic<FeedTag>({ maxEntries: ringEvents, maxBytes: ringBytes })
  readonly #registry: Registry
  readonly #targetId: string
  readonly #log: Log
  readonly #audience = new Audience(lingerMs, () => this.close())
  readonly #stop = new AbortController()
  readonly #closed: () => void
  readonly #events = new WeakMap<object, EngineEvent>()
  #since = new Date().toISOString()
  /** What was told at `#since` already: a stream that is opened anew begins with that time. */
  #told = new Set<string>()

  constructor(registry: Registry, targetId: string, log: Log, closed: () => void) {
    this.#registry = registry
    this.#targetId = targetId
    this.#log = log
    this.#closed = closed
    void this.#run()
  }

  /** The event that an entry is of, for filters. */
  eventOf(tag: FeedTag): EngineEvent | null {
    return tag === null ? null : (this.#events.get(tag) ?? null)
  }

  join(viewer: Viewer): () => void {
    return this.#audience.join(viewer)
  }

  close(): void {
    this.#audience.close()
    this.#stop.abort()
    this.#closed()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const system = systemOf(this.#registry, this.#targetId)
        const range = { since: this.#since, until: null }
        for await (const event of system.events(range, { types: [], actions: [] }, signal)) this.#tell(event)
      } catch (error) {
        if (!signal.aborted) this.#log.debug({ err: error, targetId: this.#targetId }, 'a stream of events broke')
      }
      if (signal.aborted) return
      if (this.#registry.stored(this.#targetId) === null) break
      await this.#pause(signal)
    }
    this.#audience.end('The target was removed; these were its last events.')
    this.close()
  }

  #tell(event: ToldEvent): void {
    const key = sameAs(event)
    if (event.at === this.#since && this.#told.has(key)) return
    if (event.at > this.#since) {
      this.#since = event.at
      this.#told = new Set()
    }
    if (event.at === this.#since) this.#told.add(key)
    const shown = shownEvent(this.#targetId, event)
    const tag: FeedTag = { targetId: this.#targetId }
    this.#events.set(tag, shown)
    this.topic.publish(shown, tag)
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, againMs)
      timer.unref()
      signal.addEventListener('abort', done)
    })
  }
}
