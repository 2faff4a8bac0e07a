import type { PreflightCheck, Strategy } from '@wheelhouse/contract'
import type { Project, StackTarget } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'

/** What a check looks at. */
export interface Look {
  readonly room: DeployRoom
  readonly project: Project
  /** Apps that would be built. */
  readonly apps: readonly string[]
  /** Apps whose config files would be rendered; null for all. */
  readonly files: readonly string[] | null
  readonly targets: readonly StackTarget[]
  readonly skipBackup: boolean
  readonly strategy: Strategy
  /** A kept release is brought back: its config was judged when it was made. */
  readonly kept: boolean
  readonly signal: AbortSignal
}

/** What one look found. `fix` says how to mend it where it is not well. */
export interface Found {
  readonly ok: boolean
  readonly message: string
  readonly fix?: string
}

/** One thing to look at. Never throws: what cannot be looked at is said. */
export interface Check extends Pick<PreflightCheck, 'id' | 'group' | 'title' | 'severity'> {
  look(): Promise<Found>
}

export const well = (message: string): Found => ({ ok: true, message })
export const bad = (message: string, fix: string): Found => ({ ok: false, message, fix })
