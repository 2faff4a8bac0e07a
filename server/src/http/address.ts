import type { IncomingMessage } from 'node:http'

/** Who sent this, as HTTP and sockets alike see it: behind a proxy the last entry it wrote, never one that the client made up. */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined
  const last = [forwarded].flat().join(',').split(',').at(-1)?.trim()
  return last || request.socket.remoteAddress || ''
}
