import type { Route, UpstreamStats } from '../proxy/index.ts'
import type { Limits } from './limits.ts'
import { LiveUpstream } from './live-upstream.ts'

/** A route as it is served: who is next, who is still finishing. Swapping its upstreams touches no request under way. */
export class LiveRoute {
  readonly #limits: Limits
  #route: Route
  #upstreams: readonly LiveUpstream[] = []
  /** Taken out, and not done yet. */
  #leaving: readonly LiveUpstream[] = []

  constructor(route: Route, limits: Limits) {
    this.#limits = limits
    this.#route = route
    this.put(route)
  }

  get route(): Route {
    return this.#route
  }

  /** An upstream with the same id and address stays the same, with its figures and connections. */
  put(route: Route): void {
    const before = this.#upstreams
    const next = route.upstreams.map((upstream) => {
      const old = before.find((one) => one.id === upstream.id && one.isAt(upstream))
      if (old === undefined) return new LiveUpstream(upstream, this.#limits)
      old.weight = upstream.weight
      old.turn = 0
      return old
    })
    this.#route = route
    this.#upstreams = next
    this.#retire(before.filter((old) => !next.includes(old)))
  }

  /** Takes no request any more. */
  end(): void {
    const before = this.#upstreams
    this.#upstreams = []
    this.#retire(before)
  }

  #retire(gone: readonly LiveUpstream[]): void {
    for (const upstream of gone) upstream.retire()
    this.#leaving = [...this.#leaving, ...gone].filter(({ active }) => active > 0)
  }

  /** Smooth weighted round robin over those not tried yet; null when there is none left. */
  next(tried: ReadonlySet<LiveUpstream>): LiveUpstream | null {
    const open = this.#upstreams.filter((one) => one.weight > 0 && !tried.has(one))
    if (open.length === 0) return null
    const now = Date.now()
    const rested = open.filter((one) => one.avoidUntil <= now)
    const choice = rested.length > 0 ? rested : open
    let best: LiveUpstream | null = null
    let sum = 0
    for (const one of choice) {
      one.turn += one.weight
      sum += one.weight
      if (best === null || one.turn > best.turn) best = one
    }
    if (best !== null) best.turn -= sum
    return best
  }

  stats(): UpstreamStats[] {
    return this.#upstreams.map((one) => one.stats())
  }

  get active(): number {
    return [...this.#upstreams, ...this.#leaving].reduce((sum, one) => sum + one.active, 0)
  }

  /**
   * Waits until the upstream has nothing under way, or the time is over; then upgraded connections are cut. Answers how many
   * requests still are under way. One that was taken out comes before one in use with the same id at another address.
   */
  async drain(upstreamId: string, timeoutMs: number, signal: AbortSignal): Promise<number> {
    const leaving = this.#leaving.filter((one) => one.id === upstreamId && one.active > 0)
    const meant = leaving.length > 0 ? leaving : this.#upstreams.filter(({ id }) => id === upstreamId)
    const over = new AbortController()
    const stop = (): void => over.abort()
    const timer = setTimeout(stop, timeoutMs)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      await Promise.all(meant.map((one) => one.whenIdle(over.signal)))
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    if (over.signal.aborted && !signal.aborted) for (const one of meant) one.cut()
    this.#leaving = this.#leaving.filter(({ active }) => active > 0)
    return meant.reduce((sum, one) => sum + one.active, 0)
  }
}
