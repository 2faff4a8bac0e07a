export { networkHandlers, type NetworkParts } from './operations.ts'
