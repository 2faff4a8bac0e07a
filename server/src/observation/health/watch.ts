import type { CheckResult, HealthCheck, HealthCheckSpec, HealthState } from '@wheelhouse/contract'
import { probe, type ProbeContext } from '../../workloads/checks/index.ts'

const keptResults = 360
const soonMs = 300

export interface WatchParts {
  readonly serviceId: string
  readonly spec: HealthCheckSpec
  readonly origin: HealthCheck['origin']
  readonly past: readonly CheckResult[]
  /** When the service started, for the start period; null while it does not run. */
  startedAt(): string | null
  /** What its checks need of the service. */
  readonly context: ProbeContext
  /** After each result; `turned` when the verdict is another than before. */
  checked(watch: Watch, turned: boolean): void
}

/** One check of one service on its own clock. Its verdict needs `retries` failures in a row, or one success. */
export class Watch {
  readonly parts: WatchParts
  readonly #stop = new AbortController()
  #results: CheckResult[]
  #state: HealthState = 'starting'
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | null = null

  constructor(parts: WatchParts) {
    this.parts = parts
    this.#results = [...parts.past]
    // Spread, so that a thousand checks do not begin at once.
    this.#schedule(Math.min(parts.spec.intervalMs, soonMs + Math.random() * 700))
  }

  get state(): HealthState {
    return this.#state
  }
  get last(): CheckResult | null {
    return this.#results.at(-1) ?? null
  }
  get results(): readonly CheckResult[] {
    return this.#results
  }

  shown(): HealthCheck {
    return {
      serviceId: this.parts.serviceId,
      spec: this.parts.spec,
      origin: this.parts.origin,
      state: this.#state,
      failures: this.#failures,
      last: this.last,
      results: this.#results,
    }
  }

  /** Checks now; joins the check that runs already. */
  now(): Promise<void> {
    this.#running ??= this.#check().finally(() => (this.#running = null))
    return this.#running
  }

  /** The service was started anew: what was found of the run before says nothing of this one. */
  begin(): void {
    this.#state = 'starting'
    this.#failures = 0
    this.#schedule(Math.min(this.parts.spec.intervalMs, soonMs))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#stop.abort()
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.now(), delayMs)
    this.#timer.unref()
  }

  async #check(): Promise<void> {
    const { spec } = this.parts
    const startedAt = this.parts.startedAt()
    if (startedAt === null) {
      // A service that does not run has no health; its start begins anew.
      this.#state = 'starting'
      this.#failures = 0
    } else {
      const result = await probe(spec, this.parts.context, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      this.#results.push(result)
      if (this.#results.length > keptResults) this.#results = this.#results.slice(-keptResults)
      this.parts.checked(this, this.#judge(result, startedAt))
    }
    this.#schedule(spec.intervalMs)
  }

  #judge(result: CheckResult, startedAt: string): boolean {
    const before = this.#state
    const { spec } = this.parts
    if (result.ok) {
      this.#failures = 0
      this.#state = 'healthy'
      return before !== 'healthy'
    }
    const young = Date.parse(result.at) - Date.parse(startedAt) < spec.startPeriodMs
    if (young && before === 'starting') return false
    this.#failures++
    if (this.#failures >= spec.retries) this.#state = 'unhealthy'
    return before !== this.#state
  }
}
