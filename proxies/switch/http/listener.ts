import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Forward } from './forward.ts'
import { hasBody, hostname, type Target, targetOf, unsound } from './headers.ts'
import type { Limits } from '../limits.ts'
import type { Listener } from '../listener.ts'
import type { LiveRoute } from '../live-route.ts'
import { plainAnswer, refusals } from './plain-answer.ts'
import { refuse, upgrade } from './upgrade.ts'

/** One listening socket for all http routes of its address, told apart by host name. */
export class HttpListener implements Listener {
  readonly protocol = 'http'
  readonly server: Server
  readonly #limits: Limits
  #exact = new Map<string, LiveRoute>()
  #fallback: LiveRoute | null = null
  // An upgraded connection is no longer the server's, which would not close it.
  readonly #upgraded = new Set<Socket>()

  constructor(limits: Limits) {
    this.#limits = limits
    this.server = createServer({
      keepAliveTimeout: limits.clientIdleMs,
      headersTimeout: limits.headersMs,
      requestTimeout: 0, // an upload may take as long as it moves; one that does not is ended by the stalled upstream
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      insecureHTTPParser: false,
      optimizeEmptyRequests: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      shouldUpgradeCallback: isUpgrade,
    })
    this.server.maxConnections = limits.connectionsPerListener
    this.server.on('request', (request, response) => this.#take(request, response, false))
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.#take(request, response, true)
    })
    this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head))
    this.server.on('connect', (_request, socket: Socket) => {
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
  }

  put(routes: readonly LiveRoute[]): void {
    this.#exact = new Map(routes.flatMap((live) => live.route.hostnames.map((name) => [name, live])))
    this.#fallback = routes.find(({ route }) => route.hostnames.length === 0) ?? null
  }

  /** Ends what does nothing at the moment; the rest ends by itself. */
  leave(): void {
    this.server.closeIdleConnections()
  }

  cut(): void {
    this.server.closeAllConnections()
    for (const socket of this.#upgraded) socket.destroy()
  }

  #routeFor(target: Target): LiveRoute | null {
    const name = hostname(target.host)
    const parent = name.slice(name.indexOf('.') + 1)
    return this.#exact.get(name) ?? this.#exact.get(`*.${parent}`) ?? this.#fallback
  }

  #take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const target = targetOf(request)
    const fault = target === null ? 'The target of the request is no path.' : unsound(request)
    if (target === null || fault !== null) {
      plainAnswer(response, { status: 400, text: fault ?? '' }, true)
      return
    }
    // A listener that is leaving serves what is under way on a connection and then lets go of it.
    if (!this.server.listening) response.shouldKeepAlive = false
    const live = this.#routeFor(target)
    if (live === null) {
      if (!expectsContinue) request.resume()
      plainAnswer(response, refusals.noRoute, expectsContinue)
      return
    }
    new Forward(live, this.#limits, request, response, target, expectsContinue).start()
  }

  #upgrade(request: IncomingMessage, client: Socket, head: Buffer): void {
    this.#upgraded.add(client)
    client.on('close', () => this.#upgraded.delete(client))
    client.on('error', () => client.destroy())
    const target = targetOf(request)
    const fault = target === null ? 'The target of the request is no path.' : unsound(request)
    if (target === null || fault !== null) {
      refuse(client, { status: 400, text: fault ?? '' })
      return
    }
    const route = this.#routeFor(target)
    if (route === null) refuse(client, refusals.noRoute)
    else upgrade({ route, limits: this.#limits, request, target, client, head })
  }
}

/** HTTP/2 over clear text is an offer that may be left; a body before the change would be taken for the new protocol. */
const isUpgrade = (request: IncomingMessage): boolean =>
  request.method === 'GET' && !hasBody(request) && !/\bh2c\b/i.test(request.headers.upgrade ?? '')
