import { totalmem } from 'node:os'

/** What this process may take in bytes: of its control group where that sets less than the machine has, which tells "no limit" as a huge one. */
export const memoryLimit = (): number => Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
