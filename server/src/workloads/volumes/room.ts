import { Failure, type NewEvent, type PolicyRules } from '@wheelhouse/contract'
import type { Volumes as VolumesPort } from '@wheelhouse/driver'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'
import type { VolumeSizes } from './sizes.ts'

export interface VolumeParts {
  readonly registry: Registry
  readonly jobs: Jobs
  readonly log: Log
  readonly announce: (event: NewEvent) => unknown
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
  /** Private folder for what has to be whole before it replaces something. */
  readonly workFolder: string
}

/** What every part of the domain works with. */
export interface VolumeRoom extends VolumeParts {
  readonly sizes: VolumeSizes
}

/** Throws TARGET_UNREACHABLE, or CAPABILITY_MISSING where the target has no volumes. */
export function volumesOf(registry: Registry, targetId: string): VolumesPort {
  const volumes = requireVolumes(registry, targetId)
  registry.connected(targetId)
  return volumes
}

/** Throws CAPABILITY_MISSING where the target has no volumes, heard or not. */
export function requireVolumes(registry: Registry, targetId: string): VolumesPort {
  const { connection, record } = registry.mirror(targetId)
  if (connection.volumes) return connection.volumes
  const { name } = record
  throw new Failure('CAPABILITY_MISSING', `${name} has no volumes. Only container engines have.`, {
    capability: 'volumes',
  })
}
