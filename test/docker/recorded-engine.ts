import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { RecordedContainer, recording, type Status } from './recorded-container.ts'
import { RecordedLog } from './recorded-log.ts'

export interface RecordedEngineOptions {
  /** Host name it gives, and the start of the names of its containers. */
  readonly name: string
  readonly containers: number
  /** What each of its containers says; nothing unless told. */
  readonly linesPerS?: number
  /** Another than the recorded one. */
  readonly version?: string
  /** A socket of this path instead of a port. */
  readonly socket?: string
  readonly tls?: { readonly cert: string; readonly key: string }
}

const turns: Readonly<Record<string, readonly [Status, ...string[]]>> = {
  start: ['running', 'start'],
  stop: ['exited', 'kill', 'die', 'stop'],
  restart: ['running', 'kill', 'die', 'stop', 'start', 'restart'],
  kill: ['exited', 'kill', 'die'],
  pause: ['paused', 'pause'],
  unpause: ['running', 'unpause'],
}

/**
 * A stand-in: no engine, but a server that answers what one answered once, for as many containers as wanted, and can fail as hosts
 * do. It shows nothing about an engine; it stands where the question is what many of them do to us.
 */
export class RecordedEngine {
  readonly containers: Map<string, RecordedContainer>
  /** Lines such as `POST stop alpha-web-0`, as they came. */
  readonly asked: string[] = []
  readonly #options: RecordedEngineOptions
  readonly #logs = new Map<string, RecordedLog>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #listeners = new Set<ServerResponse>()
  /** How it treats what comes: answers, keeps silent, waits for `release`, or breaks off in the middle. */
  #manner: 'answers' | 'silent' | 'holds' | 'breaks-off' = 'answers'
  #onlyActs = false
  readonly #held: (() => void)[] = []

  constructor(options: RecordedEngineOptions) {
    this.#options = options
    const made = Array.from({ length: options.containers }, (_, index) => new RecordedContainer(options.name, index))
    this.containers = new Map(made.map((container) => [container.id, container]))
    if (options.linesPerS !== undefined)
      for (const { id, name } of made) this.#logs.set(id, new RecordedLog(name, options.linesPerS))
    const answer: RequestListener = (request, response) => this.#meet(request, response)
    this.#server = options.tls ? createSecureServer(options.tls, answer) : createServer(answer)
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined)
    })
  }

  async listen(): Promise<this> {
    this.#server.listen(this.#options.socket ?? { port: 0, host: '127.0.0.1' })
    await once(this.#server, 'listening')
    return this
  }

  get address(): string {
    if (this.#options.socket !== undefined) return `unix://${this.#options.socket}`
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Accepts, and never answers again. */
  fallSilent(only: 'all' | 'acts' = 'all'): void {
    this.#manner = 'silent'
    this.#onlyActs = only === 'acts'
    if (only === 'all') this.#listeners.clear()
  }
  /** Answers nothing until `release`. */
  hold(only: 'all' | 'acts' = 'all'): void {
    this.#manner = 'holds'
    this.#onlyActs = only === 'acts'
  }
  /** How many wait. */
  get held(): number {
    return this.#held.length
  }
  release(): void {
    this.#manner = 'answers'
    for (const go of this.#held.splice(0)) go()
  }
  /** Sends half of each answer and resets the connection. */
  breakOff(): void {
    this.#manner = 'breaks-off'
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }
  recover(): void {
    this.#manner = 'answers'
  }

  /** Something happens on it by itself. */
  turn(id: string, action: keyof typeof turns): void {
    const container = this.containers.get(id)!
    const [status, ...actions] = turns[action]!
    if (action === 'restart') container.restart()
    else container.turn(status)
    for (const each of actions) this.#tell(container, each)
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #tell(container: RecordedContainer, action: string): void {
    const line = `${JSON.stringify(container.event(action))}\n`
    for (const listener of this.#listeners) listener.write(line)
  }

  #meet(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const touched = !this.#onlyActs || request.method !== 'GET'
    const manner = touched ? this.#manner : 'answers'
    if (manner === 'silent') return
    if (manner === 'holds') return void this.#held.push(() => this.#answer(request, response))
    if (manner === 'breaks-off') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 4096 })
      response.write('[{"Id":"', () => request.socket.resetAndDestroy())
      return
    }
    this.#answer(request, response)
  }

  #answer({ method = 'GET', url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://engine')
    const path = pathname.replace(/^\/v[\d.]+/, '')
    const say = (body: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const [, id = '', verb = ''] = /^\/containers\/([0-9a-f]{64})(?:\/(\w+))?$/.exec(path) ?? []
    const container = this.containers.get(id)
    if (container) this.asked.push(`${method} ${verb} ${container.name}`)
    if (path === '/_ping') return void response.end('OK')
    const { name, version = recording.info.ServerVersion } = this.#options
    if (path === '/version') return say({ ...recording.version, Version: version })
    if (path === '/info')
      return say({ ...recording.info, Name: name, ServerVersion: version, SystemTime: new Date().toISOString() })
    if (path === '/containers/json') return say(Array.from(this.containers.values(), (one) => one.listed()))
    if (path === '/images/json' || path === '/networks') return say([])
    if (path === '/volumes') return say({ Volumes: [], Warnings: null })
    if (path === '/events') return this.#listen(response)
    if (path === '/said') return say(this.#said(method === 'DELETE'))
    if (!container) return say({ message: `No such container: ${id || path}` }, 404)
    if (verb === 'logs') return this.#tellLog(response, id, searchParams)
    if (method === 'GET') return verb === 'stats' ? say(container.stats()) : say(container.inspected())
    if (method === 'DELETE') {
      this.#tell(container, 'destroy')
      this.containers.delete(id)
    } else this.turn(id, verb)
    response.writeHead(204).end()
  }

  /** No part of an engine: how many lines its containers have said, and, where it is asked for, the end of them. */
  #said(isOver: boolean): number {
    let lines = 0
    for (const log of this.#logs.values()) {
      if (isOver) log.hush()
      lines += log.said
    }
    return lines
  }

  #tellLog(response: ServerResponse, id: string, query: URLSearchParams): void {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    if (query.get('follow') !== '1') return void response.end()
    response.flushHeaders()
    this.#logs.get(id)?.follow(response, Number(query.get('since') ?? 0))
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    this.#listeners.add(response)
    response.on('close', () => this.#listeners.delete(response))
  }
}
