import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

const lingerMs = 2_000
const lingerBytes = 16_777_216
const lookMs = 50

/** Clients that wait to be told to send their body (RFC 9110, 10.1.1). */
const waiting = new WeakSet<IncomingMessage>()

/** Lets the body come. A client that asked first has sent none of it until now. */
export function letCome(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue()
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/**
 * What is left of a body after the answer is thrown away for a moment and not longer: a client that is cut off while it
 * still sends may never see the answer, and one that goes on sending costs the line.
 */
function linger(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const { socket } = request
  request.resume()
  const since = Date.now()
  const before = socket.bytesRead
  const look = setInterval(() => {
    if (request.complete) clearInterval(look)
    else if (Date.now() - since > lingerMs || socket.bytesRead - before > lingerBytes) socket.destroy()
  }, lookMs)
  socket.once('close', () => clearInterval(look))
}

/** Holds every body to its time: an upload is watched by whoever reads it, all others are here within `arrivalMs`. */
export function guardArrival(app: FastifyInstance, arrivalMs: number): void {
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request)
    app.server.emit('request', request, response)
  })
  app.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    if (!hasBody(raw)) return
    if (routeOptions.config.upload === true) {
      reply.raw.once('finish', () => linger(raw))
      return
    }
    const late = setTimeout(() => {
      if (!raw.complete) raw.socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n')
    }, arrivalMs)
    raw.once('close', () => clearTimeout(late))
  })
  app.addHook('preParsing', async ({ raw, routeOptions }, reply, payload) => {
    if (routeOptions.config.upload !== true) letCome(raw, reply.raw)
    return payload
  })
}
