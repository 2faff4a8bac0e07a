import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import type { Route, Upstream } from '../../proxy/index.ts'
import { freePort } from '../../../test/fixtures/free-port.ts'
import type { Limits } from '../limits.ts'
import { Switchboard } from '../switchboard.ts'

/** A switchboard in this process, so that its limits can be short and what it holds can be seen. */
export class Board {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wh-board-'))
  readonly #servers: (Server | HttpServer)[] = []
  readonly #sockets = new Set<Socket>()
  readonly board: Switchboard
  readonly id = 'a/b/c'

  constructor(limits: Partial<Limits> = {}) {
    this.board = new Switchboard(this.#folder, limits)
  }

  /** A service on a port of its own. */
  async service(listener: RequestListener): Promise<{ upstream: Upstream; server: HttpServer }> {
    const server = createHttpServer(listener)
    return { upstream: await this.#listen(server), server }
  }

  /** A service that is given each connection as it is. */
  raw(taken: (socket: Socket) => void): Promise<Upstream> {
    return this.#listen(
      createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => {})
        taken(socket)
      }),
    )
  }

  async #listen(server: Server | HttpServer): Promise<Upstream> {
    this.#servers.push(server)
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    return { id: `u${this.#servers.length}`, host: '127.0.0.1', port, weight: 1 }
  }

  /** Serves the upstreams on a free port and answers which. */
  async serve(upstreams: readonly Upstream[], protocol: Route['protocol'] = 'http'): Promise<number> {
    const port = await freePort()
    await this.board.set({ id: this.id, protocol, listen: { host: '127.0.0.1', port }, hostnames: [], upstreams })
    return port
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.close()
    for (const socket of this.#sockets) socket.destroy()
    await this.board.close(100)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Sends bytes as they are, and gives what came until the other side ended or `enough` was heard. */
export function rawTalk(port: number, text: string, enough?: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    let heard = ''
    socket.setTimeout(8_000, () => socket.destroy(new Error(`silence after: ${heard}`)))
    socket.on('connect', () => socket.write(text, 'latin1'))
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      if (enough?.test(heard)) {
        done(heard)
        socket.destroy()
      }
    })
    socket.on('error', fail)
    socket.on('close', () => done(heard))
    socket.on('end', () => socket.end())
  })
}
