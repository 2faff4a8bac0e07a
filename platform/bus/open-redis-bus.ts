import type { Bus } from './bus.ts'
import type { RedisBusOptions } from './redis-bus.ts'

/** A bus over Redis. Its client is loaded here and not before: an instance without Redis has no memory to spare for it. */
export async function openRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { createRedisBus } = await import('./redis-bus.ts')
  return createRedisBus(options)
}
