export type Unsubscribe = () => void

/**
 * Carries messages between rooms and, with Redis, between instances. Delivery is at most once; messages are JSON.
 * Handlers run in the order of publication; one that throws is logged and does not stop the others.
 */
export interface Bus {
  readonly kind: 'memory' | 'redis'
  publish(topic: string, message: unknown): void
  /** Exact topic, or a prefix ending in `*`. A publisher hears its own messages. */
  subscribe(topic: string, handler: (message: unknown, topic: string) => void): Unsubscribe
  close(): Promise<void>
}
