export type { Bus, Unsubscribe } from './bus.ts'
export { createMemoryBus } from './memory-bus.ts'
export { createRedisBus } from './redis-bus.ts'
