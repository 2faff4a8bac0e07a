import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '@wheelhouse/platform/log'
import {
  type Answer,
  type SeriesQuery,
  type SeriesState,
  SeriesStore,
  type Tick,
  type TierSettings,
} from '@wheelhouse/platform/series'

export interface KeepingSettings {
  /** Where the readings lie. */
  readonly folder: string
  readonly budgetBytes: number
  readonly ticks: readonly TierSettings[]
  readonly rollups: readonly TierSettings[]
}

/** How long it takes until a folder that could not be opened is tried again. */
const againMs = 60_000
const nothing: SeriesState = { bytes: 0, broken: 0, failure: null, tiers: [] }

/** The files of readings. They are opened when there is something to write or to ask; what cannot be opened keeps nobody from anything else. */
export class Keeping {
  readonly settings: KeepingSettings
  readonly #log: Log
  #store: SeriesStore | null = null
  #failedAt = -Infinity
  #isClosed = false
  /** Why readings are lost now; null while they are kept. */
  problem: string | null = null
  /** Ticks that could not be kept since the start. */
  lost = 0

  constructor(settings: KeepingSettings, log: Log) {
    this.settings = settings
    this.#log = log
  }

  /** Keeps a tick, or tells in `problem` why not. Answers whether it is kept. */
  async append(tick: Tick): Promise<boolean> {
    const store = this.#open()
    if (store === null) {
      this.lost++
      return false
    }
    try {
      await store.append(tick)
      if (this.problem !== null) this.#log.info({}, 'readings are kept again')
      this.problem = null
      return true
    } catch (error) {
      this.lost++
      if (this.#isClosed) return false
      this.#failed(store, error as Error)
      return false
    }
  }

  /** Null where nothing was ever kept. Throws what the store throws. */
  async query(query: SeriesQuery, signal?: AbortSignal): Promise<Answer | null> {
    const store = this.#reading()
    return store === null ? null : await store.query(query, signal)
  }

  async state(): Promise<SeriesState> {
    const store = this.#reading()
    return store === null ? nothing : await store.state().catch(() => nothing)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#store?.close()
  }

  /** No folder is made for a question. */
  #reading(): SeriesStore | null {
    return this.#store ?? (existsSync(join(this.settings.folder, 'windows')) ? this.#open() : null)
  }

  #open(): SeriesStore | null {
    if (this.#isClosed) return null
    if (this.#store !== null) return this.#store
    if (performance.now() - this.#failedAt < againMs) return null
    this.#store = new SeriesStore({
      ...this.settings,
      hotBytes: 16 * 1024 * 1024,
      readers: 2,
      queueBytes: 16 * 1024 * 1024,
      queryMs: 20_000,
    })
    return this.#store
  }

  #failed(store: SeriesStore, error: Error): void {
    if (this.problem === null) this.#log.error({ err: error }, 'readings could not be kept')
    this.problem = `Readings are not kept: ${error.message}`
    if (!store.isOver || this.#store !== store) return
    this.#store = null
    this.#failedAt = performance.now()
    void store.close().catch(() => undefined)
  }
}
