import type { Log } from '../log/index.ts'
import type { Bus } from './bus.ts'
import { Subscriptions } from './subscriptions.ts'

/** Carries messages inside this process. Handlers run after the publisher's own step, as they would with Redis. */
export function createMemoryBus(options: { readonly log: Log }): Bus {
  const subscriptions = new Subscriptions(options.log)
  let queue: { topic: string; text: string }[] = []
  let closed = false
  const drain = (): void => {
    const batch = queue
    queue = []
    // Read anew for each message: handlers share nothing with the publisher, nor with each other across messages.
    for (const { topic, text } of batch) if (!closed) subscriptions.deliver(topic, JSON.parse(text))
  }
  return {
    kind: 'memory',
    publish(topic, message) {
      if (closed) return
      queue.push({ topic, text: JSON.stringify(message) ?? 'null' })
      if (queue.length === 1) queueMicrotask(drain)
    },
    subscribe: (topic, handler) => subscriptions.add(topic, handler),
    async close() {
      closed = true
      queue = []
      subscriptions.clear()
    },
  }
}
