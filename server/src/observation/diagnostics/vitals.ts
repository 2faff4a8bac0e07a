import { statfs } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'

export const stepMs = 30_000
/** Six hours. */
const kept = 720

export interface Vital {
  readonly at: number
  readonly memoryBytes: number
  readonly heapBytes: number
  /** Of one core. */
  readonly cpuPercent: number
  /** The 99th percentile of the step. */
  readonly loopDelayMs: number
  readonly diskFreeBytes: number | null
}

/** Room on the disk of a folder; null where the system does not tell. */
export async function roomOf(
  folder: string,
): Promise<{ readonly totalBytes: number; readonly freeBytes: number } | null> {
  const disk = await statfs(folder).catch(() => null)
  return disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize }
}

/** Readings of this very process, of the last hours, in a ring. */
export class Vitals {
  readonly #folder: string
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })
  #ring: Vital[] = []
  #cpu = process.cpuUsage()
  #at = performance.now()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  start(): void {
    this.#delay.enable()
    this.#timer = setInterval(() => void this.read(), stepMs)
    this.#timer.unref()
  }
  close(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  all(): readonly Vital[] {
    return this.#ring
  }

  async read(): Promise<Vital> {
    const used = process.cpuUsage(this.#cpu)
    const passedMs = Math.max(performance.now() - this.#at, 1)
    this.#cpu = process.cpuUsage()
    this.#at = performance.now()
    const { rss, heapUsed } = process.memoryUsage()
    // What the timer itself was late for is the delay; its resolution is not.
    const slowest = this.#delay.percentile(99) / 1e6 - 20
    this.#delay.reset()
    const vital: Vital = {
      at: Date.now(),
      memoryBytes: rss,
      heapBytes: heapUsed,
      cpuPercent: Math.round(((used.user + used.system) / 1000 / passedMs) * 1000) / 10,
      loopDelayMs: Number.isFinite(slowest) ? Math.max(0, Math.round(slowest * 10) / 10) : 0,
      diskFreeBytes: (await roomOf(this.#folder))?.freeBytes ?? null,
    }
    this.#ring.push(vital)
    if (this.#ring.length > kept) this.#ring = this.#ring.slice(-kept)
    return vital
  }
}
