import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Upstream } from '../proxy.ts'

/** A copy of a service: it says its name, echoes, answers slowly and changes to another protocol. */
export interface Instance {
  readonly name: string
  readonly upstream: Upstream
  /** Requests taken so far. */
  readonly taken: number
  /** As kill -9 does: every connection is cut. */
  kill(): Promise<void>
}

export async function startInstance(name: string, weight = 1): Promise<Instance> {
  let taken = 0
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    taken++
    void serve(name, request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
    taken++
    socket.on('error', () => {})
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Instance: ${name}\r\n\r\n`,
    )
    if (head.length > 0) socket.write(head)
    socket.pipe(socket)
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    name,
    upstream: { id: name, host: '127.0.0.1', port, weight },
    get taken() {
      return taken
    },
    kill: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        for (const socket of sockets) socket.resetAndDestroy()
      }),
  }
}

async function serve(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://instance')
  response.setHeader('x-instance', name)
  response.on('error', () => {})
  request.on('error', () => {})
  if (url.pathname === '/echo') {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    response.end(Buffer.concat(chunks))
  } else if (url.pathname === '/slow') {
    const parts = 5
    for (let part = 0; part < parts; part++) {
      response.write(`part ${part}\n`)
      await pause(Number(url.searchParams.get('ms') ?? 100) / parts)
    }
    response.end(name)
  } else if (url.pathname === '/headers') {
    response.end(JSON.stringify(request.rawHeaders))
  } else {
    response.statusCode = Number(url.searchParams.get('status') ?? 200)
    response.end(name)
  }
}

/** A tcp service: says its name to whoever connects, echoes, and says `bye` when the other side has ended. */
export async function startTcpInstance(name: string): Promise<Instance> {
  let taken = 0
  const sockets = new Set<Socket>()
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    taken++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.write(`${name}\n`)
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('end', () => socket.end('bye'))
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    name,
    upstream: { id: name, host: '127.0.0.1', port, weight: 1 },
    get taken() {
      return taken
    },
    kill: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        for (const socket of sockets) socket.resetAndDestroy()
      }),
  }
}
