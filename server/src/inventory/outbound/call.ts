import { type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { guardedAddress } from './guard.ts'

export interface OutboundCall {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Ends the call wherever it stands. */
  readonly signal: AbortSignal
  /** Bytes of the answer that are read; the rest is left. None unless told. */
  readonly readBytes?: number
  /** Further authorities whose certificates are trusted, PEM. */
  readonly authorities?: readonly string[]
  /** Takes any certificate. Only where a person has said so for this very address. */
  readonly trustAny?: boolean
}

export interface OutboundAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As much of the body as was asked for. */
  readonly body: Buffer
}

/**
 * One HTTP call made for a user: the name is looked up once and judged, redirects are not followed (the first answer is the answer),
 * certificates are checked. Throws AddressRefused, or what the connection threw.
 */
export async function guardedCall(url: URL, call: OutboundCall): Promise<OutboundAnswer> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error('the address must begin with http:// or https://')
  const { address, family } = await guardedAddress(url.hostname)
  const { method = 'GET', body, headers = {}, readBytes = 0, authorities, trustAny = false } = call
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = (secure ? httpsRequest : httpRequest)(url, {
      // `hostname` is what counts before `host`: with the name left in it the lookup would be made a second time.
      hostname: address,
      family,
      ...(isIP(url.hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: url.hostname }),
      ...(secure && authorities && authorities.length > 0 ? { ca: [...authorities] } : {}),
      ...(secure && trustAny ? { rejectUnauthorized: false } : {}),
      method,
      signal: call.signal,
      headers: {
        host: url.host,
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = (): void => {
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: Buffer.concat(chunks).subarray(0, readBytes) })
        response.destroy()
      }
      if (readBytes === 0) return done()
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size >= readBytes) done()
      })
      response.on('error', reject)
      response.on('end', done)
    })
    sent.end(body)
  })
}
