import type { ChannelEvent, ChannelName, ChannelParams } from '@wheelhouse/contract'
import { type ServerMessage, socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'

/** The part of WebSocket that is used, so that Node and browsers both fit. */
export interface SocketLike {
  send(data: string): void
  close(code?: number): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: (() => void) | null
}

export interface Feed<N extends ChannelName> {
  /** Events in order. */
  onEvents(events: ChannelEvent<N>[]): void
  /** Some were dropped because this client was too slow. */
  onGap?(missed: number): void
  /** Subscribed (again). `resumed: false` after a drop means: what was shown may have holes, load it anew. */
  onReady?(resumed: boolean): void
  onEnd?(reason: string, errorCode: string | null): void
}

export type LiveState = 'connecting' | 'live' | 'waiting' | 'closed'

export interface LiveOptions {
  readonly url: string
  /** A fresh ticket for each connection. */
  ticket(): Promise<string>
  open(url: string, protocols: string[]): SocketLike
  onState?(state: LiveState): void
  /** No ticket was given. It goes on trying unless it is closed here. */
  onRefused?(error: unknown): void
}

interface Subscription {
  readonly channel: ChannelName
  readonly params: Record<string, unknown>
  readonly feed: Feed<never>
  last: number | null
}

/** One multiplexed socket that reconnects by itself and resumes each subscription from the last number it saw. */
export class Live {
  readonly #options: LiveOptions
  readonly #subscriptions = new Map<string, Subscription>()
  #socket: SocketLike | null = null
  #state: LiveState = 'closed'
  #counter = 0
  /** Counts attempts to connect, so that one that was overtaken by close() does not bring a second socket. */
  #epoch = 0
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #silenceMs = 75_000

  constructor(options: LiveOptions) {
    this.#options = options
  }

  get state(): LiveState {
    return this.#state
  }

  subscribe<N extends ChannelName>(channel: N, params: ChannelParams<N>, feed: Feed<N>): () => void {
    const sub = `s${++this.#counter}`
    this.#subscriptions.set(sub, {
      channel,
      params,
      feed,
      last: null,
    })
    if (this.#state === 'live') this.#announce(sub)
    else if (this.#state === 'closed') void this.#connect()
    return () => {
      if (this.#subscriptions.delete(sub) && this.#state === 'live') this.#send({ type: 'unsubscribe', sub })
    }
  }

  /** Connects now instead of at the end of the back-off: the network is back, or the tab was woken. */
  wake(): void {
    if (this.#state !== 'waiting') return
    clearTimeout(this.#retry)
    void this.#connect()
  }

  close(): void {
    this.#enter('closed')
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    this.#socket?.close(1000)
    this.#socket = null
  }

  async #connect(): Promise<void> {
    const epoch = ++this.#epoch
    this.#enter('connecting')
    let socket: SocketLike
    try {
      const ticket = await this.#options.ticket()
      if (epoch !== this.#epoch || this.#state !== 'connecting') return
      socket = this.#options.open(this.#options.url, [socketProtocol, ticketProtocol + ticket])
    } catch (error) {
      if (epoch !== this.#epoch || this.#state !== 'connecting') return
      this.#options.onRefused?.(error)
      if (this.#state === 'connecting') this.#later()
      return
    }
    this.#socket = socket
    socket.onopen = () => {
      if (this.#socket !== socket) return
      this.#attempt = 0
      this.#enter('live')
      this.#heard()
      for (const sub of this.#subscriptions.keys()) this.#announce(sub)
    }
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return
      this.#heard()
      this.#take(JSON.parse(String(data)) as ServerMessage)
    }
    socket.onerror = () => undefined
    socket.onclose = () => {
      if (this.#socket !== socket) return
      this.#socket = null
      if (this.#state !== 'closed') this.#later()
    }
  }

  #later(): void {
    this.#enter('waiting')
    clearTimeout(this.#silence)
    const delay = Math.min(15_000, 300 * 2 ** this.#attempt++) * (0.7 + Math.random() * 0.6)
    this.#retry = setTimeout(() => void this.#connect(), delay)
  }

  /** A socket that says nothing, not even a ping, is dead although nobody closed it. */
  #heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      // Its close event may never come, as that would need an answer from the other side.
      const dead = this.#socket
      this.#socket = null
      dead?.close(4000)
      if (dead) this.#later()
    }, this.#silenceMs)
  }

  #enter(state: LiveState): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.onState?.(state)
  }

  #announce(sub: string): void {
    const s = this.#subscriptions.get(sub)
    if (!s) return
    this.#send({
      type: 'subscribe',
      sub,
      channel: s.channel,
      params: s.params,
      ...(s.last === null ? {} : { after: s.last }),
    })
  }

  #send(message: Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #take(message: ServerMessage): void {
    if (message.type === 'hello') {
      this.#silenceMs = message.pingMs * 2.5
      return
    }
    if (message.type === 'ping') return this.#send({ type: 'pong' })
    if (!('sub' in message) || message.sub === null) return
    const s = this.#subscriptions.get(message.sub)
    if (!s) return
    switch (message.type) {
      case 'subscribed':
        if (!message.resumed) s.last = message.seq
        s.feed.onReady?.(message.resumed)
        break
      case 'batch':
        s.last = message.seq
        s.feed.onEvents(message.events as never[])
        break
      case 'gap':
        s.last = message.seq
        s.feed.onGap?.(message.missed)
        break
      case 'ended':
      case 'error':
        this.#subscriptions.delete(message.sub)
        s.feed.onEnd?.(
          message.type === 'ended' ? message.reason : message.message,
          message.type === 'error' ? message.errorCode : null,
        )
        break
    }
  }
}
