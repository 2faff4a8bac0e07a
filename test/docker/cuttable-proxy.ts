import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket before the engine's that can be cut and mended: what a restarting engine or a broken network looks like. */
export class CuttableProxy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wh-proxy-'))
  readonly #path = join(this.#folder, 'docker.sock')
  readonly #upstream: string
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #mute = false

  constructor(address: string) {
    this.#upstream = address.replace('unix://', '')
  }

  get address(): string {
    return `unix://${this.#path}`
  }

  async mend(): Promise<void> {
    this.#mute = false
    if (this.#server) return
    this.#server = createServer((near) => {
      const far = connect(this.#upstream)
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from)
        from.on('data', (data) => this.#mute || to.write(data))
        from.on('end', () => this.#mute || to.end())
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.#sockets.delete(from)
          if (!this.#mute) to.destroy()
        })
      }
    })
    this.#server.listen(this.#path)
    await once(this.#server, 'listening')
  }

  /** Ends all connections and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (!server) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** Connections stay open and nothing passes any more. */
  mute(): void {
    this.#mute = true
  }

  async close(): Promise<void> {
    await this.cut()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
