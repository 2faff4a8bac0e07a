import type { SwarmObjectSpec } from '@wheelhouse/driver'
import { posix } from 'node:path'
import type { Path, Problems } from '../file/problems.ts'
import { type Fields, Reader } from '../file/reader.ts'
import type { Workload } from '../rendered.ts'
import { type ComposeBuild, readBuilds } from './builds.ts'
import { type Asked, readCompose } from './compose.ts'
import { containerLabels, numberLabel } from './labels.ts'
import { mapServices } from './load/environment.ts'
import { type ProjectFiles, resolveFrom, textFiles } from './load/files.ts'
import type { Variables } from './tree/interpolate.ts'
import type { Parsed } from './tree/parse.ts'
import type { SourceFile } from './load/read-alone.ts'
import { readComposeModel } from './model/compose-model.ts'
import { entryOf, isNothing, type Mapping, type Node, plain, scalar, withEntry } from './tree/node.ts'
import type { Json } from './spec/kind.ts'
import { service as serviceKind } from './spec/service.ts'
import { readSwarmCompose } from './swarm/swarm-compose.ts'

/** What a stack is read from, as a Compose project. */
export interface ComposeText {
  readonly source: string
  /** Name of the file in its folder. */
  readonly file: string
  readonly name: string | null
  readonly variables: Variables
  /** Files that were sent along, or those of the folder. */
  readonly files: Readonly<Record<string, string>> | ProjectFiles
  readonly directory: string | null
  /** Images that take the place of what services say, by service. */
  readonly images: Readonly<Record<string, string>>
  /** Documents of the source, where it was parsed already. */
  readonly parsed?: readonly Parsed[]
  /** Whether it is for a Swarm. */
  readonly swarm: boolean
}
export interface ComposeStack extends Asked {
  readonly name: string | null
  readonly services: readonly string[]
  /** Images that must be built, and took the place of none yet. */
  readonly builds: readonly ComposeBuild[]
  /** Of a Swarm. */
  readonly objects?: readonly SwarmObjectSpec[]
}

const isFiles = (files: ComposeText['files']): files is ProjectFiles => typeof files.find === 'function'
const usual: ReadonlySet<string> = new Set(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'])
/** The first of these that is there is put over a file of one of the usual names, whichever that is: so does Compose. */
const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/** Reads a Compose project and all of its files. What is wrong is in `problems`; the answer is of use only when none is an error. */
export function readComposeStack(text: ComposeText, problems: Problems): ComposeStack {
  const files = isFiles(text.files) ? text.files : textFiles(text.files, text.directory)
  const sources = sourcesOf(text, files, problems)
  const { directory, variables, name } = text
  const loaded = readComposeModel({ sources, files, directory, variables, name, drives: false }, problems)
  const model = withImages(loaded.model, text.images)
  const scope = {
    reader: readerOf(model, problems),
    project: loaded.name ?? 'stack',
    variables: loaded.variables,
    files: {},
    directory,
    profile: (path: string): string | null => {
      const found = files.find(resolveFrom(directory ?? '', path))
      return 'text' in found ? found.text : null
    },
  }
  const services = servicesOf(model)
  if (text.swarm) {
    const asked = readSwarmCompose(scope, fieldsOf(model, services), files)
    return { name: loaded.name, services: [...services.keys()], builds: [], ...asked }
  }
  const asked = readCompose(scope, fieldsOf(model, services))
  const origin = { project: scope.project, directory, files: sources.map(({ path }) => path) }
  const counts = new Map<string, number>()
  const labels = new Map<string, Record<string, string>>()
  // What is of no use needs no labels.
  const workloads = (problems.failed ? [] : asked.workloads).map((workload): Workload => {
    const { spec } = workload
    const number = (counts.get(spec.service) ?? 0) + 1
    counts.set(spec.service, number)
    const known = labels.get(spec.service) ?? containerLabels(origin, spec.service, services.get(spec.service) ?? {})
    labels.set(spec.service, known)
    return { ...workload, spec: { ...spec, labels: { ...spec.labels, ...known, ...numberLabel(number) } } }
  })
  const builds = readBuilds(services, new Set(asked.workloads.map(({ spec }) => spec.service)))
  return { name: loaded.name, services: [...services.keys()], builds, workloads, resources: asked.resources }
}

const mostFiles = 100

/** The source and what is put over it: the further files that COMPOSE_FILE lists, else the one that is there by its name. */
function sourcesOf(
  { source, file, directory, parsed, variables }: ComposeText,
  files: ProjectFiles,
  problems: Problems,
): SourceFile[] {
  const listed = Object.hasOwn(variables, 'COMPOSE_FILE') ? (variables.COMPOSE_FILE ?? '').split(':') : []
  const [first, ...further] = listed.map((name) => name.trim()).filter((name) => name !== '')
  const path = resolveFrom(directory ?? '', first ?? file)
  const main = { path, text: source, shownAs: null, ...(parsed && { parsed }) }
  if (first !== undefined) {
    if (further.length > mostFiles) problems.error([], `COMPOSE_FILE lists more than ${mostFiles} files.`)
    const overs = further.slice(0, mostFiles).flatMap((name): SourceFile[] => {
      const over = resolveFrom(directory ?? '', name)
      const found = files.find(over)
      if ('text' in found) return [{ path: over, text: found.text, shownAs: name }]
      problems.error([], `COMPOSE_FILE names ${name}, which is not there.`)
      return []
    })
    return [main, ...overs]
  }
  for (const name of usual.has(posix.basename(file)) ? overrides : []) {
    const over = posix.join(posix.dirname(path), name)
    const found = files.find(over)
    if ('text' in found) return [main, { path: over, text: found.text, shownAs: name }]
  }
  return [main]
}

/** Images that were built take the place of what is written. */
const withImages = (model: Mapping, images: ComposeText['images']): Mapping =>
  mapServices(model, (service, name) => {
    const image = Object.hasOwn(images, name) ? images[name] : undefined
    if (image === undefined) return service
    const bare = withEntry(service, 'build', undefined)
    return withEntry(
      withEntry(bare, 'image', scalar(image, service.place)),
      'pull_policy',
      scalar('never', service.place),
    )
  })

type Canonical = Readonly<Record<string, Json>>

function servicesOf(model: Mapping): Map<string, Canonical> {
  const services = entryOf(model, 'services')
  const entries = services?.kind === 'map' ? [...services.entries] : []
  return new Map(entries.map(([name, { value }]) => [name, (serviceKind.emit(value) ?? {}) as Canonical]))
}

/** The model as plain values, with what its canonical form says better. */
function fieldsOf(model: Mapping, services: ReadonlyMap<string, Canonical>): Fields {
  const root = plain(model) as Record<string, unknown>
  const all = root.services
  if (typeof all !== 'object' || all === null || Array.isArray(all)) return root
  const shaped = Object.entries(all as Record<string, unknown>).map(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [name, value]
    const { command, entrypoint, extra_hosts } = services.get(name) ?? {}
    return [name, { ...value, command, entrypoint, ...(extra_hosts !== undefined && { extra_hosts }) }]
  })
  return { ...root, services: Object.fromEntries(shaped) as Fields }
}

/** Numbers of the model count as text as they are written. */
function readerOf(model: Mapping, problems: Problems): Reader {
  const text = (path: Path): string | null => {
    let node: Node | undefined = model
    for (const part of path) node = node?.kind === 'list' ? node.items[Number(part)] : entryOf(node, String(part))
    return node?.kind === 'scalar' && !isNothing(node) ? node.text : null
  }
  return new Reader({ value: null, text }, problems)
}
