import type { Plan } from '@wheelhouse/contract'
import type { Caller } from '../../../dispatch/index.ts'
import type { Allowance } from '../../../inventory/policies/index.ts'
import type { Rendered } from '../rendered.ts'
import type { StackTarget } from '../stack-targets.ts'

/** What plan and apply agree on before anything is done. */
export interface Prepared {
  readonly target: StackTarget
  readonly rendered: Rendered
  readonly only: ReadonlySet<string> | null
  readonly allowance: Allowance
  readonly plan: Plan
}

/** A stack that was read, and what was told of it. */
export interface Asked {
  readonly rendered: Rendered
  readonly target: StackTarget
  /** Warnings to show in the plan. */
  readonly told: readonly string[]
  /** Only these services and what they need; all unless told. */
  readonly services?: readonly string[] | undefined
}

/** Holds what is asked against permissions, policy and what runs. Throws FORBIDDEN, POLICY_REFUSED, TARGET_UNREACHABLE. */
export type Weigh = (asked: Asked, caller: Caller) => Promise<Prepared>
