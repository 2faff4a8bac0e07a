import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'

const firstMs = 15_000
const everyMs = 15 * 60_000
const patienceMs = 10 * 60_000

/**
 * How large volumes are, counted in the background: an engine walks through all files for it. Targets are asked one after the other,
 * so that a slow one delays only figures, and nobody waits for them but a plan, for a moment.
 */
export class VolumeSizes {
  readonly #registry: Registry
  readonly #log: Log
  readonly #known = new Map<string, ReadonlyMap<string, number>>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #closed = new AbortController()
  #timer: NodeJS.Timeout | null = null

  constructor(registry: Registry, log: Log) {
    this.#registry = registry
    this.#log = log
  }

  start(): void {
    const again = (): void => {
      void this.#all().finally(() => {
        if (!this.#closed.signal.aborted) this.#timer = setTimeout(again, everyMs).unref()
      })
    }
    this.#timer = setTimeout(again, firstMs).unref()
  }

  close(): void {
    this.#closed.abort()
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** As last counted; null while not known. */
  of(targetId: string, name: string): number | null {
    return this.#known.get(targetId)?.get(name) ?? null
  }

  learn(targetId: string, bytes: ReadonlyMap<string, number>): void {
    this.#known.set(targetId, bytes)
  }

  /** Counts one target anew, and comes back when that is done or `waitMs` are over: what is known then counts. */
  async refresh(targetId: string, waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, waitMs)
    await Promise.race([this.#count(targetId), promise])
    clearTimeout(timer)
  }

  async #all(): Promise<void> {
    for (const target of this.#registry.targets()) {
      if (this.#closed.signal.aborted) return
      // An engine's disk is counted as a whole, volumes included: walking it twice would be one time too often.
      const { system } = this.#registry.mirror(target.id).connection
      if (target.state === 'connected' && !system) await this.#count(target.id)
    }
    const there = new Set(this.#registry.records().map((record) => record.id))
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id)
  }

  #count(targetId: string): Promise<void> {
    const running = this.#running.get(targetId)
    if (running) return running
    const counting = this.#ask(targetId).finally(() => this.#running.delete(targetId))
    this.#running.set(targetId, counting)
    return counting
  }

  async #ask(targetId: string): Promise<void> {
    try {
      const { volumes } = this.#registry.connected(targetId)
      if (!volumes) return
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(patienceMs)])
      this.#known.set(targetId, await volumes.sizes(signal))
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#log.debug({ err: error, targetId }, 'volumes could not be counted')
    }
  }
}
