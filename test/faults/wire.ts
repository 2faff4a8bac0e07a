import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'

/** What a wire does with those who call. `silent`: it takes the call and never answers, as a host that died without a word. */
export type Mode = 'open' | 'cut' | 'silent'

/** A line to a real server that can be cut, mended and made to fall silent. */
export class Wire {
  readonly #to: NetConnectOpts
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #mode: Mode = 'cut'
  port = 0

  private constructor(to: NetConnectOpts) {
    this.#to = to
  }

  static async to(to: NetConnectOpts): Promise<Wire> {
    const wire = new Wire(to)
    await wire.set('open')
    return wire
  }

  async set(mode: Mode): Promise<void> {
    const was = this.#mode
    this.#mode = mode
    // Falling silent breaks nothing: what is connected stays connected, and hears no more.
    if (mode === 'silent') for (const socket of this.#sockets) socket.pause().unpipe()
    if (mode === 'cut' || was === 'silent') for (const socket of this.#sockets) socket.destroy()
    if (mode === 'cut') {
      const server = this.#server
      this.#server = null
      if (server) await new Promise((resolve) => server.close(resolve))
    } else if (!this.#server) await this.#listen()
  }

  async #listen(): Promise<void> {
    const server = createServer((near) => this.#join(near))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as { port: number }).port
  }

  #join(near: Socket): void {
    this.#hold(near)
    if (this.#mode === 'silent') return
    const far = connect(this.#to)
    this.#hold(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
