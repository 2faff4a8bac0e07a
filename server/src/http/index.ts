export { addressOf } from './address.ts'
export { type Edge, type EdgeParts, openEdge, type Visit } from './edge.ts'
export { createRateLimit } from './rate-limit.ts'
