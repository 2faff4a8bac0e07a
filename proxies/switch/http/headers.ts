import type { IncomingMessage } from 'node:http'

/** Names and values in turn, spelled and repeated as they came. */
export type RawHeaders = readonly string[]

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
// What only a proxy may say; a client's word on it would be believed by the upstream.
const forwarded = /^(x-forwarded-.*|forwarded|x-real-ip)$/
// "Connection: content-length" must not make two servers disagree on where a message ends.
const neverDropped = new Set(['host', 'content-length', 'content-type', 'authorization', 'cookie', 'date'])

/** Lower-case names that `Connection` declares to be of this hop. */
function named(raw: RawHeaders): Set<string> {
  const names = new Set<string>()
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue
    for (const name of (raw[at + 1] ?? '').split(',')) {
      const lower = name.trim().toLowerCase()
      if (!neverDropped.has(lower)) names.add(lower)
    }
  }
  return names
}

/** The headers of the message itself, without those of the hop it came by. */
export function endToEnd(raw: RawHeaders, drop: (lowerName: string) => boolean = () => false): string[] {
  const ofThisHop = named(raw)
  const kept: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? ''
    const lower = name.toLowerCase()
    if (hopByHop.has(lower) || ofThisHop.has(lower) || drop(lower)) continue
    kept.push(name, raw[at + 1] ?? '')
  }
  return kept
}

export const isChunked = (message: IncomingMessage): boolean =>
  message.headers['transfer-encoding']?.toLowerCase() === 'chunked'

export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers['content-length']
  return message.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0)
}

/** What `Host` said, without its port, in lower case and without the dot of a full name; empty when there was none. */
export function hostname(host: string | undefined): string {
  const value = (host ?? '').toLowerCase()
  if (value.startsWith('[')) return value.slice(1, value.indexOf(']'))
  return value.replace(/:\d*$/, '').replace(/\.$/, '')
}

export interface Target {
  readonly path: string
  readonly host: string | undefined
}

/** Where a request wants to go. Its target may be a whole URL, which then counts more than `Host`. */
export function targetOf(request: IncomingMessage): Target | null {
  const { url = '', headers } = request
  if (url.startsWith('/') || url === '*') return { path: url, host: headers.host }
  if (!URL.canParse(url)) return null
  const { protocol, host, pathname, search } = new URL(url)
  return protocol === 'http:' || protocol === 'https:' ? { path: pathname + search, host } : null
}

/** Why a request is refused before anyone upstream sees it; null when it is sound. */
export function unsound(request: IncomingMessage): string | null {
  const counts = new Map<string, number>()
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]?.toLowerCase() ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  if (counts.has('transfer-encoding') && counts.has('content-length')) {
    return 'Content-Length and Transfer-Encoding in one request.'
  }
  for (const name of ['host', 'content-length', 'transfer-encoding']) {
    if ((counts.get(name) ?? 0) > 1) return `More than one ${name} header.`
  }
  if (counts.has('transfer-encoding') && !isChunked(request)) return 'Only the transfer encoding "chunked" is taken.'
  return null
}

/** Headers for the upstream: end to end, who asked added. `upgrade` is the protocol to change to. */
export function toUpstream(request: IncomingMessage, target: Target, upgrade?: string): string[] {
  const headers = endToEnd(request.rawHeaders, (name) => name === 'host' || forwarded.test(name))
  const host = target.host ?? ''
  headers.unshift('Host', host)
  const client = request.socket.remoteAddress ?? 'unknown'
  headers.push('X-Forwarded-For', client.startsWith('::ffff:') ? client.slice(7) : client)
  headers.push('X-Forwarded-Proto', 'http', 'X-Forwarded-Host', host)
  if (upgrade !== undefined) {
    headers.push('Connection', 'Upgrade', 'Upgrade', upgrade)
    return headers
  }
  if (isChunked(request)) {
    headers.push('Transfer-Encoding', 'chunked')
    if (request.headers.trailer !== undefined) headers.push('Trailer', request.headers.trailer)
  } else if (request.headers['content-length'] === undefined && expectsBody.has(request.method ?? '')) {
    headers.push('Content-Length', '0') // or it would be sent as an empty chunked body
  }
  if (/(^|,)\s*trailers\s*(;|,|$)/i.test(String(request.headers.te ?? ''))) headers.push('TE', 'trailers')
  return headers
}
const expectsBody = new Set(['POST', 'PUT', 'PATCH'])

/** Headers of an answer for the client of `request`. */
export function toClient(answer: IncomingMessage, request: IncomingMessage): string[] {
  const headers = endToEnd(answer.rawHeaders)
  const { trailer } = answer.headers
  const status = answer.statusCode ?? 0
  // Trailers travel in chunks only, and Node refuses to promise them anywhere else.
  const chunked = isChunked(answer) && request.httpVersion === '1.1' && request.method !== 'HEAD'
  if (trailer !== undefined && chunked && status !== 204 && status !== 304) headers.push('Trailer', trailer)
  return headers
}
