export type { State } from './state.ts'
export { createMemoryState } from './memory-state.ts'
export { createRedisState } from './redis-state.ts'
