import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Failure } from '@wheelhouse/contract/errors'
import type { Switchboard } from './switchboard.ts'

const longestBody = 1 << 20
const longestDrain = 24 * 60 * 60 * 1000

/**
 * What the control plane says, as JSON over HTTP on a unix socket: `GET /status`, `GET /routes`, `GET|PUT|DELETE /routes/<id>`,
 * `GET /routes/<id>/stats`, `POST /routes/<id>/drain`. The id is URL-encoded. Errors are `{ code, message, details }`.
 */
export function controlServer(board: Switchboard): Server {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 })
  server.maxConnections = 256
  server.on('request', (request, response) => {
    request.on('error', () => response.destroy())
    response.on('error', () => {})
    void answer(board, request, response)
  })
  return server
}

async function answer(board: Switchboard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const value = await act(board, request, response)
    send(response, 200, value ?? null)
  } catch (error) {
    const failure = error instanceof Failure ? error : new Failure('INTERNAL', (error as Error).message)
    send(response, failure.status, { code: failure.code, message: failure.message, details: failure.details })
  }
}

async function act(board: Switchboard, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const [, room, id = '', verb, ...rest] = pathOf(request)
  const key = `${request.method} ${[room, id && ':id', verb, ...rest].filter(Boolean).join('/')}`
  switch (key) {
    case 'GET status':
      return board.status()
    case 'GET routes':
      return board.list()
    case 'GET routes/:id':
      return board.get(id)
    case 'PUT routes/:id': {
      const route = await read(request)
      if ((route as { id?: unknown } | null)?.id !== id) {
        throw new Failure('VALIDATION_FAILED', 'The id of the route differs from the one in the address.')
      }
      return board.set(route)
    }
    case 'DELETE routes/:id':
      return board.remove(id)
    case 'GET routes/:id/stats':
      return board.stats(id)
    case 'POST routes/:id/drain':
      return { active: await drain(board, id, await read(request), response) }
    default:
      throw new Failure('ROUTE_NOT_FOUND', `The control socket knows no ${request.method} ${request.url}.`)
  }
}

/** Whoever hangs up waits no longer. */
async function drain(board: Switchboard, id: string, wish: unknown, response: ServerResponse): Promise<number> {
  const { upstreamId, timeoutMs } = (wish ?? {}) as { upstreamId?: unknown; timeoutMs?: unknown }
  if (typeof upstreamId !== 'string' || typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new Failure('VALIDATION_FAILED', 'A drain needs upstreamId, a string, and timeoutMs, a number from 0 on.')
  }
  const gone = new AbortController()
  const leave = (): void => gone.abort()
  response.on('close', leave)
  try {
    return await board.drain(id, upstreamId, Math.min(timeoutMs, longestDrain), gone.signal)
  } finally {
    response.off('close', leave)
  }
}

function pathOf({ url = '' }: IncomingMessage): string[] {
  try {
    return url.split('/').map(decodeURIComponent)
  } catch {
    throw new Failure('VALIDATION_FAILED', 'The address is not encoded as a URL is.')
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > longestBody) throw new Failure('BODY_TOO_LARGE')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    throw new Failure('MALFORMED_BODY')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed || response.headersSent) return
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
