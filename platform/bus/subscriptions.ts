import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from '../log/index.ts'
import type { Unsubscribe } from './bus.ts'

type Handler = (message: unknown, topic: string) => void

/** Who listens to what; gives a message to its handlers in the order in which they came. */
export class Subscriptions {
  readonly #log: Log
  readonly #exact = new Map<string, Set<{ handler: Handler }>>()
  readonly #prefixes = new Map<string, Set<{ handler: Handler }>>()
  // Handlers run as if nobody had called them: not inside the publisher's transaction or request.
  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(log: Log) {
    this.#log = log
  }

  add(topic: string, handler: Handler): Unsubscribe {
    const isPrefix = topic.endsWith('*')
    const map = isPrefix ? this.#prefixes : this.#exact
    const key = isPrefix ? topic.slice(0, -1) : topic
    const listeners = map.get(key) ?? new Set()
    map.set(key, listeners)
    const own = { handler }
    listeners.add(own)
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && map.get(key) === listeners) map.delete(key)
    }
  }

  deliver(topic: string, message: unknown): void {
    const found = [...(this.#exact.get(topic) ?? [])]
    for (const [prefix, listeners] of this.#prefixes) if (topic.startsWith(prefix)) found.push(...listeners)
    for (const { handler } of found) this.#outside(() => this.#call(handler, topic, message))
  }

  clear(): void {
    this.#exact.clear()
    this.#prefixes.clear()
  }

  #call(handler: Handler, topic: string, message: unknown): void {
    const failed = (error: unknown) => this.#log.error({ err: error, topic }, 'a listener of the bus failed')
    try {
      // A handler written as an async function is not awaited, but its failure must not end the process.
      const answer: unknown = handler(message, topic)
      if (answer instanceof Promise) answer.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
