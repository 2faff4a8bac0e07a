import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from './join.ts'
import type { Limits } from './limits.ts'
import type { Listener } from './listener.ts'
import type { LiveRoute } from './live-route.ts'
import type { LiveUpstream } from './live-upstream.ts'

/** Connections of one tcp route, each to the upstream whose turn it is. */
export class TcpListener implements Listener {
  readonly protocol = 'tcp'
  readonly server: Server
  readonly #limits: Limits
  readonly #clients = new Set<Socket>()
  #live: LiveRoute | null = null

  constructor(limits: Limits) {
    this.#limits = limits
    const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true }
    this.server = createServer({ ...options, keepAliveInitialDelay: 30_000 }, (client) => {
      this.#clients.add(client)
      client.on('close', () => this.#clients.delete(client))
      client.on('error', () => client.destroy())
      this.#join(client, new Set())
    })
    this.server.maxConnections = limits.connectionsPerListener
  }

  put(routes: readonly LiveRoute[]): void {
    this.#live = routes[0] ?? null
  }

  /** A connection of tcp is never known to be idle. */
  leave(): void {}

  cut(): void {
    for (const client of this.#clients) client.destroy()
  }

  #join(client: Socket, tried: Set<LiveUpstream>): void {
    if (client.destroyed) return
    const upstream = this.#live?.next(tried) ?? null
    if (upstream === null) {
      client.destroy() // all that tcp has to say no
      return
    }
    const done = upstream.begin()
    const since = performance.now()
    const server = connect({ host: upstream.host, port: upstream.port, allowHalfOpen: true, noDelay: true })
    server.setKeepAlive(true, 30_000)
    server.setTimeout(this.#limits.connectMs, () => server.destroy(new Error('no connection in time')))
    const leave = (): void => void server.destroy()
    client.once('close', leave)
    server.once('connect', () => {
      server.setTimeout(0)
      server.off('close', missed)
      client.off('close', leave)
      upstream.answered(performance.now() - since)
      join(client, server, done)
    })
    server.on('error', () => {}) // told by close
    const missed = (): void => {
      done()
      client.off('close', leave)
      if (client.destroyed) return // it left first, which is nobody's error
      upstream.failed()
      upstream.avoidUntil = Date.now() + this.#limits.avoidMs
      tried.add(upstream)
      this.#join(client, tried)
    }
    server.once('close', missed)
  }
}
