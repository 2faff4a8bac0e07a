import { type ChannelName, channels, ClientMessage, Failure, type ServerMessage } from '@wheelhouse/contract'
import type { RawData, WebSocket } from 'ws'
import { type Caller, callerMay, type Feeds, type FeedTag, requirePermission } from '../dispatch/index.ts'
import { failureOf } from '../http/error-answer.ts'
import { type Outlet, Subscription } from './subscription.ts'

const heldBytes = 1_048_576
const maxSubscriptions = 100

export interface MultiplexedOptions {
  readonly socket: WebSocket
  readonly feeds: Feeds
  caller: Caller
  readonly pingMs: number
  readonly maxQueuedBytes: number
  /** Counts a viewer of a service; throws LIMIT_REACHED. Answers how to leave. */
  admitViewer(serviceId: string): () => void
}

/** One `/ws` socket: any number of subscriptions, each with a bounded queue, over one outlet. */
export class Multiplexed {
  readonly #options: MultiplexedOptions
  readonly #subscriptions = new Map<string, { subscription: Subscription; channel: ChannelName; leave: () => void }>()
  readonly #outlet: Outlet
  #caller: Caller
  #emptySince = Date.now()

  constructor(options: MultiplexedOptions) {
    this.#options = options
    this.#caller = options.caller
    const { socket } = options
    this.#outlet = {
      ready: () => socket.readyState === socket.OPEN && socket.bufferedAmount < heldBytes,
      send: (text) => {
        if (socket.readyState !== socket.OPEN) return
        socket.send(text, () => {
          if (socket.bufferedAmount < heldBytes / 2)
            for (const s of this.#subscriptions.values()) s.subscription.drain()
        })
      },
    }
    socket.on('message', (data, binary) => void this.#receive(data, binary))
    this.#tell({ type: 'hello', socket: crypto.randomUUID(), pingMs: options.pingMs })
  }

  get caller(): Caller {
    return this.#caller
  }
  get size(): number {
    return this.#subscriptions.size
  }
  /** Since when nothing is subscribed; null while something is. */
  get idleSince(): number | null {
    return this.#subscriptions.size === 0 ? this.#emptySince : null
  }

  ping(): void {
    this.#tell({ type: 'ping' })
  }

  /** Rights have changed: what is no longer allowed ends. */
  reauthorise(caller: Caller): void {
    this.#caller = caller
    for (const [sub, { channel }] of this.#subscriptions) {
      if (callerMay(caller, channels[channel].permission) || caller.authority?.grants.length) continue
      this.#drop(sub)
      this.#tell({ type: 'ended', sub, reason: 'You may no longer see this.' })
    }
  }

  async subscribe(sub: string, name: string, params: unknown, after?: number): Promise<void> {
    try {
      await this.#open(sub, name, params, after)
    } catch (error) {
      const failure = failureOf(error)
      this.#tell({ type: 'error', sub, errorCode: failure.code, message: failure.message })
    }
  }

  close(): void {
    for (const sub of this.#subscriptions.keys()) this.#drop(sub)
  }

  async #open(sub: string, name: string, params: unknown, after: number | undefined): Promise<void> {
    if (!Object.hasOwn(channels, name)) {
      throw new Failure(
        'VALIDATION_FAILED',
        `There is no channel "${name}". There are ${Object.keys(channels).join(', ')}.`,
      )
    }
    if (this.#subscriptions.has(sub)) throw new Failure('CONFLICT', `The subscription "${sub}" is open already.`)
    if (this.#subscriptions.size >= maxSubscriptions) throw new Failure('LIMIT_REACHED')
    const channelName = name as ChannelName
    const channel = channels[channelName]
    const parsed = channel.params.safeParse(params ?? {})
    if (!parsed.success)
      throw new Failure(
        'VALIDATION_FAILED',
        parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
      )
    if (!this.#caller.authority?.grants.length) requirePermission(this.#caller, channel.permission)
    const serviceId = (parsed.data as { serviceId?: unknown }).serviceId
    const leave = typeof serviceId === 'string' ? this.#options.admitViewer(serviceId) : () => undefined
    let gone = false
    const source = this.#options.feeds[channelName] as Feeds['system']
    try {
      const feed = await source(parsed.data as never, {
        caller: this.#caller,
        end: (reason) => {
          if (gone) return
          this.#drop(sub)
          this.#tell({ type: 'ended', sub, reason })
        },
      })
      const socket = this.#options.socket
      if (socket.readyState !== socket.OPEN) {
        feed.close()
        leave()
        return
      }
      const left = (): void => {
        gone = true
        leave()
      }
      const subscription = new Subscription(
        {
          sub,
          feed,
          onOverflow: channel.onOverflow,
          maxQueuedBytes: this.#options.maxQueuedBytes,
          permitted: () => this.#filter(channelName),
        },
        this.#outlet,
        after,
      )
      this.#subscriptions.set(sub, { subscription, channel: channelName, leave: left })
    } catch (error) {
      leave()
      throw error
    }
  }

  /** null when the caller may see every place, so that shared batches can be sent as they are. */
  #filter(name: ChannelName): ((tag: FeedTag) => boolean) | null {
    const { permission } = channels[name]
    if (callerMay(this.#caller, permission)) return null
    return (tag) => tag !== null && callerMay(this.#caller, permission, tag)
  }

  #drop(sub: string): void {
    const found = this.#subscriptions.get(sub)
    if (!found) return
    this.#subscriptions.delete(sub)
    if (this.#subscriptions.size === 0) this.#emptySince = Date.now()
    found.leave()
    found.subscription.close()
  }

  async #receive(data: RawData, binary: boolean): Promise<void> {
    let message: ClientMessage
    try {
      if (binary) throw new Error('binary')
      message = ClientMessage.parse(JSON.parse((data as Buffer).toString('utf8')))
    } catch {
      this.#tell({
        type: 'error',
        sub: null,
        errorCode: 'MALFORMED_BODY',
        message: 'Send JSON text frames: {"type":"subscribe","sub":"1","channel":"system"}.',
      })
      return
    }
    if (message.type === 'subscribe') await this.subscribe(message.sub, message.channel, message.params, message.after)
    else if (message.type === 'unsubscribe') this.#drop(message.sub)
    else if (message.type === 'ping') this.#tell({ type: 'pong' })
  }

  #tell(message: ServerMessage): void {
    this.#outlet.send(JSON.stringify(message))
  }
}
