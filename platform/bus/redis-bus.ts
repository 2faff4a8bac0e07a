import { Redis } from 'ioredis'
import type { Log } from '../log/index.ts'
import type { Bus } from './bus.ts'
import { Subscriptions } from './subscriptions.ts'

export interface RedisBusOptions {
  readonly url: string
  readonly log: Log
  /** Before every topic; instances with the same prefix hear each other. */
  readonly prefix: string
}

const MOST_QUEUED = 10_000

/**
 * Carries messages between instances. All topics share one channel, so that messages of one publisher keep their order.
 * While Redis is away up to 10,000 messages wait; later ones are dropped, counted and told once Redis is back.
 */
export function createRedisBus(options: RedisBusOptions): Bus {
  const { url, log, prefix } = options
  const channel = `${prefix}bus`
  const subscriptions = new Subscriptions(log)
  const settings = {
    connectionName: channel,
    maxRetriesPerRequest: null,
    retryStrategy: (tries: number) => Math.min(100 * tries, 3000),
  }
  // Sent again after a reconnect, a message might arrive twice: better lost than doubled.
  const publisher = new Redis(url, { ...settings, enableOfflineQueue: false, autoResendUnfulfilledCommands: false })
  const subscriber = new Redis(url, settings)
  let queue: string[] = []
  let dropped = 0
  let listening = false
  let closed = false

  // Until our own subscription stands we would miss our own messages, so they wait for it.
  const ready = (): boolean => listening && publisher.status === 'ready'
  const send = (text: string): void => void publisher.publish(channel, text).catch(lost)
  const lost = (error: unknown): void => {
    if (!closed) log.warn({ err: error }, 'a message of the bus was lost')
  }
  const flush = (): void => {
    if (!ready()) return
    const waiting = queue
    queue = []
    for (const text of waiting) send(text)
    if (dropped > 0) log.warn({ dropped }, 'messages of the bus were dropped while Redis was away')
    dropped = 0
  }

  publisher.on('ready', flush)
  const listen = async (): Promise<void> => {
    await subscriber.subscribe(channel)
    listening = true
    flush()
  }
  subscriber.on('ready', () => void listen().catch(lost))
  subscriber.on('close', () => (listening = false))
  subscriber.on('message', (_channel, text) => {
    const [topic, message] = JSON.parse(text) as [string, unknown]
    subscriptions.deliver(topic, message)
  })
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (error) => log.warn({ err: error }, 'the bus cannot reach Redis'))
  }

  return {
    kind: 'redis',
    publish(topic, message) {
      if (closed) return
      const text = JSON.stringify([topic, message ?? null])
      if (ready() && queue.length === 0) send(text)
      else if (queue.length < MOST_QUEUED) queue.push(text)
      else dropped += 1
    },
    subscribe: (topic, handler) => subscriptions.add(topic, handler),
    async close() {
      closed = true
      subscriptions.clear()
      await Promise.all([quit(publisher), quit(subscriber)])
    },
  }
}

async function quit(connection: Redis): Promise<void> {
  if (connection.status === 'ready') await connection.quit().catch(() => undefined)
  connection.disconnect()
}
