import type { Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import { channels, type DeploymentFrame, type TailFrame } from '@wheelhouse/contract'

interface Subscribe {
  readonly type: string
  readonly sub: string
  readonly channel: string
  readonly params?: { readonly deploymentId?: string }
  readonly after?: number
}

/** The channel `deployments` as the server gives it: numbered frames, and resuming from the last one that was seen. */
export class FixtureSocket {
  readonly #server: WebSocketServer
  readonly #frames: { readonly seq: number; readonly frame: DeploymentFrame }[] = []
  readonly #followers = new Set<{ readonly socket: WebSocket; readonly message: Subscribe }>()

  constructor(server: Server) {
    this.#server = new WebSocketServer({ server, handleProtocols: () => 'wheelhouse.v1' })
    this.#server.on('connection', (socket) => {
      socket.send(JSON.stringify({ type: 'hello', socket: 'socket-1', pingMs: 30_000 }))
      socket.on('error', () => undefined)
      socket.on('message', (data: Buffer) => this.#take(socket, JSON.parse(data.toString()) as Subscribe))
      socket.on('close', () => {
        for (const each of this.#followers) if (each.socket === socket) this.#followers.delete(each)
      })
    })
  }

  /** What a tail of logs begins with. */
  tail: TailFrame[] = []
  readonly #tails: { readonly socket: WebSocket; readonly sub: string }[] = []
  #told = 0

  /** Lines of logs for those who follow them. */
  #tell(frames: readonly TailFrame[]): void {
    for (const frame of frames) channels.tail.event.parse(frame)
    for (const { socket, sub } of this.#tails)
      socket.send(JSON.stringify({ type: 'batch', sub, seq: (this.#told += frames.length), events: frames }))
  }
  pushTail(...frames: readonly TailFrame[]): void {
    this.#tell(frames)
  }

  get clients(): number {
    return this.#server.clients.size
  }
  push(frame: DeploymentFrame): void {
    channels.deployments.event.parse(frame)
    const entry = { seq: this.#frames.length + 1, frame }
    this.#frames.push(entry)
    for (const { socket, message } of this.#followers) this.#send(socket, message, [entry])
  }
  /** Cuts every connection, as a proxy or a sleeping laptop does. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate()
  }
  close(): void {
    this.cut()
    this.#server.close()
  }

  #take(socket: WebSocket, message: Subscribe): void {
    if (message.type !== 'subscribe') return
    const seq = message.channel === 'deployments' ? this.#frames.length : 0
    const after = message.after
    const resumed = after !== undefined
    socket.send(JSON.stringify({ type: 'subscribed', sub: message.sub, seq: after ?? seq, resumed }))
    if (message.channel === 'tail') {
      this.#tails.push({ socket, sub: message.sub })
      this.#tell(this.tail)
    }
    if (message.channel !== 'deployments') return
    this.#followers.add({ socket, message })
    if (resumed) this.#send(socket, message, this.#frames.slice(after))
  }

  #send(
    socket: WebSocket,
    { sub, params }: Subscribe,
    entries: readonly { seq: number; frame: DeploymentFrame }[],
  ): void {
    const wanted = entries.filter(({ frame }) => {
      const of = frame.kind === 'line' ? frame.deploymentId : frame.kind === 'deployment' ? frame.deployment.id : null
      return params?.deploymentId === undefined ? frame.kind !== 'line' : of === params.deploymentId
    })
    const last = wanted.at(-1)
    if (last)
      socket.send(JSON.stringify({ type: 'batch', sub, seq: last.seq, events: wanted.map((each) => each.frame) }))
  }
}
