import type { StackFormat } from '@wheelhouse/contract'
import { posix } from 'node:path'
import type { ComposeBuild } from './compose/builds.ts'
import { readComposeStack } from './compose/compose-stack.ts'
import type { ProjectFiles } from './compose/load/files.ts'
import { projectName } from './compose/load/load.ts'
import { Budget } from './compose/tree/budget.ts'
import { entryOf, type Node } from './compose/tree/node.ts'
import { type Parsed, parseYaml } from './compose/tree/parse.ts'
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
  /** Files of a Compose project where they are not sent along as texts. */
  readonly projectFiles?: ProjectFiles
  /** Name of a Compose file in its folder, compose.yaml unless told. */
  readonly file?: string | undefined
  /** A Compose file is for a Swarm: its workloads are Swarm services then, and its secrets and configs objects. */
  readonly swarm?: boolean
  /** Images that take the place of what a Compose file says, by service. */
  readonly images?: Readonly<Record<string, string>>
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
  /** Of a Compose file for an engine: images that must be built, and that `images` does not name. */
  readonly builds: readonly ComposeBuild[]
  /** null when a problem is an error. */
  readonly rendered: Rendered | null
  /** Of wheelhouse.yaml, null when a problem is an error. */
  readonly manifest: Manifest | null
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A Compose service names an image (or builds one); a process has only a command. */
function tellFormat(root: Node | undefined): StackFormat {
  const marks = ['version', 'networks', 'volumes', 'configs', 'secrets', 'include']
  const has = (node: Node | undefined, keys: readonly string[]): boolean =>
    keys.some((key) => entryOf(node, key) !== undefined)
  const all = entryOf(root, 'services')
  const services = all?.kind === 'map' ? [...all.entries.values()].map(({ value }) => value) : []
  if (has(root, ['apps', 'compose', 'environments', 'pipeline'])) return 'wheelhouse'
  const ofCompose = has(root, marks) || services.some((service) => has(service, ['image', 'build', 'extends']))
  return ofCompose ? 'compose' : 'wheelhouse'
}

const forms = {
  compose: { pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/, words: 'small letters, digits, dashes and underscores' },
  wheelhouse: { pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/, words: 'letters, digits, dots, dashes and underscores' },
}

function checkName(name: string | null, format: StackFormat, problems: Problems): void {
  if (name === null) {
    problems.error(['name'], 'The stack has no name. Add name: at the top of the file, or give one.')
  } else if (!forms[format].pattern.test(name)) {
    problems.error(
      ['name'],
      `"${name}" is no stack name. Use 1 to 63 ${forms[format].words}, starting with a letter or digit.`,
    )
  }
}

/** Reads a stack file of either format and tells all that is wrong with it at once. Opens no file and reads no environment. */
export function readStack(text: StackText): StackRead {
  const problems = new Problems()
  const parsed =
    text.format === 'wheelhouse' ? [] : parseYaml(text.source, { problems, budget: new Budget(), file: null })
  const format = text.format ?? tellFormat(parsed[0]?.root)
  if (format === 'compose') return readAsCompose(text, parsed, problems)
  // The one format has tags and several documents that the other has not: it is read by its own rules.
  const own = new Problems()
  const tree = readTree(text.source, text.variables ?? {}, own)
  return readAsManifest(text, new Reader(tree, own), isMap(tree.value) ? tree.value : {})
}

function tellDirectory(directory: string | undefined, problems: Problems): void {
  if (directory !== undefined && !posix.isAbsolute(directory))
    problems.at(null, [], `The directory "${directory}" must start with /: it is a folder on the target.`)
}

function readAsCompose(text: StackText, parsed: readonly Parsed[], problems: Problems): StackRead {
  tellDirectory(text.directory, problems)
  const { name, services, builds, workloads, resources, objects } = readComposeStack(
    {
      source: text.source,
      file: text.file ?? 'compose.yaml',
      name: text.name ?? null,
      variables: text.variables ?? {},
      files: text.projectFiles ?? text.files ?? {},
      directory: text.directory ?? null,
      images: text.images ?? {},
      parsed,
      swarm: text.swarm ?? false,
    },
    problems,
  )
  checkName(name, 'compose', problems)
  return {
    format: 'compose',
    name,
    services,
    builds,
    problems: problems.sorted(),
    rendered: problems.failed
      ? null
      : { name: name ?? 'stack', format: 'compose', workloads, resources, ...(objects && { objects }) },
    manifest: null,
  }
}

function readAsManifest(text: StackText, reader: Reader, root: Fields): StackRead {
  const { problems, tree } = reader
  const finish = (name: string | null, rendered: Rendered | null, manifest: Manifest | null = null): StackRead => ({
    format: 'wheelhouse',
    name,
    services: isMap(root.services) ? Object.keys(root.services).filter((key) => !key.startsWith('x-')) : [],
    builds: [],
    problems: problems.sorted(),
    rendered: problems.failed ? null : rendered,
    manifest: problems.failed ? null : manifest,
  })
  if (!isMap(tree.value)) {
    if (!problems.failed) problems.error([], 'The file is empty or not a map. It starts with name: and services:.')
    return finish(null, null)
  }
  const written = reader.string(root.name, ['name'])
  const name = text.name ?? written ?? (text.directory ? projectName(posix.basename(text.directory)) || null : null)
  checkName(name, 'wheelhouse', problems)
  tellDirectory(text.directory, problems)
  const scope = {
    reader,
    project: name ?? 'stack',
    variables: text.variables ?? {},
    files: text.files ?? {},
    directory: text.directory ?? null,
    ...(text.apps === undefined ? {} : { apps: text.apps }),
    ...(text.serve === undefined ? {} : { serve: text.serve }),
  }
  const { workloads, manifest } = readManifest(scope, root)
  return finish(name, { name: scope.project, format: 'wheelhouse', workloads, resources: [] }, manifest)
}
