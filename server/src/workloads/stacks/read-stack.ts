import type { StackFormat } from '@wheelhouse/contract'
import { posix } from 'node:path'
import { readCompose } from './compose/compose.ts'
import { type Problem, Problems } from './file/problems.ts'
import { type Fields, Reader } from './file/reader.ts'
import { readTree } from './file/tree.ts'
import { readManifest } from './manifest/manifest.ts'
import type { Manifest } from './manifest/schema.ts'
import type { Rendered } from './rendered.ts'

/** What a stack is read from: the fields of contract `stackFile` that say so. */
export interface StackText {
  readonly source: string
  readonly format?: StackFormat | undefined
  readonly name?: string | undefined
  readonly variables?: Readonly<Record<string, string>> | undefined
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly directory?: string | undefined
  /** Absolute folder of each app in a release, and what serves an app: see StackScope. */
  readonly apps?: Readonly<Record<string, string>>
  readonly serve?: Readonly<Record<string, readonly string[]>>
}
export interface StackRead {
  readonly format: StackFormat
  readonly name: string | null
  readonly services: readonly string[]
  readonly problems: readonly Problem[]
  /** null when a problem is an error. */
  readonly rendered: Rendered | null
  /** Of wheelhouse.yaml, null when a problem is an error. */
  readonly manifest: Manifest | null
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A Compose service names an image (or builds one); a process has only a command. */
function tellFormat(root: Fields): StackFormat {
  const marks = ['version', 'networks', 'volumes', 'configs', 'secrets', 'include']
  const services = isMap(root.services) ? Object.values(root.services).filter(isMap) : []
  if (['apps', 'compose', 'environments', 'pipeline'].some((key) => key in root)) return 'wheelhouse'
  const ofCompose =
    marks.some((key) => key in root) ||
    services.some((service) => ['image', 'build', 'extends'].some((key) => key in service))
  return ofCompose ? 'compose' : 'wheelhouse'
}

const forms = {
  compose: { pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/, words: 'small letters, digits, dashes and underscores' },
  wheelhouse: { pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/, words: 'letters, digits, dots, dashes and underscores' },
}

function readName(reader: Reader, root: Fields, text: StackText, format: StackFormat): string | null {
  const written = reader.string(root.name, ['name'])
  // Compose falls back to the name of the folder, in small letters and without other marks.
  const folder = text.directory
    ? posix
        .basename(text.directory)
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, '')
        .replace(/^[_-]+/, '')
    : null
  const name = text.name ?? written ?? (folder || null)
  if (name === null) {
    reader.problems.error(['name'], 'The stack has no name. Add name: at the top of the file, or give one.')
  } else if (!forms[format].pattern.test(name)) {
    reader.problems.error(
      ['name'],
      `"${name}" is no stack name. Use 1 to 63 ${forms[format].words}, starting with a letter or digit.`,
    )
  }
  return name
}

/** Reads a stack file of either format and tells all that is wrong with it at once. Opens no file and reads no environment. */
export function readStack(text: StackText): StackRead {
  const problems = new Problems()
  const variables = text.variables ?? {}
  const tree = readTree(text.source, variables, problems)
  const reader = new Reader(tree, problems)
  const root = isMap(tree.value) ? tree.value : {}
  const format = text.format ?? tellFormat(root)
  const finish = (name: string | null, rendered: Rendered | null, manifest: Manifest | null = null): StackRead => ({
    format,
    name,
    services: isMap(root.services) ? Object.keys(root.services).filter((key) => !key.startsWith('x-')) : [],
    problems: problems.sorted(),
    rendered: problems.failed ? null : rendered,
    manifest: problems.failed ? null : manifest,
  })
  if (!isMap(tree.value)) {
    if (!problems.failed) problems.error([], 'The file is empty or not a map. It starts with name: and services:.')
    return finish(null, null)
  }
  const name = readName(reader, root, text, format)
  const directory = text.directory ?? null
  if (directory !== null && !posix.isAbsolute(directory)) {
    problems.at(null, [], `The directory "${directory}" must start with /: it is a folder on the target.`)
  }
  const scope = {
    reader,
    project: name ?? 'stack',
    variables,
    files: text.files ?? {},
    directory,
    ...(text.apps === undefined ? {} : { apps: text.apps }),
    ...(text.serve === undefined ? {} : { serve: text.serve }),
  }
  if (format === 'compose') return finish(name, { name: scope.project, format, ...readCompose(scope, root) })
  const { workloads, manifest } = readManifest(scope, root)
  return finish(name, { name: scope.project, format, workloads, resources: [] }, manifest)
}
