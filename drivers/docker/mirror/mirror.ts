import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@wheelhouse/contract'
import type { DriverLog, ObservedService, Observer, Occurrence } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { isHolder, purposeLabel } from '../volumes/holder.ts'
import type { EngineEvent, ResourceEvent } from './engine-event.ts'
import type { InspectedContainer, ListedContainer } from './engine-json.ts'
import type { History } from './history.ts'
import { Refresher } from './refresher.ts'
import { ResourceMirror } from './resource-mirror.ts'
import { rowAfterEnd, rowFromInspect, rowFromList } from './row.ts'

const inspectsAtOnce = 8
const burstPauseMs = 20
/** How long the first snapshot waits for details. Few containers are whole in it, many follow as changes. */
const detailGraceMs = 100

/**
 * The rows of one engine over all its connections. Events name what to look at again instead of writing rows,
 * so an event older than a list can do no harm; only the end of a run is shown at once.
 */
export class Mirror {
  readonly #client: EngineClient
  readonly #observer: Observer
  readonly #history: History
  readonly #log: DriverLog
  readonly #rows = new Map<string, ObservedService>()
  readonly #untold = new Map<string, Occurrence[]>()
  readonly #resources: ResourceMirror
  #refresher: Refresher
  /** Seen (true) or destroyed (false) since the running list was asked for: newer than the list. */
  #newer = new Map<string, boolean>()
  #shown = false

  constructor(client: EngineClient, observer: Observer, history: History, log: DriverLog) {
    this.#client = client
    this.#observer = observer
    this.#history = history
    this.#log = log
    this.#resources = new ResourceMirror(client, observer, log)
    this.#refresher = this.#newRefresher(new AbortController().signal)
  }

  /** Begins a connection: nothing is told before `load` has made the snapshot. */
  begin(signal: AbortSignal): void {
    this.#refresher.close()
    this.#refresher = this.#newRefresher(signal)
    this.#resources.begin(signal)
    this.#newer = new Map()
    this.#shown = false
  }

  end(): void {
    this.#refresher.close()
    this.#resources.end()
  }

  /** Lists everything, makes the snapshot, then looks at each in detail. */
  async load(signal: AbortSignal): Promise<void> {
    const listed = await this.#list(signal)
    const present = new Set(listed.map((entry) => entry.Id))
    for (const id of this.#rows.keys()) if (!present.has(id) && !this.#newer.has(id)) this.#forget(id)
    for (const entry of listed) {
      if (this.#newer.has(entry.Id)) continue
      this.#resources.listed(entry.Id, entry)
      const row = rowFromList(entry, this.#rows.get(entry.Id), this.#history.recall(entry.Id))
      this.#rows.set(entry.Id, row)
      this.#refresher.touch(entry.Id)
    }
    await Promise.race([this.#refresher.idle(), pause(detailGraceMs)])
    if (signal.aborted) return
    this.#resources.load()
    this.#shown = true
    this.#observer.snapshot([...this.#rows.values()])
    for (const id of this.#untold.keys()) this.#tell(id)
  }

  /** Catches what an overflowing event stream may have dropped: looks again at what the list tells otherwise. */
  async compare(signal: AbortSignal): Promise<void> {
    this.#newer = new Map()
    this.#resources.load()
    const listed = await this.#list(signal)
    const present = new Set(listed.map((entry) => entry.Id))
    for (const id of this.#rows.keys()) if (!present.has(id)) this.#refresher.touch(id)
    for (const entry of listed) {
      const before = this.#rows.get(entry.Id)
      if (this.#newer.has(entry.Id)) continue
      const now = rowFromList(entry, before, this.#history.recall(entry.Id))
      const same =
        before !== undefined &&
        before.nativeState === now.nativeState &&
        before.name === now.name &&
        before.health === now.health
      if (!same) this.#refresher.touch(entry.Id)
    }
  }

  hearResource(event: ResourceEvent): void {
    this.#resources.hear(event)
    if (event.container !== null && this.#rows.has(event.container)) this.#refresher.touch(event.container)
  }

  hear(event: EngineEvent): void {
    // What holds a volume is never started.
    const hidden = event.attributes[purposeLabel] !== undefined && event.action !== 'start'
    if (hidden && !this.#rows.has(event.id)) return
    const occurrence = this.#history.hear(event)
    if (occurrence) this.#untold.set(event.id, [...(this.#untold.get(event.id) ?? []), occurrence])
    if (event.action === 'destroy') {
      this.#tell(event.id)
      this.#newer.set(event.id, false)
      this.#forget(event.id)
      return
    }
    if (event.action === 'die') this.#showEnd(event)
    // A signal alone changes nothing; what it causes is an event of its own.
    if (event.action !== 'kill') this.#refresher.touch(event.id)
  }

  /** The engine keeps a container locked for a while after its end; the event tells enough until it can be looked at. */
  #showEnd(event: EngineEvent): void {
    const before = this.#rows.get(event.id)
    if (!this.#shown || !before || (before.startedAt !== null && before.startedAt > event.at)) return
    const row = rowAfterEnd(before, Number(event.attributes.exitCode ?? 0), this.#history.recall(event.id))
    this.#rows.set(event.id, row)
    this.#observer.changed(row)
    this.#tell(event.id)
  }

  async #list(signal: AbortSignal): Promise<ListedContainer[]> {
    const all = await this.#client.json<ListedContainer[]>({ path: '/containers/json', query: { all: 1 }, signal })
    // What only holds a volume for a moment is no service.
    return all.filter((entry) => !isHolder(entry))
  }

  #newRefresher(signal: AbortSignal): Refresher {
    return new Refresher(inspectsAtOnce, burstPauseMs, (id) => this.#look(id, signal))
  }

  async #look(id: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    try {
      const path = `/containers/${id}/json`
      const detail = await this.#client.json<InspectedContainer>({ path, timeoutMs: 10_000, signal })
      if (signal.aborted || this.#newer.get(id) === false) return
      this.#newer.set(id, true)
      const before = this.#rows.get(id)
      const row = rowFromInspect(detail, before, this.#history.recall(id))
      this.#rows.set(id, row)
      this.#resources.inspected(id, detail)
      if (this.#shown && !isDeepStrictEqual(before, row)) this.#observer.changed(row)
      this.#tell(id)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Failure && error.code === 'NOT_FOUND') {
        this.#tell(id)
        this.#newer.set(id, false)
        this.#forget(id)
        return
      }
      // One container that cannot be read keeps its last row; a dead engine is noticed by the event stream.
      const level = error instanceof Failure && error.code === 'TARGET_UNREACHABLE' ? 'debug' : 'warn'
      this.#log[level]({ id, error: String(error) }, 'container could not be inspected')
      this.#tell(id)
    }
  }

  #tell(id: string): void {
    if (!this.#shown) return
    const occurrences = this.#untold.get(id) ?? []
    this.#untold.delete(id)
    for (const occurrence of occurrences) this.#observer.occurred(occurrence)
  }

  #forget(id: string): void {
    this.#history.forget(id)
    this.#resources.forget(id)
    if (this.#rows.delete(id) && this.#shown) this.#observer.gone(id)
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
