import type { Project } from '../stacks/index.ts'

/** A backup of what the manifest of a project names. */
export interface BackupRequest {
  readonly project: Project
  readonly database: boolean
  readonly files: boolean
  readonly description: string
  readonly by: string
  readonly deploymentId: string | null
  readonly version: string | null
}
