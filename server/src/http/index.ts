export { addressOf } from './address.ts'
export { type Edge, openEdge, type Visit } from './edge.ts'
export { createRateLimit } from './rate-limit.ts'
