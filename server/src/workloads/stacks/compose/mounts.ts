import type { Mount } from '@wheelhouse/driver'
import { posix } from 'node:path'
import type { Path } from '../file/problems.ts'
import type { Fields } from '../file/reader.ts'
import { type StackScope, isLong } from '../file/stack-scope.ts'

const propagations = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'] as const

/** Resolves a bind source against the stack's folder; null, with the problem told, when it cannot be. */
export function bindSource(scope: StackScope, source: string, at: Path): string | null {
  if (source.startsWith('/')) return posix.normalize(source)
  const problems = scope.reader.problems
  if (source.startsWith('~')) {
    problems.error(at, `"${source}" starts from a home folder, which a target does not have. Write the whole path.`)
    return null
  }
  if (scope.directory === null) {
    problems.error(at, `"${source}" is a relative path. Give the folder on the target that it starts from (directory).`)
    return null
  }
  return posix.resolve(scope.directory, source)
}

function readLong(scope: StackScope, fields: Fields, at: Path): Mount | null {
  const { reader } = scope
  const type = reader.choice(fields.type ?? 'volume', [...at, 'type'], ['bind', 'volume', 'tmpfs'] as const)
  const written = reader.string(fields.source, [...at, 'source'])
  const destination = reader.string(fields.target, [...at, 'target'])
  if (destination === null) reader.problems.error(at, 'A volume needs a target: the folder inside the container.')
  if (type === null || destination === null) return null
  if (fields.consistency !== undefined)
    reader.problems.warnAtKey([...at, 'consistency'], 'not applied: consistency: it is for Docker Desktop.')
  const readOnly = reader.boolean(fields.read_only, [...at, 'read_only']) ?? false
  for (const other of ['bind', 'volume', 'tmpfs']) {
    if (other !== type && fields[other] !== undefined)
      reader.problems.errorAtKey([...at, other], `${other} does not go with type ${type}.`)
  }
  const inner = reader.map(fields[type], [...at, type]) ?? {}
  const inside = [...at, type]
  if (type === 'tmpfs') {
    if (written !== null) reader.problems.error([...at, 'source'], 'A tmpfs has no source.')
    const size = reader.sizeBytes(inner.size, [...inside, 'size'])
    const mode = reader.integer(inner.mode, [...inside, 'mode'])
    const options = {
      ...(size !== null && { SizeBytes: size }),
      ...(mode !== null && { Mode: mode }),
    }
    return { type, source: null, destination, readOnly, options: { TmpfsOptions: options } }
  }
  if (type === 'volume') {
    if (inner.subpath !== undefined)
      reader.problems.errorAtKey(
        [...inside, 'subpath'],
        'subpath is not supported yet: the whole volume would be mounted.',
      )
    const noCopy = reader.boolean(inner.nocopy, [...inside, 'nocopy']) === true
    const options = noCopy ? { VolumeOptions: { NoCopy: true } } : {}
    return { type, source: written, destination, readOnly, options }
  }
  for (const key of ['selinux', 'recursive']) {
    if (inner[key] !== undefined)
      reader.problems.warnAtKey([...inside, key], `not applied: ${key}: the engine is not asked for it.`)
  }
  if (written === null) reader.problems.error(at, 'A bind needs a source: a folder or file on the target.')
  const propagation =
    inner.propagation === undefined ? null : reader.choice(inner.propagation, [...inside, 'propagation'], propagations)
  const create = reader.boolean(inner.create_host_path, [...inside, 'create_host_path']) ?? true
  const source = written === null ? null : bindSource(scope, written, [...at, 'source'])
  const options = { CreateMountpoint: create, ...(propagation !== null && { Propagation: propagation }) }
  return source === null ? null : { type, source, destination, readOnly, options: { BindOptions: options } }
}

/** The mounts of a service. Volume sources are names in the file; `volumeName` gives the name on the target, null when not declared. */
export function readMounts(
  scope: StackScope,
  value: unknown,
  path: Path,
  volumeName: (name: string, at: Path) => string | null,
): Mount[] {
  const { reader } = scope
  const mounts = new Map<string, Mount>()
  for (const [index, item] of (reader.list(value, path) ?? []).entries()) {
    const at = [...path, index]
    // What has no long form is told where the short one is read.
    const read = isLong(item) ? readLong(scope, reader.map(item, at) ?? {}, at) : null
    if (!read) continue
    if (!read.destination.startsWith('/')) {
      reader.problems.error(at, `"${read.destination}" must start with /: it is a path inside the container.`)
      continue
    }
    const source = read.type === 'volume' && read.source !== null ? volumeName(read.source, at) : read.source
    if (mounts.has(read.destination)) reader.problems.error(at, `${read.destination} is mounted twice. Keep one.`)
    mounts.set(read.destination, { ...read, source })
  }
  return [...mounts.values()]
}
