import type { VolumeSpec } from '@wheelhouse/driver'
import { readExternal } from './external.ts'
import { volumeKeys } from './keys.ts'
import { resourceLabels } from './labels.ts'
import { readLabels } from '../file/labels.ts'
import { tellNotApplied } from './not-applied.ts'
import { type StackScope } from '../file/stack-scope.ts'

/** A volume by its name in the file; `spec` is null for one that must be there already. */
export interface DeclaredVolume {
  readonly name: string
  readonly spec: VolumeSpec | null
}

export function readVolumes(scope: StackScope, value: unknown): Map<string, DeclaredVolume> {
  const { reader, project } = scope
  const declared = new Map<string, DeclaredVolume>()
  for (const [key, item] of Object.entries(reader.map(value, ['volumes']) ?? {})) {
    const at = ['volumes', key]
    const fields = reader.map(item, at) ?? {}
    tellNotApplied(reader, fields, at, volumeKeys)
    const external = readExternal(reader, fields, at)
    if (external !== null) {
      const name = external || key
      reader.problems.warn(at, `The volume ${name} is external: it must be there, and others may use it too.`)
      declared.set(key, { name, spec: null })
      continue
    }
    const name = reader.string(fields.name, [...at, 'name']) ?? `${project}_${key}`
    const options = reader.pairs(fields.driver_opts, [...at, 'driver_opts'])
    declared.set(key, {
      name,
      spec: {
        kind: 'volume',
        name,
        stack: project,
        driver: reader.string(fields.driver, [...at, 'driver']),
        options: Object.fromEntries([...options].map(([option, text]) => [option, text ?? ''])),
        labels: { ...readLabels(reader, fields.labels, [...at, 'labels']), ...resourceLabels(project, 'volume', key) },
      },
    })
  }
  return declared
}
