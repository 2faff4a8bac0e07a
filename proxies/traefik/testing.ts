import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Route } from '../proxy/index.ts'
import type { TraefikConfig } from './traefik-config.ts'

/**
 * Stands in for Traefik, of which no program can be had here: polls the published document and shows it in the form of
 * `/api/<protocol>/services/<name>@http`. It routes nothing, so what is tested with it is the handing over alone.
 */
export class TraefikStandIn {
  readonly #server: Server
  #shown: TraefikConfig = {}
  #timer: NodeJS.Timeout | undefined
  config: TraefikConfig = {}
  routes: readonly Route[] = []
  /** False: the poll finds nobody, as with a wrong address of the endpoint. */
  polls = true

  constructor() {
    this.#server = createServer((request, response) => {
      const [, , protocol, , name = ''] = decodeURIComponent(request.url ?? '').split('/')
      const part = protocol === 'tcp' ? this.#shown.tcp : this.#shown.http
      const service = part?.services[name.replace(/@http$/, '')]
      response.writeHead(service === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(
          service === undefined ? { message: 'not found' } : { ...service, status: 'enabled', provider: 'http' },
        ),
      )
    })
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(pollMs: number): Promise<void> {
    await new Promise<void>((done) => void this.#server.listen(0, '127.0.0.1', done))
    this.#timer = setInterval(() => {
      if (this.polls) this.#shown = this.config
    }, pollMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
