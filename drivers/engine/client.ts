import { Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { Duplex, Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import { type Endpoint } from './address.ts'
import { type ApiVersion, negotiate } from './api-version.ts'
import { refusal, unreachable } from './engine-failure.ts'

/** One request to the engine. */
export interface Call {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Without the version, for example `/containers/json`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly body?: unknown
  /** A tar that is sent as it comes, instead of `body`. Left unread it is destroyed; its error is the error of the request. */
  readonly tar?: Readable
  /** Beside those that every request has. What signs in to a registry goes here, where nothing prints it. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Silence after which the engine counts as gone; null where an answer may take as long as it takes. */
  readonly timeoutMs?: number | null
  /** `query` unless told. Long acts have sockets of their own, so that ten slow stops never hold up an inspect. */
  readonly lane?: 'query' | 'act' | 'stream'
  /** `/version` and `/_ping` work before the version is known. */
  readonly unversioned?: boolean
}

const socketsPerLane = { query: 16, act: 64, stream: 1024 } as const
const queryTimeoutMs = 15_000

/** Speaks HTTP to one engine. Every method throws `Failure`, or the reason of its signal when that aborted. */
export class EngineClient {
  readonly endpoint: Endpoint
  readonly #agents: Readonly<Record<'query' | 'act' | 'stream', Agent>>
  #version: Promise<ApiVersion> | null = null

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
    const agent = (lane: keyof typeof socketsPerLane): Agent => {
      const options = { keepAlive: lane !== 'stream', maxSockets: socketsPerLane[lane], ...endpoint.connection }
      return endpoint.secure ? new SecureAgent(options) : new Agent(options)
    }
    this.#agents = { query: agent('query'), act: agent('act'), stream: agent('stream') }
  }

  /** The version both speak; asked once, and again after `forgetVersion`. */
  version(): Promise<ApiVersion> {
    this.#version ??= this.#askVersion().catch((error: unknown) => {
      this.#version = null
      throw error
    })
    return this.#version
  }

  /** The engine may come back as another version. */
  forgetVersion(): void {
    this.#version = null
  }

  async #askVersion(): Promise<ApiVersion> {
    const answer = await this.json<{ ApiVersion?: string; MinAPIVersion?: string }>({
      path: '/version',
      unversioned: true,
      timeoutMs: 5000,
    })
    if (!answer.ApiVersion) {
      throw new Failure('TARGET_UNREACHABLE', `${this.endpoint.label} is no Docker engine. Correct the address.`)
    }
    return negotiate(answer.ApiVersion, answer.MinAPIVersion)
  }

  async json<T>(call: Call): Promise<T> {
    const text = await this.#text(call)
    return (text === '' ? null : JSON.parse(text)) as T
  }

  /** For acts without an answer; `already` when the engine says there was nothing to do (304). */
  async act(call: Call): Promise<'done' | 'already'> {
    const response = await this.#answered({ method: 'POST', lane: 'act', timeoutMs: null, ...call })
    await this.#drain(response)
    return response.statusCode === 304 ? 'already' : 'done'
  }

  /** The body as it comes. Its errors are connection errors: see `broken`. */
  stream(call: Call): Promise<IncomingMessage> {
    return this.#answered({ lane: 'stream', ...call })
  }

  /** A raw two-way connection, as exec wants it. */
  async hijack(call: Call): Promise<Duplex> {
    const request = await this.#send(
      { method: 'POST', lane: 'stream', ...call },
      { connection: 'Upgrade', upgrade: 'tcp' },
    )
    return new Promise((resolve, reject) => {
      request.once('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
      })
      request.once('response', (response) => {
        this.#drain(response).then(
          (body) =>
            reject(
              (response.statusCode ?? 500) >= 400
                ? refusal(response.statusCode ?? 500, body)
                : new Failure(
                    'TARGET_REFUSED',
                    'The engine did not open a two-way connection. A proxy may be between.',
                  ),
            ),
          reject,
        )
      })
      request.on('error', (error) => reject(this.broken(error, call.signal)))
    })
  }

  /** What an error of a stream means; the reason of the signal when that is what ended it. */
  broken(error: unknown, signal?: AbortSignal): unknown {
    return signal?.aborted ? signal.reason : unreachable(error, this.endpoint)
  }

  /** Ends every connection, busy or not; what is asked next opens new ones. For an engine that went silent, and for the end. */
  drop(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy()
    this.endpoint.tunnel?.drop()
  }

  async #text(call: Call): Promise<string> {
    return this.#drain(await this.#answered(call))
  }

  async #answered(call: Call): Promise<IncomingMessage> {
    const response = await this.#responseTo(call)
    const status = response.statusCode ?? 500
    if (status >= 400) throw refusal(status, await this.#drain(response))
    return response
  }

  async #responseTo(call: Call): Promise<IncomingMessage> {
    for (;;) {
      const request = await this.#send(call)
      try {
        return await new Promise<IncomingMessage>((resolve, reject) =>
          request.once('response', resolve).on('error', reject),
        )
      } catch (error) {
        const reason = this.broken(error, call.signal)
        // A kept socket may have died unseen; asking again is safe where nothing is changed. Each try uses one of them up, and the last is new.
        const isStale =
          request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')
        if (!isStale || call.signal?.aborted || (call.method ?? 'GET') !== 'GET') throw reason
      }
    }
  }

  async #send(call: Call, headers: Record<string, string> = {}): Promise<ClientRequest> {
    await this.endpoint.tunnel?.ready()
    const prefix = call.unversioned ? '' : `/v${(await this.version()).text}`
    call.signal?.throwIfAborted()
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const send = this.endpoint.secure ? secureRequest : plainRequest
    const request = send({
      ...this.endpoint.connection,
      method: call.method ?? 'GET',
      path: prefix + call.path + queryText(call.query),
      agent: this.#agents[call.lane ?? 'query'],
      signal: call.signal,
      headers: {
        ...('socketPath' in this.endpoint.connection ? { host: 'docker' } : {}),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(call.tar ? { 'content-type': 'application/x-tar' } : {}),
        ...call.headers,
        ...headers,
      },
    })
    const timeoutMs = call.timeoutMs === undefined && call.lane !== 'stream' ? queryTimeoutMs : (call.timeoutMs ?? 0)
    if (timeoutMs > 0) {
      request.setTimeout(timeoutMs, () => {
        request.destroy(Object.assign(new Error(`no answer for ${timeoutMs} ms`), { code: 'ETIMEDOUT' }))
      })
    }
    request.once('socket', (socket) => socket.setKeepAlive(true, 15_000))
    if (call.tar) pour(call.tar, request)
    else request.end(body)
    return request
  }

  async #drain(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer)
    } catch (error) {
      throw unreachable(error, this.endpoint)
    }
    return Buffer.concat(chunks).toString('utf8')
  }
}

/** An engine that refuses early answers before it has read all: that answer counts, not the broken pipe. */
function pour(tar: Readable, request: ClientRequest): void {
  tar.once('error', (error) => request.destroy(error))
  request.once('close', () => tar.destroy())
  tar.pipe(request)
}

function queryText(query: Call['query']): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) parameters.set(name, String(value))
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`
}
