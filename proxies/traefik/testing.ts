import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpServers, TraefikConfig, WeightedService } from './traefik-config.ts'

export interface StandInSettings {
  /** `providers.http.endpoint`, asked again before every poll. */
  endpoint(): string
  /** `providers.http.headers`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly pollMs: number
  /** Names of entry points with the ports they listen on at 127.0.0.1. */
  readonly entryPoints: Readonly<Record<string, number>>
}

/**
 * Stands in for Traefik, of which no program can be had here. It polls an endpoint as the HTTP provider does (an answer that is not 200
 * changes nothing), shows what it took over as `/api` does, and leads requests by the document: host names, priorities, weights. What it
 * does not do: TCP, TLS, connections kept upstream, and anything that only the real one can show.
 */
export class TraefikStandIn {
  readonly #settings: StandInSettings
  readonly #api: Server
  readonly #entries: Server[] = []
  #shown: TraefikConfig = {}
  #timer: NodeJS.Timeout | undefined
  #turns = 0
  /** Status of the last poll; null where nobody answered. */
  polled: number | null = null
  /** False: it does not poll, as with a wrong address of the endpoint. */
  polls = true

  constructor(settings: StandInSettings) {
    this.#settings = settings
    this.#api = createServer((request, response) => {
      const answer = this.#describe(decodeURIComponent(request.url ?? '').split('/'))
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? { message: 'not found' }))
    })
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#api.address() as AddressInfo).port}`
  }

  async start(): Promise<void> {
    await listen(this.#api, 0)
    for (const [name, port] of Object.entries(this.#settings.entryPoints)) {
      const entry = createServer((request, response) => this.#lead(name, request, response))
      this.#entries.push(entry)
      await listen(entry, port)
    }
    const again = async (): Promise<void> => {
      if (this.polls) await this.#poll()
      this.#timer = setTimeout(() => void again(), this.#settings.pollMs)
    }
    await again()
  }

  stop(): void {
    this.polls = false
    clearTimeout(this.#timer)
    for (const server of [this.#api, ...this.#entries]) {
      server.close()
      server.closeAllConnections()
    }
  }

  async #poll(): Promise<void> {
    try {
      const answer = await fetch(this.#settings.endpoint(), {
        ...(this.#settings.headers ? { headers: this.#settings.headers } : {}),
        signal: AbortSignal.timeout(5_000),
      })
      this.polled = answer.status
      const text = await answer.text()
      if (answer.status === 200) this.#shown = JSON.parse(text) as TraefikConfig
    } catch {
      this.polled = null
    }
  }

  /** `/api/entrypoints/<name>` and `/api/<protocol>/<routers or services>/<name>@http`. */
  #describe([, , first = '', kind = '', name = '']: readonly string[]): object | undefined {
    if (first === 'entrypoints') {
      const port = this.#settings.entryPoints[kind]
      return port === undefined ? undefined : { name: kind, address: `:${port}` }
    }
    const part = first === 'tcp' ? this.#shown.tcp : this.#shown.http
    const found = (kind === 'routers' ? part?.routers : part?.services)?.[name.replace(/@http$/, '')]
    return found && { ...found, name, status: 'enabled', provider: 'http' }
  }

  #lead(entryPoint: string, request: IncomingMessage, response: ServerResponse): void {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const [router] = Object.values(this.#shown.http?.routers ?? {})
      .filter((one) => one.entryPoints.includes(entryPoint) && fits(one.rule, host))
      .toSorted((a, b) => (b.priority ?? b.rule.length) - (a.priority ?? a.rule.length))
    const services = this.#shown.http?.services ?? {}
    const shares = router === undefined ? [] : (services[router.service] as WeightedService).weighted.services
    const all = shares.reduce((sum, { weight }) => sum + weight, 0)
    let turn = all === 0 ? 0 : this.#turns++ % all
    const chosen = shares.find(({ weight }) => (turn -= weight) < 0)
    if (chosen === undefined) return void response.writeHead(router === undefined ? 404 : 503).end()
    const { url } = (services[chosen.name] as HttpServers).loadBalancer.servers[0]!
    const upstream = httpRequest(
      new URL(request.url ?? '/', url),
      { method: request.method ?? 'GET', headers: { ...request.headers, connection: 'close' } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
    request.pipe(upstream)
  }
}

/** The rules that the document makes, and no others. */
function fits(rule: string, host: string): boolean {
  return rule.split(' || ').some((one) => {
    const [, matcher, value = ''] = /^(\w+)\(`(.*)`\)$/.exec(one) ?? []
    if (matcher === 'PathPrefix') return value === '/'
    if (matcher === 'Host') return value === host
    if (matcher === 'HostRegexp') return new RegExp(value).test(host)
    throw new Error(`the stand-in does not know the rule ${one}`)
  })
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
