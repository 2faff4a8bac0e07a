import type { LogLine, NewEvent } from '@wheelhouse/contract'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { PolicySettings } from './policy.ts'
import type { StackTargets } from './stack-targets.ts'
import type { StackStore } from './store.ts'

export interface StackSettings extends PolicySettings {
  readonly settleMs: number
  readonly waitMs: number
}

/** What every part of the domain works with. */
export interface StackRoom {
  readonly store: StackStore
  readonly jobs: Jobs
  readonly log: Log
  readonly settings: StackSettings
  readonly targets: StackTargets
  readonly examplesFolder: string
  readonly announce: (event: NewEvent) => unknown
  readonly lastLines: (serviceId: string, count: number) => Promise<readonly LogLine[]>
}
