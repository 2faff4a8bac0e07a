import {
  type ChannelName,
  channels,
  ClientMessage,
  Failure,
  maySomewhere,
  type Permission,
  type Place,
  type ServerMessage,
} from '@wheelhouse/contract'
import type { RawData, WebSocket } from 'ws'
import { type Caller, callerMay, type Feeds, type FeedTag, placesOf, requirePermission } from '../dispatch/index.ts'
import { failureOf } from '../http/error-answer.ts'
import { type Outlet, Subscription } from './subscription.ts'

const heldBytes = 1_048_576
const maxSubscriptions = 100
/** Answers that may wait for a client that asks and does not read. */
const maxToldBytes = 262_144
/** A page says a few a second at its busiest; each may cost a stream from a target. */
const messagesPerMinute = 1_200
const minuteMs = 60_000

export interface MultiplexedOptions {
  readonly socket: WebSocket
  readonly feeds: Feeds
  caller: Caller
  readonly pingMs: number
  readonly maxQueuedBytes: number
  /** Counts a viewer of a service; throws LIMIT_REACHED. Answers how to leave. */
  admitViewer(serviceId: string): () => void
}

/** Whether a subscription may stand: in its place, or for a whole channel anywhere, since what is sent is filtered. */
const holds = (caller: Caller, permission: Permission, place: Place | null): boolean =>
  place === null
    ? caller.authority !== null && maySomewhere(caller.authority, permission)
    : callerMay(caller, permission, place)

interface Held {
  readonly subscription: Subscription
  readonly channel: ChannelName
  readonly place: Place | null
  leave(): void
}

/** One `/ws` socket: any number of subscriptions, each with a bounded queue, over one outlet. */
export class Multiplexed {
  readonly #options: MultiplexedOptions
  readonly #subscriptions = new Map<string, Held>()
  readonly #opening = new Set<string>()
  readonly #outlet: Outlet
  #caller: Caller
  #emptySince = Date.now()
  #toldBytes = 0
  #heard = 0
  #heardSince = Date.now()

  constructor(options: MultiplexedOptions) {
    this.#options = options
    this.#caller = options.caller
    const { socket } = options
    this.#outlet = {
      ready: () => socket.readyState === socket.OPEN && socket.bufferedAmount < heldBytes,
      send: (frame) => {
        if (socket.readyState !== socket.OPEN) return
        socket.send(frame, { binary: false }, () => {
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
    for (const [sub, { channel, place }] of this.#subscriptions) {
      if (holds(caller, channels[channel].permission, place)) continue
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
    if (this.#subscriptions.has(sub) || this.#opening.has(sub))
      throw new Failure('CONFLICT', `The subscription "${sub}" is open already.`)
    if (this.#subscriptions.size + this.#opening.size >= maxSubscriptions) throw new Failure('LIMIT_REACHED')
    const channelName = name as ChannelName
    const channel = channels[channelName]
    const parsed = channel.params.safeParse(params ?? {})
    if (!parsed.success)
      throw new Failure(
        'VALIDATION_FAILED',
        parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
      )
    if (!holds(this.#caller, channel.permission, null)) requirePermission(this.#caller, channel.permission)
    this.#opening.add(sub)
    try {
      await this.#hold(sub, channelName, parsed.data, after)
    } finally {
      this.#opening.delete(sub)
    }
  }

  async #hold(sub: string, channelName: ChannelName, params: unknown, after: number | undefined): Promise<void> {
    const { socket, feeds, admitViewer, maxQueuedBytes } = this.#options
    const { permission, onOverflow } = channels[channelName]
    const now = (): Caller => this.#caller
    let gone = false
    const feed = await (feeds[channelName] as Feeds['system'])(params as never, {
      get caller() {
        return now()
      },
      end: (reason) => {
        if (gone) return
        this.#drop(sub)
        this.#tell({ type: 'ended', sub, reason })
      },
    })
    let leave: () => void = () => undefined
    try {
      if (socket.readyState !== socket.OPEN || !this.#opening.has(sub)) return feed.close()
      // Asked again: the rights may have changed while the target was asked for its history.
      if (!holds(this.#caller, permission, feed.place)) requirePermission(this.#caller, permission, feed.place ?? {})
      // By the service that was found, or the limit would be one for its name and another for its id.
      const serviceId = feed.place?.serviceId
      if (serviceId !== undefined) leave = admitViewer(serviceId)
    } catch (error) {
      feed.close()
      throw error
    }
    const permitted = (): ((tag: FeedTag) => boolean) | null => this.#filter(channelName)
    const subscription = new Subscription({ sub, feed, onOverflow, maxQueuedBytes, permitted }, this.#outlet, after)
    const left = (): void => {
      gone = true
      leave()
    }
    this.#subscriptions.set(sub, { subscription, channel: channelName, place: feed.place, leave: left })
  }

  /** null when the caller may see every place, so that shared batches can be sent as they are. */
  #filter(name: ChannelName): ((tag: FeedTag) => boolean) | null {
    const { permission } = channels[name]
    if (callerMay(this.#caller, permission)) return null
    return (tag) => placesOf(tag).some((place) => callerMay(this.#caller, permission, place))
  }

  #drop(sub: string): void {
    this.#opening.delete(sub)
    const found = this.#subscriptions.get(sub)
    if (!found) return
    this.#subscriptions.delete(sub)
    if (this.#subscriptions.size === 0) this.#emptySince = Date.now()
    found.leave()
    found.subscription.close()
  }

  /** False, and the socket is closed, when this client says more than there can be reason for. */
  #mayGoOn(): boolean {
    const now = Date.now()
    if (now - this.#heardSince >= minuteMs) {
      this.#heardSince = now
      this.#heard = 0
    }
    if (++this.#heard <= messagesPerMinute) return true
    this.#options.socket.close(4429, 'too many messages')
    return false
  }

  async #receive(data: RawData, binary: boolean): Promise<void> {
    if (this.#options.socket.readyState !== this.#options.socket.OPEN || !this.#mayGoOn()) return
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
    const text = JSON.stringify(message)
    this.#toldBytes = this.#outlet.ready() ? 0 : this.#toldBytes + text.length
    if (this.#toldBytes > maxToldBytes) this.#options.socket.terminate()
    else this.#outlet.send(text)
  }
}
