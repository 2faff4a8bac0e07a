import type { Mount } from '@wheelhouse/driver'
import { posix } from 'node:path'
import type { Path } from '../file/problems.ts'
import type { Fields } from '../file/reader.ts'
import type { StackScope } from '../file/stack-scope.ts'
import { fileKeys } from './keys.ts'
import { bindSource } from './mounts.ts'
import { notApplied, tellNotApplied } from './not-applied.ts'

/** Where a secret or config lies in a container unless told. */
const folders = { secrets: '/run/secrets', configs: '' } as const

/** Secrets or configs of a service that come from files of the target, as mounts that are only read. */
export function readFileMounts(
  scope: StackScope,
  section: keyof typeof folders,
  value: unknown,
  path: Path,
  declared: unknown,
): Mount[] {
  const { reader } = scope
  const { problems } = reader
  const all = (declared ?? {}) as Readonly<Record<string, Fields | null | undefined>>
  return (reader.list(value, path) ?? []).flatMap((item, index): Mount[] => {
    const at = [...path, index]
    const fields = reader.map(item, at)
    const source = fields ? reader.string(fields.source, [...at, 'source']) : null
    // One that is not declared is told with what does not fit together.
    const from = source === null || !Object.hasOwn(all, source) ? null : all[source]
    if (!fields || source === null || !from) return []
    tellNotApplied(reader, from, [section, source], fileKeys)
    const given = typeof from.file === 'string' ? bindSource(scope, from.file, [section, source, 'file']) : null
    if (typeof from.file !== 'string') {
      const why = from.external === true ? 'what is external is kept by a Swarm' : 'it does not come from a file'
      problems.warn(at, notApplied(`${section}.${source}`, why))
      return []
    }
    const asked = ['uid', 'gid', 'mode'].filter((key) => fields[key] !== undefined)
    if (asked.length > 0)
      problems.warn(at, notApplied(asked.join(', '), `${source} keeps the owner and rights of its file`))
    const target = reader.string(fields.target, [...at, 'target']) ?? source
    const destination = posix.isAbsolute(target) ? target : `${folders[section]}/${target}`
    const options = { BindOptions: { CreateMountpoint: false } }
    return given === null ? [] : [{ type: 'bind', source: given, destination, readOnly: true, options }]
  })
}
