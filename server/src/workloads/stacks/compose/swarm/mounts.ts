import { type Mount, type SwarmMount, stackLabels } from '@wheelhouse/driver'
import type { Path } from '../../file/problems.ts'
import type { StackScope } from '../../file/stack-scope.ts'
import { withoutComposeLabels } from '../labels.ts'
import { readMounts } from '../mounts.ts'
import type { DeclaredVolume } from '../volumes.ts'
import { told } from './deploy.ts'

/** The mounts of a service. A node makes a volume when the first task comes that wants it, so what it is made from goes along. */
export function readSwarmMounts(
  scope: StackScope,
  value: unknown,
  path: Path,
  around: {
    readonly volumeName: (name: string, at: Path) => string | null
    readonly volumes: ReadonlyMap<string, DeclaredVolume>
  },
): SwarmMount[] {
  return readMounts(scope, value, path, around.volumeName).map((mount) => {
    const { type, source, destination, readOnly } = mount
    const plain = { Type: type, Source: source, Target: destination, ReadOnly: readOnly || undefined }
    if (type === 'volume') return told({ ...plain, VolumeOptions: volumeOptions(scope, mount, around.volumes) })
    const { CreateMountpoint: _create, ...bind } = (mount.options.BindOptions ?? {}) as Record<string, unknown>
    const tmpfs = (mount.options.TmpfsOptions ?? {}) as Record<string, unknown>
    return told({
      ...plain,
      BindOptions: Object.keys(bind).length > 0 ? bind : undefined,
      TmpfsOptions: Object.keys(tmpfs).length > 0 ? tmpfs : undefined,
    })
  })
}

function volumeOptions(
  { project }: StackScope,
  { source, options }: Mount,
  volumes: ReadonlyMap<string, DeclaredVolume>,
): SwarmMount['VolumeOptions'] | undefined {
  // One without a name is a new one for each task.
  if (source === null) return undefined
  const declared = [...volumes.values()].find(({ name }) => name === source)?.spec
  const own: object = options.VolumeOptions ?? {}
  if (!declared) return own
  const drives = declared.driver !== null || Object.keys(declared.options).length > 0
  return {
    ...own,
    Labels: { ...withoutComposeLabels(declared.labels), [stackLabels.namespace]: project },
    ...(drives && { DriverConfig: told({ Name: declared.driver, Options: declared.options }) }),
  }
}
