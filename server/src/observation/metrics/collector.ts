import type { Sample, TargetUsage } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'
import { Series } from './series.ts'

/** An hour at the collection interval. */
const keptReadings = 360
const usageKept = 720
/** Between the beginnings of two targets: all at once, many hosts would keep everything else waiting for as long as they answer. */
const mostGapMs = 250

export interface Collected {
  readonly serviceId: string
  readonly targetId: string
  readonly sample: Sample
}

/** Reads every running service of every connected target, one target after the other, at an interval that stretches when a target is slow. */
export class Collector {
  readonly intervalMs: number
  readonly #registry: Registry
  readonly #log: Log
  readonly #series = new Map<string, Series>()
  readonly #usage = new Map<string, TargetUsage[]>()
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(reading: Collected) => void>()
  readonly #running = new Set<string>()

  constructor(registry: Registry, log: Log, intervalMs: number) {
    this.#registry = registry
    this.#log = log
    this.intervalMs = intervalMs
  }

  start(): void {
    const turns = new Set<NodeJS.Timeout>()
    const round = (): void => {
      const connected = this.#registry.targets().filter(({ state }) => state === 'connected')
      const gapMs = Math.min(mostGapMs, this.intervalMs / connected.length)
      for (const [index, { id }] of connected.entries()) {
        const turn = setTimeout(() => {
          turns.delete(turn)
          void this.#collect(id)
        }, index * gapMs)
        turns.add(turn.unref())
      }
    }
    const timer = setInterval(round, this.intervalMs)
    timer.unref()
    const first = setTimeout(round, 1_000)
    first.unref()
    const leave = this.#registry.onChange((change) => {
      if (change.kind === 'service-removed') this.#series.delete(change.id)
      if (change.kind === 'target-removed') this.#usage.delete(change.id)
      if (change.kind === 'target' && change.target.usage) this.#keepUsage(change.target.id, change.target.usage)
    })
    this.#stop.signal.addEventListener('abort', () => {
      clearInterval(timer)
      clearTimeout(first)
      for (const turn of turns) clearTimeout(turn)
      leave()
    })
  }

  onReading(listener: (reading: Collected) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  series(serviceId: string): Series | null {
    return this.#series.get(serviceId) ?? null
  }
  usage(targetId: string): readonly TargetUsage[] {
    return this.#usage.get(targetId) ?? []
  }

  close(): void {
    this.#stop.abort()
  }

  async #collect(targetId: string): Promise<void> {
    // A target slower than the interval is asked again only when it has answered.
    if (this.#running.has(targetId)) return
    this.#running.add(targetId)
    try {
      const mirror = this.#registry.mirror(targetId)
      const running = new Map<string, string>()
      for (const service of mirror.services.values()) {
        const native = mirror.nativeId(service.id)
        if (
          native !== undefined &&
          (service.state === 'running' || service.state === 'degraded' || service.state === 'starting')
        )
          running.set(native, service.id)
      }
      if (running.size === 0) return
      const samples = await mirror.connection.sample([...running.keys()], this.#stop.signal)
      for (const [native, sample] of samples) {
        const serviceId = running.get(native)
        if (serviceId === undefined || mirror.services.get(serviceId) === undefined) continue
        mirror.setUsage(serviceId, sample)
        let series = this.#series.get(serviceId)
        if (!series) this.#series.set(serviceId, (series = new Series(keptReadings)))
        series.push(sample)
        for (const listener of this.#listeners) listener({ serviceId, targetId, sample })
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#log.debug({ err: error, targetId }, 'readings of a target failed')
    } finally {
      this.#running.delete(targetId)
    }
  }

  #keepUsage(targetId: string, usage: TargetUsage): void {
    const kept = this.#usage.get(targetId) ?? []
    if (kept.at(-1)?.at === usage.at) return
    kept.push(usage)
    if (kept.length > usageKept) kept.shift()
    this.#usage.set(targetId, kept)
  }
}
