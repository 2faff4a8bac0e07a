import type { RedisStateOptions } from './redis-state.ts'
import type { State } from './state.ts'

/** A state in Redis; its client is loaded only here. */
export async function openRedisState(options: RedisStateOptions): Promise<State> {
  const { createRedisState } = await import('./redis-state.ts')
  return createRedisState(options)
}
