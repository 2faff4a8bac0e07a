export { probe } from './probe.ts'
export type { ProbeContext, RunCheckCommand } from './context.ts'
