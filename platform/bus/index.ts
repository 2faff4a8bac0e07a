export type { Bus, Unsubscribe } from './bus.ts'
export { createMemoryBus } from './memory-bus.ts'
export { openRedisBus } from './open-redis-bus.ts'
