import type { Release } from '@wheelhouse/contract'
import type { ReleaseContent } from '../../releases/index.ts'
import type { RenderedFile } from '../config-files.ts'
import type { Project } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'

/** What a step may use. Its signal is that of the stage, or of the undo. */
export interface StepContext {
  readonly room: DeployRoom
  readonly deploymentId: string
  readonly signal: AbortSignal
  /** It was begun before and cut off: what it does may be done already. */
  readonly again: boolean
  log(text: string, task?: string, stream?: 'stdout' | 'stderr' | 'system'): void
  /** Shows what a part of the stage is at. */
  task(name: string, message: string): void
  /** Of the release with that id. Throws Failure NOT_FOUND. */
  content(releaseId: string): Promise<ReleaseContent>
  /** Config files with their texts: those of a release, or rendered from the project for null. */
  files(releaseId: string | null): Promise<readonly Pick<RenderedFile, 'to' | 'text'>[]>
  /** Values of the config as variables of a program; those of `secrets` are masked in what it prints. */
  variables(releaseId: string | null): Promise<Variables>
  /** The release that is about to be written down. */
  newRelease(): Promise<{ readonly release: Release; readonly content: ReleaseContent }>
  /** Of the project that is deployed. Throws for a rollback, which reads none. */
  project(): Promise<Project>
}

export interface Variables {
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * One kind of change. `do` may be called again after it was cut off at any line, and then finishes what it began. `undo` may be called
 * after `do` was cut off (its result is then null) and more than once; it answers a sentence, or null where there was nothing to undo.
 * Arguments and results are JSON without secrets.
 */
export interface StepKind<A extends Record<string, unknown>, R> {
  do(args: A, context: StepContext): Promise<R>
  undo(args: A, result: R | null, context: StepContext): Promise<string | null>
}
/** For a kind that leaves nothing behind that would have to go: what it made is kept, or goes with something else. */
export const nothingToUndo = (): Promise<null> => Promise.resolve(null)
