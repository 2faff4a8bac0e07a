import type { ContainerLimits } from '@wheelhouse/contract'
import type { Progress } from './progress.ts'
import type { Files } from './files.ts'
import type { ContainerSpec } from './spec.ts'

/** What can be done with a container beyond the acts every service has (capabilities `update`, `commit`, `files`). */
export interface Containers {
  /** Creates it as `create` of the connection does, and leaves it stopped. Answers the native id. */
  make(spec: ContainerSpec, progress: Progress, signal: AbortSignal): Promise<string>
  /** The spec that would make it anew: environment and labels whole, its image's own defaults left out. `lost` is what a spec cannot say. */
  specOf(nativeId: string): Promise<{ readonly spec: ContainerSpec; readonly lost: readonly string[] }>
  /** Changes limits while it runs; answers the engine's warnings. */
  limit(nativeId: string, limits: ContainerLimits): Promise<readonly string[]>
  top(
    nativeId: string,
  ): Promise<{ readonly titles: readonly string[]; readonly processes: readonly (readonly string[])[] }>
  changes(
    nativeId: string,
  ): Promise<readonly { readonly path: string; readonly change: 'changed' | 'added' | 'removed' }[]>
  /** Answers the new image's id. */
  commit(
    nativeId: string,
    options: {
      readonly tag: string
      readonly comment: string
      readonly pause: boolean
      readonly changes: readonly string[]
    },
  ): Promise<string>
  files(nativeId: string): Files
  /** Bytes its own layer takes, by native id; slow on the engine: never on the way of a page. */
  sizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>
}
