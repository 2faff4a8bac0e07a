import { type IncomingMessage, request as httpRequest } from 'node:http'
import { Failure } from '@wheelhouse/contract/errors'

export interface AdminAnswer {
  readonly status: number
  readonly value: unknown
  /** Of what was read, to be held against a change; null where there was none. */
  readonly etag: string | null
}

/** Caddy's admin API: `http://host:port`, or `unix:///path` of its socket. */
export class Admin {
  readonly #where: { readonly socketPath: string } | { readonly host: string; readonly port: number }
  readonly #address: string
  readonly #timeoutMs: number

  constructor(address: string, timeoutMs: number) {
    const url = new URL(address)
    this.#address = address
    this.#timeoutMs = timeoutMs
    this.#where =
      url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: Number(url.port || 80) }
  }

  /** Answers of 400 and above are answers too. Throws TARGET_UNREACHABLE when there is none. */
  ask(method: string, path: string, body?: unknown, etag?: string | null): Promise<AdminAnswer> {
    return new Promise((done, fail) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const headers: Record<string, string | number> = { 'content-length': Buffer.byteLength(text) }
      if (body !== undefined) headers['content-type'] = 'application/json'
      if (etag) headers['if-match'] = etag
      // Caddy answers only to the name it listens under; on its socket there is none.
      if ('socketPath' in this.#where) headers.host = ''
      const unreachable = (error: Error): void =>
        fail(
          new Failure(
            'TARGET_UNREACHABLE',
            `Caddy does not answer at ${this.#address}: ${error.message}. See whether it runs and its admin API is on.`,
            { address: this.#address },
            { cause: error },
          ),
        )
      const heard = (answer: IncomingMessage): void => {
        let heardText = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (heardText += chunk))
        answer.on('error', unreachable)
        answer.on('end', () => {
          const etagHeard = answer.trailers.etag ?? answer.headers.etag ?? null
          done({ status: answer.statusCode ?? 0, value: parsed(heardText), etag: etagHeard })
        })
      }
      const options = { ...this.#where, method, path, headers, agent: false as const, timeout: this.#timeoutMs }
      const sent = httpRequest(options, heard)
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${this.#timeoutMs} ms`)))
      sent.on('error', unreachable)
      sent.end(text)
    })
  }
}

function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
