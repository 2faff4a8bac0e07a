import { type DiskUsage, Failure } from '@wheelhouse/contract'
import type { SpaceReport } from '@wheelhouse/driver'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'
import { systemOf } from './room.ts'

const firstMs = 15_000
const everyMs = 15 * 60_000
const patienceMs = 10 * 60_000

interface Counted {
  readonly report: SpaceReport | null
  readonly countedAt: string | null
  /** Why the last count came to nothing; what was counted before it stays. */
  readonly reason: string | null
}
const never: Counted = { report: null, countedAt: null, reason: null }

export interface DiskCountsParts {
  readonly registry: Registry
  readonly log: Log
  /** One count tells the sizes of volumes as well. */
  counted(targetId: string, volumeBytes: ReadonlyMap<string, number>): void
}

/**
 * What takes the disk of each engine, counted in the background: an engine walks its whole disk for it, for minutes on a full one.
 * Nobody waits for a count. By schedule engines are asked one after the other, so that the disks of one machine are not walked twice
 * at once.
 */
export class DiskCounts {
  readonly #parts: DiskCountsParts
  readonly #known = new Map<string, Counted>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #closed = new AbortController()
  #timer: NodeJS.Timeout | null = null

  constructor(parts: DiskCountsParts) {
    this.#parts = parts
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

  /** As last counted. Reads memory alone. */
  of(targetId: string): DiskUsage {
    const { report, countedAt, reason } = this.#known.get(targetId) ?? never
    return {
      targetId,
      targetName: this.#parts.registry.mirror(targetId).record.name,
      countedAt,
      counting: this.#running.has(targetId),
      images: report && { ...report.images },
      containers: report && { ...report.containers },
      volumes: report && { ...report.volumes },
      buildCache: report && { ...report.buildCache },
      reason,
    }
  }

  /** Begins a count, or joins the one that runs; comes back when it has ended, well or not. */
  count(targetId: string): Promise<void> {
    const running = this.#running.get(targetId)
    if (running) return running
    const counting = this.#ask(targetId).finally(() => this.#running.delete(targetId))
    this.#running.set(targetId, counting)
    return counting
  }

  async #all(): Promise<void> {
    const { registry } = this.#parts
    for (const { id, state } of registry.targets()) {
      if (this.#closed.signal.aborted) return
      if (state === 'connected' && registry.mirror(id).connection.system) await this.count(id)
    }
    const there = new Set(registry.records().map(({ id }) => id))
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id)
  }

  async #ask(targetId: string): Promise<void> {
    const before = this.#known.get(targetId) ?? never
    try {
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(patienceMs)])
      const report = await systemOf(this.#parts.registry, targetId).space(signal)
      this.#known.set(targetId, { report, countedAt: new Date().toISOString(), reason: null })
      this.#parts.counted(targetId, report.volumeBytes)
    } catch (error) {
      if (this.#closed.signal.aborted) return
      this.#parts.log.debug({ err: error, targetId }, 'a disk could not be counted')
      const reason = error instanceof Failure ? error.message : 'The engine broke off while it counted. Count again.'
      this.#known.set(targetId, { ...before, reason })
    }
  }
}
