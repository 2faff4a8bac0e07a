import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ErrorCode, errorCatalogue, Failure, type Operation, operations } from '@wheelhouse/contract'
import { parse, type ZodType } from 'zod'

type Fields = Record<string, unknown>
export type Answer = (input: Fields) => unknown

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const dist = resolve(import.meta.dirname, '../dist')

interface Route {
  readonly operation: Operation
  readonly pattern: RegExp
  readonly names: readonly string[]
}

const routes: Route[] = operations
  .map((operation) => ({
    operation,
    names: [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? ''),
    pattern: new RegExp(`^${operation.path.replaceAll(/:\w+/g, '([^/]+)')}$`),
  }))
  // A path that is spelled out wins over one with a name in its place.
  .sort((a, b) => a.names.length - b.names.length)

/** A query has only text; numbers and truth values are told by their look. */
const fromQuery = (value: string): unknown =>
  /^(true|false|\d+)$/.test(value) ? (JSON.parse(value) as unknown) : value

/**
 * Serves the built pages, and the operations of the contract by answers from a table. What comes in and what goes out is
 * held against the contract, so that a page cannot be tested on something that no server would say.
 */
export class ContractServer {
  readonly asked: { readonly id: string; readonly input: Fields }[] = []
  readonly server: Server
  readonly #answers = new Map<string, Answer>()
  readonly #plans = new Map<string, Answer>()

  constructor() {
    this.server = createServer((request, response) => void this.#take(request, response))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }
  async listen(port = 0): Promise<void> {
    await new Promise<void>((done) => this.server.listen(port, '127.0.0.1', done))
  }
  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  /** `deployments.list` and what it answers. */
  on(id: string, answer: Answer): this {
    this.#answers.set(id, answer)
    return this
  }
  /** What the same operation answers when it is only planned. */
  onPlan(id: string, answer: Answer): this {
    this.#plans.set(id, answer)
    return this
  }
  calls(id: string): Fields[] {
    return this.asked.filter((each) => each.id === id).map((each) => each.input)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    if (!url.pathname.startsWith('/api/')) return this.#file(url.pathname, response)
    try {
      const body = await text(request)
      const { status, content, type } = this.#call(request.method ?? 'GET', url, body)
      response.writeHead(status, { 'content-type': type })
      response.end(content)
    } catch (error) {
      const known = error instanceof Failure
      const code: ErrorCode = known ? error.code : 'INTERNAL'
      const message = error instanceof Error ? error.message : String(error)
      response.writeHead(errorCatalogue[code].status, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          errorCode: code,
          message,
          details: known ? error.details : {},
          timestamp: new Date().toISOString(),
          requestId: 'request-7',
        }),
      )
    }
  }

  #call(method: string, url: URL, body: string): { status: number; content: string | Uint8Array; type: string } {
    const route = routes.find((each) => each.operation.method === method && each.pattern.test(url.pathname))
    if (!route) throw new Failure('ROUTE_NOT_FOUND', `No operation is at ${method} ${url.pathname}.`)
    const { operation } = route
    const match = route.pattern.exec(url.pathname)
    const dryRun = url.searchParams.get('dryRun') === 'true'
    url.searchParams.delete('dryRun')
    const raw: Fields = {
      ...(body === '' || operation.kind === 'upload' ? {} : (JSON.parse(body) as Fields)),
      ...Object.fromEntries([...url.searchParams].map(([key, value]) => [key, fromQuery(value)])),
      ...Object.fromEntries(route.names.map((name, i) => [name, decodeURIComponent(match?.[i + 1] ?? '')])),
    }
    const input = parse(operation.input, raw) as Fields
    this.asked.push({ id: dryRun ? `${operation.id}?dryRun` : operation.id, input })
    const answer = (dryRun ? this.#plans : this.#answers).get(operation.id)
    if (!answer) throw new Failure('NOT_FOUND', `The fixture has no answer to ${operation.id}.`)
    const said = answer(input)
    if (said instanceof Uint8Array) return { status: 200, content: said, type: 'application/octet-stream' }
    if (operation.kind === 'stream') return { status: 200, content: String(said), type: 'text/html' }
    const checked = dryRun ? said : (operation.output as ZodType).parse(said)
    return { status: operation.status ?? 200, content: JSON.stringify(checked), type: 'application/json' }
  }

  #file(path: string, response: ServerResponse): void {
    const file = resolve(join(dist, path))
    const there = file.startsWith(dist + sep) && extname(file) !== '' && existsSync(file)
    const name = there ? file : join(dist, 'index.html')
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
    response.end(readFileSync(name))
  }
}
