import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'

export interface Asked {
  /** `POST /api/v1/services/x/stop` without the query. */
  readonly line: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
}
interface Reply {
  status?: number
  body: unknown
}
type Answer = (asked: Asked) => Reply | Promise<Reply>

/** Answers what it was told to, and remembers what it was asked. */
export class ScriptedServer {
  readonly asked: Asked[] = []
  readonly #answers = new Map<string, Answer>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
  }

  on(line: string, answer: unknown): void {
    this.#answers.set(line, typeof answer === 'function' ? (answer as Answer) : () => ({ body: answer }))
  }

  refuse(
    line: string,
    status: number,
    errorCode: string,
    message: string,
    details: Record<string, unknown> = {},
  ): void {
    const body = { errorCode, message, details, timestamp: '2026-11-20T10:00:00.000Z', requestId: 'request-7' }
    this.#answers.set(line, () => ({ status, body }))
  }

  lines(): string[] {
    return this.asked.map((asked) => asked.line)
  }

  /** The sockets of the same origin. */
  sockets(): WebSocketServer {
    return new WebSocketServer({ server: this.#server, handleProtocols: () => 'wheelhouse.v1' })
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const body = await text(request)
    const asked: Asked = {
      line: `${request.method ?? ''} ${decodeURIComponent(url.pathname)}`,
      query: url.searchParams,
      headers: request.headers,
      body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
    }
    this.asked.push(asked)
    const key = url.searchParams.has('dryRun') ? `${asked.line}?dryRun` : asked.line
    const missing = { status: 404, body: { errorCode: 'NOT_FOUND', message: `Nothing for ${key}.`, details: {} } }
    const answer = (await this.#answers.get(key)?.(asked)) ?? missing
    const raw = typeof answer.body === 'string'
    response.writeHead(answer.status ?? 200, { 'content-type': raw ? 'text/plain' : 'application/json' })
    response.end(raw ? answer.body : JSON.stringify(answer.body))
  }
}
