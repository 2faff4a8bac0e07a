import type { Sample, Service, TargetUsage } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { TickPart } from '@wheelhouse/platform/series'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { Entities } from './entities.ts'
import { serviceMetrics, targetMetrics } from './given.ts'
import type { TickSource } from './held-values.ts'
import type { Keeping } from './keeping.ts'
import { Sheet } from './sheet.ts'

export interface RecorderParts {
  readonly registry: Registry
  readonly entities: Entities
  readonly keeping: Keeping
  /** What there is beside readings of targets. */
  readonly sources: readonly TickSource[]
  readonly log: Log
  /** Writes down whose and what the values are. */
  names(): Promise<void>
  /** Between two readings of a service. */
  readonly intervalMs: number
  /** Between two ticks. */
  readonly tickMs: number
  /** How long the readings of somebody who is gone may be asked for. */
  readonly keepMs: number
}

const secondMs = 1_000
const tidyEveryMs = 3_600_000
const upStates = new Set<Service['state']>(['running', 'degraded', 'starting', 'paused'])
const unknown = Number.NaN

const percent = (part: number | null, whole: number | null): number =>
  part === null || whole === null || whole === 0 ? unknown : Math.round((part / whole) * 10_000) / 100
/** Digits that nobody reads cost most of the room. */
const whole = (value: number | null): number => (value === null ? unknown : Math.round(value))
const hundredths = (value: number | null): number => (value === null ? unknown : Math.round(value * 100) / 100)

const readingOf = (sample: Sample): number[] => [
  hundredths(sample.cpuPercent),
  whole(sample.memoryBytes),
  whole(sample.memoryLimitBytes),
  percent(sample.memoryBytes, sample.memoryLimitBytes),
  whole(sample.networkInBytesPerS),
  whole(sample.networkOutBytesPerS),
  whole(sample.blockReadBytesPerS),
  whole(sample.blockWriteBytesPerS),
  whole(sample.pids),
]
const noReading = Array.from({ length: 9 }, () => unknown)

const usageOf = (usage: TargetUsage): number[] => [
  hundredths(usage.cpuPercent),
  whole(usage.memoryBytes),
  whole(usage.memoryTotalBytes),
  percent(usage.memoryBytes, usage.memoryTotalBytes),
  whole(usage.diskBytes),
  whole(usage.diskTotalBytes),
  percent(usage.diskBytes, usage.diskTotalBytes),
]
const noUsage = Array.from({ length: 7 }, () => unknown)

/** Takes down what is known of everybody at each tick, and each second of those that somebody looks at. What is not known now is a gap. */
export class Recorder {
  readonly #parts: RecorderParts
  readonly #services = new Sheet(serviceMetrics)
  readonly #targets = new Sheet(targetMetrics)
  readonly #looked = new Sheet(serviceMetrics.slice(0, 9))
  readonly #fresh: Freshness
  readonly #here = new Set<number>()
  #timer: NodeJS.Timeout | undefined
  #second: NodeJS.Timeout | undefined
  #lastAt = 0
  #tidiedAt = performance.now()
  #isClosed = false
  #writing: Promise<unknown> = Promise.resolve()

  constructor(parts: RecorderParts) {
    this.#parts = parts
    this.#fresh = new Freshness(Math.max(parts.intervalMs, parts.tickMs) * 1.5)
  }

  start(): void {
    this.#wait()
  }

  /** A reading of a service that somebody looks at. */
  look(serviceId: string, sample: Sample): void {
    const service = this.#parts.registry.service(serviceId)
    if (service === null || this.#isClosed) return
    this.#looked.set(this.#parts.entities.service(service, Date.now()).id, readingOf(sample))
    this.#second ??= setTimeout(() => this.#takeSecond(), secondMs - (Date.now() % secondMs)).unref()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#second)
    await this.#writing
  }

  #wait(): void {
    const { tickMs } = this.#parts
    this.#timer = setTimeout(
      () => {
        if (this.#isClosed) return
        this.#wait()
        this.#tick()
      },
      tickMs - (Date.now() % tickMs),
    )
    this.#timer.unref()
  }

  #tick(): void {
    const { tickMs, sources } = this.#parts
    const now = Date.now()
    // A timer may be early by a moment. The same tick twice would count for two.
    const at = Math.round(now / tickMs) * tickMs
    if (at === this.#lastAt) return
    this.#lastAt = at
    this.#read(now)
    const parts = [
      this.#targets.take(),
      this.#services.take(),
      ...sources.flatMap((source) => source.take(performance.now())),
    ]
    this.#write(at, tickMs, parts)
    if (performance.now() - this.#tidiedAt > tidyEveryMs) this.#tidy(now)
  }

  #read(now: number): void {
    const { registry, entities } = this.#parts
    const heard = new Set<string>()
    const names = new Map<string, string>()
    for (const target of registry.targets()) {
      const isHeard = target.state === 'connected'
      const { id } = entities.target(target.id, target.name, now)
      this.#here.add(id)
      names.set(target.id, target.name)
      if (isHeard) heard.add(target.id)
      // Before it was ever heard nothing is known of it.
      else if (target.state === 'connecting' && target.observedAt === null) continue
      const usage = isHeard && target.usage && this.#fresh.is(id, target.usage.at) ? target.usage : null
      this.#targets.set(id, [isHeard ? 1 : 0, ...(usage ? usageOf(usage) : noUsage)])
    }
    for (const service of registry.services()) {
      const { id } = entities.service(service, now)
      this.#here.add(id)
      if (!heard.has(service.targetId) || service.state === 'unknown') continue
      const { usage } = service
      const isFresh = usage !== null && this.#fresh.is(id, usage.at)
      const up = upStates.has(service.state) ? 1 : 0
      this.#services.set(id, [...(isFresh ? readingOf(usage) : noReading), service.restarts, up])
    }
  }

  #takeSecond(): void {
    this.#second = undefined
    this.#write(Math.round(Date.now() / secondMs) * secondMs, secondMs, [this.#looked.take()])
  }

  #write(at: number, stepMs: number, given: readonly (TickPart | null)[]): void {
    const parts = given.filter((part) => part !== null)
    if (parts.length === 0) return
    const { names, keeping, log } = this.#parts
    const writing = (async () => {
      // Values without the name of whose they are would be found by nobody; they are kept all the same, as the name is tried again.
      await names().catch((error: unknown) => log.warn({ err: error }, 'names of readings were not written'))
      await keeping.append({ at, stepMs, parts })
    })()
    this.#writing = Promise.all([this.#writing, writing])
  }

  #tidy(now: number): void {
    const { entities, keepMs, log } = this.#parts
    this.#tidiedAt = performance.now()
    const here = new Set(this.#here)
    this.#here.clear()
    this.#fresh.keep(here)
    this.#writing = Promise.all([
      this.#writing,
      entities
        .tidy(here, now, now - keepMs)
        .catch((error: unknown) => log.warn({ err: error }, 'names of readings were not tidied')),
    ])
  }
}

/** Tells whether a reading is of now by when it came in, since clocks of hosts differ and are set back. */
class Freshness {
  readonly #mostMs: number
  readonly #seen = new Map<number, { readonly at: string; readonly since: number }>()

  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  is(entity: number, at: string): boolean {
    const now = performance.now()
    const known = this.#seen.get(entity)
    if (known?.at === at) return now - known.since <= this.#mostMs
    this.#seen.set(entity, { at, since: now })
    return true
  }

  keep(entities: ReadonlySet<number>): void {
    for (const id of this.#seen.keys()) if (!entities.has(id)) this.#seen.delete(id)
  }
}
