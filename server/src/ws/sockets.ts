import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { Failure, socketProtocol, ticketProtocol } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Caller, Feeds, TerminalDoor } from '../dispatch/index.ts'
import { errorBody, failureOf } from '../http/error-answer.ts'
import { foreignOrigin } from '../http/origin.ts'
import { type SocketPath, socketPath } from './direct-paths.ts'
import { Multiplexed } from './multiplexed.ts'
import { TerminalSocket } from './terminal.ts'

export interface SocketSettings {
  readonly allowedOrigins: readonly string[]
  readonly perUser: number
  readonly perService: number
  readonly pingMs: number
  readonly idleMs: number
  readonly maxQueuedBytes: number
  /** How often the rights of open sockets are asked for though nobody told of a change. */
  readonly recheckMs: number
}

export interface SocketParts {
  readonly settings: SocketSettings
  readonly feeds: Feeds
  readonly log: Log
  readonly terminals: TerminalDoor
  addressOf(request: IncomingMessage): string
  redeemTicket(ticket: string, from: { ip: string; userAgent: string }): Promise<Caller>
  authenticate(authorization: string, from: { ip: string; userAgent: string }): Promise<Caller>
  /** A caller's rights as they are now; null when the session or token is gone. */
  refreshed(caller: Caller): Promise<Caller | null>
}

export interface Sockets {
  counts(): { open: number; subscriptions: number }
  /** Asks again for the rights of a user's sockets: role changed, session revoked. */
  recheck(userId: string): Promise<void>
  close(): Promise<void>
}

interface Open {
  readonly socket: WebSocket
  readonly multiplexed: Multiplexed | null
  readonly terminal: TerminalSocket | null
  caller: Caller
  alive: boolean
}

function refuse(stream: Duplex, error: unknown): void {
  const failure = failureOf(error)
  const body = JSON.stringify(errorBody(failure, crypto.randomUUID()))
  stream.end(
    `HTTP/1.1 ${failure.status} ${failure.code}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** All sockets of this instance: who may open one, how many, whether they still live. */
export function createSockets(server: Server, parts: SocketParts): Sockets {
  const { settings } = parts
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: 1_048_576,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(socketProtocol) ? socketProtocol : false),
  })
  const open = new Set<Open>()
  const viewers = new Map<string, number>()

  function admitViewer(serviceId: string): () => void {
    const now = viewers.get(serviceId) ?? 0
    if (now >= settings.perService)
      throw new Failure('LIMIT_REACHED', `${settings.perService} streams of this service are open already. Close one.`)
    viewers.set(serviceId, now + 1)
    return () => {
      const left = (viewers.get(serviceId) ?? 1) - 1
      if (left <= 0) viewers.delete(serviceId)
      else viewers.set(serviceId, left)
    }
  }

  async function callerOf(request: IncomingMessage): Promise<Caller> {
    const from = { ip: parts.addressOf(request), userAgent: request.headers['user-agent'] ?? '' }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const ticket = offered.find((name) => name.startsWith(ticketProtocol))
    if (ticket) return parts.redeemTicket(ticket.slice(ticketProtocol.length), from)
    if (request.headers.authorization) return parts.authenticate(request.headers.authorization, from)
    throw new Failure(
      'UNAUTHENTICATED',
      'Ask POST /api/v1/auth/ticket for a ticket and offer it as sub-protocol ticket.<value>, or send an Authorization header.',
    )
  }

  function serve(socket: WebSocket, path: SocketPath, caller: Caller): void {
    const multiplexed =
      path.kind === 'terminal'
        ? null
        : new Multiplexed({
            socket,
            caller,
            feeds: parts.feeds,
            pingMs: settings.pingMs,
            maxQueuedBytes: settings.maxQueuedBytes,
            admitViewer,
          })
    const terminal = path.kind === 'terminal' ? new TerminalSocket(socket, caller, path.place, parts.terminals) : null
    const entry: Open = { socket, multiplexed, terminal, caller, alive: true }
    open.add(entry)
    socket.on('pong', () => (entry.alive = true))
    socket.on('message', () => (entry.alive = true))
    socket.on('error', (error) => parts.log.debug({ err: error }, 'a socket failed'))
    socket.on('close', () => {
      open.delete(entry)
      multiplexed?.close()
    })
    if (path.kind === 'channel') void multiplexed?.subscribe('main', path.channel, path.params)
  }

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on('error', () => stream.destroy())
    try {
      if (foreignOrigin(request.headers, settings.allowedOrigins)) throw new Failure('ORIGIN_REFUSED')
      const path = socketPath((request.url ?? '').split('?')[0] ?? '')
      if (!path) throw new Failure('ROUTE_NOT_FOUND')
      const caller = await callerOf(request)
      const mine = [...open].filter((entry) => entry.caller.userId === caller.userId).length
      if (mine >= settings.perUser)
        throw new Failure('LIMIT_REACHED', `You have ${mine} sockets open, the most there may be. Close a page.`)
      wss.handleUpgrade(request, stream, head, (socket) => serve(socket, path, caller))
    } catch (error) {
      if (failureOf(error).code === 'INTERNAL') parts.log.error({ err: error }, 'a socket was not opened')
      refuse(stream, error)
    }
  }
  server.on('upgrade', (request, stream, head) => void upgrade(request, stream, head))

  const heartbeat = setInterval(() => {
    for (const entry of open) {
      const idleSince = entry.multiplexed?.idleSince ?? null
      if (!entry.alive) entry.socket.terminate()
      else if (idleSince !== null && Date.now() - idleSince > settings.idleMs)
        entry.socket.close(4408, 'nothing was subscribed')
      else {
        entry.alive = false
        entry.socket.ping()
        entry.multiplexed?.ping()
      }
    }
  }, settings.pingMs)
  heartbeat.unref()

  async function recheck(userId: string): Promise<void> {
    for (const entry of [...open].filter((one) => one.caller.userId === userId)) {
      const caller = await parts.refreshed(entry.caller)
      if (caller === null) {
        entry.socket.close(4401, 'signed out')
        continue
      }
      const same = JSON.stringify(caller.authority) === JSON.stringify(entry.caller.authority)
      entry.caller = caller
      entry.multiplexed?.reauthorise(caller)
      if (!same) await entry.terminal?.reauthorise(caller)
    }
  }

  // Nobody tells of a token or session whose time is over: they are asked for now and then.
  const again = setInterval(() => {
    for (const userId of new Set([...open].flatMap(({ caller }) => caller.userId ?? []))) {
      recheck(userId).catch((error: unknown) => parts.log.warn({ err: error }, 'rights of a socket were not asked for'))
    }
  }, settings.recheckMs)
  again.unref()

  return {
    counts: () => ({
      open: open.size,
      subscriptions: [...open].reduce((sum, entry) => sum + (entry.multiplexed?.size ?? 1), 0),
    }),
    recheck,
    async close() {
      clearInterval(heartbeat)
      clearInterval(again)
      for (const entry of open) entry.socket.close(1001, 'Wheelhouse is stopping')
      await new Promise((resolve) => setTimeout(resolve, open.size > 0 ? 50 : 0))
      for (const entry of open) entry.socket.terminate()
      wss.close()
    },
  }
}
