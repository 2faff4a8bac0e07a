export type { State } from './state.ts'
export { createMemoryState } from './memory-state.ts'
export { openRedisState } from './open-redis-state.ts'
