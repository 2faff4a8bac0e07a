import type { Origin } from '../store.ts'

/** What the job `stacks.apply` is told. The rendered stack itself may hold secrets and waits sealed in the table. */
export interface ApplyData extends Record<string, unknown> {
  readonly stackId: string
  readonly revision: number
  readonly targetId: string
  readonly by: string
  readonly origin?: Origin['origin']
}
