import { Agent } from 'node:http'
import type { Upstream, UpstreamStats } from '../proxy/index.ts'
import { LatencyWindow } from './latency-window.ts'
import type { Limits } from './limits.ts'

/** An upstream while it is known: its kept connections, what is under way to it, and its figures. */
export class LiveUpstream {
  readonly id: string
  readonly host: string
  readonly port: number
  weight: number
  /** Of smooth weighted round robin. */
  turn = 0
  avoidUntil = 0
  readonly #agents: { readonly kept: Agent; readonly careful: Agent }
  readonly #latency = new LatencyWindow()
  readonly #cuts = new Set<() => void>()
  readonly #idleWaiters = new Set<() => void>()
  #active = 0
  #requests = 0
  #errors = 0
  #retired = false

  constructor(upstream: Upstream, limits: Limits) {
    this.id = upstream.id
    this.host = upstream.host
    this.port = upstream.port
    this.weight = upstream.weight
    const agent = (timeout: number): Agent =>
      new Agent({ keepAlive: true, maxFreeSockets: limits.idlePerUpstream, timeout, scheduling: 'lifo' })
    this.#agents = { kept: agent(limits.restMs), careful: agent(limits.carefulRestMs) }
  }

  isAt({ host, port }: { host: string; port: number }): boolean {
    return this.host === host && this.port === port
  }

  /** `repeatable`: whether the request does no harm when it is sent twice. */
  agent(repeatable: boolean): Agent {
    return repeatable ? this.#agents.kept : this.#agents.careful
  }

  get active(): number {
    return this.#active
  }

  get retired(): boolean {
    return this.#retired
  }

  /** Counts a request, or a connection of tcp, as under way. The answer ends it, at most once. */
  begin(): () => void {
    this.#active++
    this.#requests++
    let over = false
    return () => {
      if (over) return
      over = true
      this.#active--
      if (this.#active > 0) return
      for (const waiter of this.#idleWaiters) waiter()
    }
  }

  failed(): void {
    this.#errors++
  }

  answered(durationMs: number): void {
    this.#latency.add(durationMs)
  }

  /** Something that ends by itself at no known time and is cut when a drain is over. The answer forgets it. */
  cuttable(cut: () => void): () => void {
    this.#cuts.add(cut)
    return () => void this.#cuts.delete(cut)
  }

  cut(): void {
    for (const cut of this.#cuts) cut()
  }

  /** Takes no new request any more: kept connections are closed, those in use when they are done. */
  retire(): void {
    this.#retired = true
    for (const agent of Object.values(this.#agents)) {
      agent.maxFreeSockets = 0
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
    }
  }

  /** Resolves when nothing is under way, or the signal ends the wait. */
  whenIdle(signal: AbortSignal): Promise<void> {
    if (this.#active === 0 || signal.aborted) return Promise.resolve()
    return new Promise((done) => {
      const finish = (): void => {
        this.#idleWaiters.delete(finish)
        signal.removeEventListener('abort', finish)
        done()
      }
      this.#idleWaiters.add(finish)
      signal.addEventListener('abort', finish)
    })
  }

  stats(): UpstreamStats {
    const [p50Ms = null, p99Ms = null] = this.#latency.quantiles([0.5, 0.99])
    return { id: this.id, active: this.#active, requests: this.#requests, errors: this.#errors, p50Ms, p99Ms }
  }
}
