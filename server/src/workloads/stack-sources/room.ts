import type { NewEvent } from '@wheelhouse/contract'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Audit, Auth } from '../../identity/index.ts'
import type { Stacks } from '../stacks/index.ts'
import type { GitLimits } from './git/git-program.ts'
import type { SourceStore } from './store.ts'

/** What the verbs of this domain share. */
export interface SourceRoom {
  readonly store: SourceStore
  readonly jobs: Jobs
  readonly log: Log
  readonly auth: Pick<Auth, 'callerFor'>
  readonly audit: Pick<Audit, 'record'>
  readonly stacks: Pick<Stacks, 'prepare' | 'bringWithin' | 'target' | 'targets' | 'connection' | 'digestKey'>
  /** Folder that fetched repositories are in while they are read. */
  readonly workFolder: string
  readonly limits?: Partial<GitLimits>
  /** Epoch ms. */
  now(): number
  announce(event: NewEvent): unknown
}
