import type { NewEvent, PolicyRules } from '@wheelhouse/contract'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Registries } from '../../inventory/registries/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Kept } from './kept.ts'
import type { NewerChecks } from './newer/checks.ts'
import type { LayerSizes } from './layer-sizes.ts'

/** What every part of the domain works with. */
export interface ImageRoom {
  readonly targets: Registry
  readonly registries: Pick<Registries, 'signInFor' | 'refused' | 'worked'>
  readonly jobs: Jobs
  readonly log: Log
  readonly kept: Kept
  readonly checks: NewerChecks
  readonly sizes: LayerSizes
  /** Where contexts of builds wait for their job. Absolute. */
  readonly buildFolder: string
  /** What workloads may ask of a target. */
  rulesFor(targetId: string): PolicyRules
  announce(event: NewEvent): unknown
}
