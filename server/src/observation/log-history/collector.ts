import type { Service } from '@wheelhouse/contract'
import type { LineStore } from '@wheelhouse/platform/lines'
import type { Log } from '@wheelhouse/platform/log'
import type { MirrorChange, Registry } from '../../inventory/targets/index.ts'
import { randomUUID } from 'node:crypto'
import { Follower } from './follower.ts'
import type { Lives } from './lives.ts'
import type { Sources } from './sources.ts'
import type { GapReason, HistoryStore } from './store.ts'
import type { Taps } from './taps.ts'

export interface CollectorParts {
  readonly registry: Registry
  readonly store: LineStore
  readonly rows: HistoryStore
  readonly sources: Sources
  readonly lives: Lives
  readonly taps: Taps
  readonly log: Log
  /** When the newest line of each source was said, in epoch microseconds; known once the files are open. */
  readonly watermarks: Promise<ReadonlyMap<number, number>>
}

const runs = new Set<Service['state']>(['running', 'starting', 'degraded', 'paused'])
/** What a service said last comes a little after it has ended, and one that is started anew soon goes on in the same stream. */
const lingerMs = 5_000

/** Follows every service that is there, from when it comes until it goes. */
export class Collector {
  readonly #parts: CollectorParts
  readonly #followers = new Map<string, Follower>()
  readonly #leave: () => void
  /** Changes are taken in their order, since what is told of a service later must not be overtaken. */
  #turn: Promise<void>
  #watermarks = new Map<number, number>()
  /** Why nothing is kept; null while it is. */
  problem: string | null = null
  readonly #leaving = new Map<string, NodeJS.Timeout>()
  #isClosed = false

  constructor(parts: CollectorParts) {
    this.#parts = parts
    // Nobody waits for the files: what changes meanwhile is taken in when they are open.
    this.#turn = this.#open()
    this.#leave = parts.registry.onChange((change) => this.#heard(change))
    for (const service of parts.registry.services()) this.#next(() => this.#see(service))
  }

  get followed(): number {
    return this.#followers.size
  }
  follower(serviceId: string): Follower | null {
    return this.#followers.get(serviceId) ?? null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#leave()
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    for (const follower of this.#followers.values()) follower.close()
    await this.#turn
    await Promise.all([...this.#followers.values()].map(({ done }) => done))
  }

  async #open(): Promise<void> {
    try {
      this.#watermarks = new Map(await this.#parts.watermarks)
      this.#parts.sources.passOver(Math.max(0, ...this.#watermarks.keys()))
    } catch (error) {
      this.#isClosed = true
      this.problem = `No lines are kept: ${(error as Error).message}`
      this.#parts.log.error({ err: error }, 'the history of logs could not be opened')
    }
  }

  #heard(change: MirrorChange): void {
    if (change.kind === 'service') this.#next(() => this.#see(change.service))
    else if (change.kind === 'service-removed') this.#next(() => this.#gone(change.id))
  }

  #next(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#isClosed) return
      await work().catch((error: unknown) =>
        this.#parts.log.warn({ err: error }, 'a change was not taken into the log'),
      )
    })
  }

  async #see(service: Service): Promise<void> {
    const { registry, store, sources, lives, taps } = this.#parts
    // The lines of a task are those of its Swarm service, which has them of every node.
    if (service.taskOf !== undefined) return
    const { id: source } = await sources.of(service, Date.now())
    await lives.see(source, service)
    if (this.#isClosed || service.state === 'unknown' || !keepsLog(registry, service)) return
    const isOver = !runs.has(service.state)
    if (this.#followers.has(service.id)) {
      if (isOver) this.#leaveSoon(service.id)
      return
    }
    const watermarkUs = this.#watermarks.get(source) ?? 0
    // Thousands of ended ones are not asked anew at every start.
    if (isOver && Date.parse(service.changedAt) * 1000 < watermarkUs) return
    const follower = new Follower({
      registry,
      store,
      taps,
      serviceId: service.id,
      source,
      watermarkUs,
      isOver,
      lost: (fromMs, toMs, reason) => this.#lost(source, fromMs, toMs, reason),
    })
    this.#followers.set(service.id, follower)
    void follower.done.then(() => {
      this.#watermarks.set(source, follower.watermarkUs)
      if (this.#followers.get(service.id) === follower) this.#followers.delete(service.id)
      // It may run again since it was left, and the change that told so found it still followed.
      const now = registry.service(service.id)
      if ((isOver || follower.isClosed) && now !== null && runs.has(now.state)) this.#next(() => this.#see(now))
    })
  }

  async #lost(sourceId: number, fromAt: number, toAt: number, reason: GapReason): Promise<void> {
    const { rows, log } = this.#parts
    log.warn({ sourceId, fromAt, toAt, reason }, 'lines are missing')
    await rows
      .putGap({ id: randomUUID(), sourceId, fromAt, toAt, reason })
      .catch((error: unknown) => log.warn({ err: error }, 'a gap in a log was not written down'))
  }

  /** One that has ended says nothing: its stream is closed, and opened again when it runs. */
  #leaveSoon(serviceId: string): void {
    if (this.#leaving.has(serviceId)) return
    const timer = setTimeout(() => {
      this.#leaving.delete(serviceId)
      const service = this.#parts.registry.service(serviceId)
      if (service !== null && !runs.has(service.state)) this.#followers.get(serviceId)?.close()
    }, lingerMs)
    this.#leaving.set(serviceId, timer.unref())
  }

  async #gone(serviceId: string): Promise<void> {
    const { sources, lives } = this.#parts
    const now = Date.now()
    const row = await sources.gone(serviceId, now)
    if (row !== null) await lives.gone(row.id, now)
    // It ends by itself when its last line is read.
  }
}

function keepsLog(registry: Registry, { targetId }: Service): boolean {
  try {
    return registry.mirror(targetId).connection.capabilities.has('logs')
  } catch {
    return false
  }
}
