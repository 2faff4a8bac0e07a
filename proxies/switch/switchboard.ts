import { Failure, notFound } from '@wheelhouse/contract/errors'
import { checkRoute, listenKey, refuseClash, type Route, RoutesFile, type UpstreamStats } from '../proxy/index.ts'
import { HttpListener } from './http/listener.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { close, connections, listen, type Listener } from './listener.ts'
import { LiveRoute } from './live-route.ts'
import { Takeover } from './takeover.ts'
import { TcpListener } from './tcp-listener.ts'

const retryMs = 500

export interface SwitchStatus {
  readonly pid: number
  readonly startedAt: string
  readonly routes: number
  /** Addresses of kept routes that could not be listened on yet, each with the reason. */
  readonly notListening: readonly { listen: string; reason: string }[]
  readonly connections: number
  readonly active: number
  readonly memoryBytes: number
  /** Where a routes file was set aside that could not be read at start; null when all was well. */
  readonly damaged: string | null
}

/** All routes and listening sockets of the program. Changes go one after another; requests never wait for one. */
export class Switchboard {
  readonly #file: RoutesFile
  readonly #limits: Limits
  readonly #startedAt = new Date()
  readonly #live = new Map<string, LiveRoute>()
  readonly #listeners = new Map<string, Listener>()
  readonly #leaving = new Set<Listener>()
  /** Removed or replaced routes whose requests are not over. */
  readonly #removed = new Map<string, LiveRoute>()
  readonly #notListening = new Map<string, { reason: string; timer: NodeJS.Timeout }>()
  readonly #takeover = new Takeover()
  #changes: Promise<unknown> = Promise.resolve()
  #damaged: string | null = null
  #stopping = false

  constructor(folder: string, limits: Partial<Limits> = {}) {
    this.#file = new RoutesFile(folder)
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** Takes up the kept routes. An address that is taken is tried again until it is free; the others are served meanwhile. */
  async open(): Promise<void> {
    const { routes, damaged } = await this.#file.readOrSetAside()
    this.#damaged = damaged
    for (const route of routes) this.#live.set(route.id, new LiveRoute(route, this.#limits))
    await Promise.all(
      [...new Map(routes.map((route) => [listenKey(route), route])).values()].map((one) => this.#resume(one)),
    )
  }

  async #resume(route: Route): Promise<void> {
    const key = listenKey(route)
    if (this.#stopping || this.#listeners.has(key) || this.#on(key).length === 0) {
      this.#notListening.delete(key)
      return
    }
    const listener = this.#newListener(route)
    listener.put(this.#on(key))
    try {
      await listen(listener, route.listen)
      this.#listeners.set(key, listener)
      this.#notListening.delete(key)
    } catch (error) {
      const timer = setTimeout(() => void this.#change(() => this.#resume(route)), retryMs)
      this.#notListening.set(key, { reason: (error as Error).message, timer })
    }
  }

  get(id: string): Route | null {
    return this.#live.get(id)?.route ?? null
  }

  list(): Route[] {
    return [...this.#live.values()].map(({ route }) => route)
  }

  stats(id: string): UpstreamStats[] {
    return this.#known(id).stats()
  }

  drain(id: string, upstreamId: string, timeoutMs: number, signal: AbortSignal): Promise<number> {
    const live = this.#live.get(id) ?? this.#removed.get(id)
    return live === undefined ? Promise.resolve(0) : live.drain(upstreamId, timeoutMs, signal)
  }

  /** Throws VALIDATION_FAILED, CONFLICT, STORAGE_FULL, SHUTTING_DOWN; then everything is as it was. */
  set(wanted: unknown): Promise<{ gapMs: number }> {
    const route = checkRoute(wanted)
    return this.#change(async () => {
      if (this.#stopping) throw new Failure('SHUTTING_DOWN')
      refuseClash(route, this.list())
      const old = this.#live.get(route.id)
      const key = listenKey(route)
      const { listener, gapMs } = await this.#listenerFor(route, old)
      try {
        await this.#file.write([...this.list().filter(({ id }) => id !== route.id), route])
      } catch (error) {
        if (this.#listeners.get(key) !== listener) void close(listener)
        throw error
      }
      const before = old === undefined ? null : listenKey(old.route)
      const live = this.#replace(old, route)
      this.#live.set(route.id, live)
      this.#listeners.set(key, listener)
      listener.put(this.#on(key))
      this.#takeover.forget(key)
      if (before !== null && before !== key) this.#leave(before)
      return { gapMs }
    })
  }

  remove(id: string): Promise<void> {
    return this.#change(async () => {
      const live = this.#live.get(id)
      if (live === undefined) return
      await this.#file.write(this.list().filter((route) => route.id !== id))
      this.#live.delete(id)
      this.#leave(listenKey(live.route))
      this.#retire(live)
    })
  }

  async status(): Promise<SwitchStatus> {
    const open = await Promise.all([...this.#listeners.values(), ...this.#leaving].map(connections))
    return {
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      routes: this.#live.size,
      notListening: [...this.#notListening].map(([listen, { reason }]) => ({ listen, reason })),
      connections: open.reduce((sum, count) => sum + count, 0),
      active: [...this.#live.values(), ...this.#removed.values()].reduce((sum, { active }) => sum + active, 0),
      memoryBytes: process.memoryUsage.rss(),
      damaged: this.#damaged,
    }
  }

  /** Takes nothing new, lets what is under way end, and cuts what is left after the time. */
  async close(timeoutMs: number): Promise<void> {
    this.#stopping = true
    await this.#changes
    // From here on no change is begun.
    for (const { timer } of this.#notListening.values()) clearTimeout(timer)
    const all = [...this.#listeners.values(), ...this.#leaving]
    const timer = setTimeout(() => {
      for (const listener of all) listener.cut()
    }, timeoutMs)
    await Promise.all(all.map(close))
    clearTimeout(timer)
    for (const live of this.#live.values()) live.end()
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#changes.then(work)
    this.#changes = turn.catch(() => {})
    return turn
  }

  #known(id: string): LiveRoute {
    const live = this.#live.get(id)
    if (live === undefined) throw notFound('route', id)
    return live
  }

  #on(key: string): LiveRoute[] {
    return [...this.#live.values()].filter(({ route }) => listenKey(route) === key)
  }

  #newListener({ protocol }: Route): Listener {
    return protocol === 'http' ? new HttpListener(this.#limits) : new TcpListener(this.#limits)
  }

  async #listenerFor(route: Route, old: LiveRoute | undefined): Promise<{ listener: Listener; gapMs: number }> {
    const key = listenKey(route)
    const kept = this.#listeners.get(key)
    if (kept?.protocol === route.protocol) return { listener: kept, gapMs: 0 }
    const listener = this.#newListener(route)
    if (kept !== undefined && old !== undefined) {
      // The route changes its protocol on its own port: the one listener has to go before the other can come.
      const since = performance.now()
      this.#listeners.delete(key)
      this.#letGo(kept)
      try {
        await listen(listener, route.listen)
      } catch (error) {
        await this.#resume(old.route)
        throw error
      }
      return { listener, gapMs: performance.now() - since }
    }
    try {
      await listen(listener, route.listen)
    } catch (error) {
      if (error instanceof Failure && error.code === 'CONFLICT') this.#takeover.watch(key, route.listen)
      throw error
    }
    return { listener, gapMs: this.#takeover.gap(key) }
  }

  #replace(old: LiveRoute | undefined, route: Route): LiveRoute {
    if (old?.route.protocol === route.protocol) {
      old.put(route)
      return old
    }
    if (old !== undefined) this.#retire(old)
    return new LiveRoute(route, this.#limits)
  }

  /** Kept for those who drain what was taken away. */
  #retire(live: LiveRoute): void {
    live.end()
    for (const [id, gone] of this.#removed) if (gone.active === 0) this.#removed.delete(id)
    if (live.active > 0) this.#removed.set(live.route.id, live)
  }

  /** A route is gone from that address: the listener serves the others there, or ends. */
  #leave(key: string): void {
    const listener = this.#listeners.get(key)
    if (listener === undefined) return
    const rest = this.#on(key)
    if (rest.length > 0) {
      listener.put(rest)
      return
    }
    this.#listeners.delete(key)
    this.#letGo(listener)
  }

  #letGo(listener: Listener): void {
    this.#leaving.add(listener)
    void close(listener).then(() => this.#leaving.delete(listener))
  }
}
