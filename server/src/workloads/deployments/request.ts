import type { Deployment, DeploymentFlags } from '@wheelhouse/contract'
import type { Allowance } from '../../inventory/policies/index.ts'
import type { ProjectInput } from '../stacks/index.ts'

/** What a run was asked for, as it was when it was asked: kept sealed, because variables may be secret. */
export interface DeployRequest {
  readonly kind: Deployment['kind']
  /** With the text of the manifest as it was then; absent for a rollback, which needs only its release. */
  readonly project: ProjectInput | null
  readonly flags: DeploymentFlags
  readonly apps: readonly string[]
  /** The release to bring, for a rollback; the one to take over, for a promotion. */
  readonly releaseId: string | null
  /** A rollback also restores this backup's databases. */
  readonly restoreBackupId: string | null
  /** As whom it was let through, by target. */
  readonly allowances: Readonly<Record<string, Allowance>>
  readonly by: string
  /** Null where no user of ours asked, as the server itself. */
  readonly userId: string | null
}
