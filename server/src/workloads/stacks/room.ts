import type { LogLine, NewEvent, PolicyRules } from '@wheelhouse/contract'
import type { RegistrySignIn } from '@wheelhouse/driver'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { State } from '@wheelhouse/platform/state'
import type { RemovalStore } from './journal/removals.ts'
import type { JournalStore } from './journal/store.ts'
import type { Asides } from './reconcile/asides.ts'
import type { StackTargets } from './stack-targets.ts'
import type { StackStore } from './store.ts'

export interface StackSettings {
  readonly settleMs: number
  readonly waitMs: number
}

/** What every part of the domain works with. */
export interface StackRoom {
  readonly store: StackStore
  readonly journal: JournalStore
  readonly removals: RemovalStore
  readonly jobs: Jobs
  readonly state: State
  /** The deployment that is under way for a stack on a target, in words; null where there is none. */
  readonly deploymentOf: (stackId: string) => Promise<string | null>
  readonly log: Log
  readonly settings: StackSettings
  readonly targets: StackTargets
  /** Old containers that an apply left aside. */
  readonly asides: Pick<Asides, 'settle'>
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
  readonly examplesFolder: string
  readonly announce: (event: NewEvent) => unknown
  /** How to sign in where an image comes from: the nodes of a Swarm are told. */
  readonly signInFor: (image: string) => Promise<RegistrySignIn | null>
  readonly lastLines: (serviceId: string, count: number) => Promise<readonly LogLine[]>
}
