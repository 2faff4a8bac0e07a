import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Mood = 'pass' | 'fail' | 'hold'

/** What checks ask and backups write to: each path passes, fails, or says nothing, as the test wants it. */
export class Puppet {
  readonly #server: Server
  readonly #moods = new Map<string, Mood>()
  readonly #held = new Set<ServerResponse>()
  readonly #asked = new Set<string>()

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://puppet').pathname
      const known = [...this.#moods.keys()].find((one) => path.startsWith(one)) ?? path
      this.#asked.add(known)
      const mood = this.#moods.get(known) ?? 'pass'
      request.resume()
      if (mood === 'hold') this.#held.add(response.on('close', () => this.#held.delete(response)))
      else response.writeHead(mood === 'pass' ? 200 : 503).end(mood)
    })
  }

  static async open(): Promise<Puppet> {
    const puppet = new Puppet()
    puppet.#server.listen(0, '127.0.0.1')
    await once(puppet.#server, 'listening')
    return puppet
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** For a path and all below it. */
  set(path: string, mood: Mood): void {
    this.#moods.set(path, mood)
    this.#asked.delete(path)
  }

  wasAsked(path: string): boolean {
    return this.#asked.has(path)
  }

  close(): void {
    for (const response of this.#held) response.destroy()
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
