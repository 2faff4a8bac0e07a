import type { Path } from '../../file/problems.ts'
import { parseEnvFile } from '../../file/env-file.ts'
import { type Around, readFile, shown } from './around.ts'
import { folderOf, resolveFrom } from './files.ts'
import { entryOf, mapping, type Mapping, type Node, sameValue, textOf, withEntry } from '../tree/node.ts'
import type { SourceFile } from './read-alone.ts'

const sections = ['services', 'volumes', 'networks', 'secrets', 'configs']
const known = ['path', 'project_directory', 'env_file']

/** Reads files into one model: given, as included files may include others. */
type ReadModel = (files: readonly SourceFile[], around: Around, trail: readonly string[]) => Mapping

interface Wanted {
  readonly paths: readonly string[]
  readonly projectDirectory: string | null
  readonly envFiles: readonly string[]
}

const textsOf = (node: Node | undefined): string[] => {
  const one = textOf(node)
  if (one !== null) return [one]
  return node?.kind === 'list' ? node.items.flatMap((item) => textOf(item) ?? []) : []
}

/** Takes the models that a file includes into it. What both have must be the same. */
export function applyInclude(root: Mapping, around: Around, trail: readonly string[], readModel: ReadModel): Mapping {
  const include = entryOf(root, 'include')
  if (include === undefined) return root
  const { problems } = around
  let model = withEntry(root, 'include', undefined)
  if (include.kind !== 'list') {
    if (include.kind !== 'scalar' || include.value !== null)
      problems.at(include.place, ['include'], 'include takes a list of files.')
    return model
  }
  for (const [index, item] of include.items.entries()) {
    const at: Path = ['include', index]
    const wanted = readEntry(item, around, at)
    if (wanted === null) continue
    const imported = load(wanted, { item, around, trail, at, readModel })
    if (imported !== null) model = importInto(model, imported, around)
  }
  return model
}

function readEntry(item: Node, { problems }: Around, at: Path): Wanted | null {
  const text = textOf(item)
  if (text !== null) return { paths: [text], projectDirectory: null, envFiles: [] }
  if (item.kind !== 'map') {
    problems.at(item.place, at, 'An entry of include is a path, or a map with path.')
    return null
  }
  for (const [key, { key: place }] of item.entries)
    if (!known.includes(key)) problems.at(place, [...at, key], `unknown key ${key}. Use ${known.join(', ')}.`)
  const paths = textsOf(entryOf(item, 'path'))
  if (paths.length === 0) problems.at(item.place, at, 'An entry of include needs a path.')
  return {
    paths,
    projectDirectory: textOf(entryOf(item, 'project_directory')),
    envFiles: textsOf(entryOf(item, 'env_file')),
  }
}

interface Entry {
  readonly item: Node
  readonly around: Around
  readonly trail: readonly string[]
  readonly at: Path
  readonly readModel: ReadModel
}

function load(wanted: Wanted, { item, around, trail, at, readModel }: Entry): Mapping | null {
  const { problems } = around
  const paths = wanted.paths.map((path) => resolveFrom(around.directory, path))
  const [main] = paths
  if (main === undefined) return null
  if (trail.includes(main)) {
    const loop = [...trail.slice(trail.indexOf(main)), main].map((path) => shown(around, path))
    problems.at(item.place, at, `Files include each other in a loop: ${loop.join(' → ')}.`)
    return null
  }
  const files: SourceFile[] = []
  for (const path of paths) {
    const text = readFile(around, path, item.place, at)
    if (text === null) return null
    files.push({ path, text, shownAs: shown(around, path) })
  }
  const directory =
    wanted.projectDirectory === null ? folderOf(main) : resolveFrom(around.directory, wanted.projectDirectory)
  const given = wanted.envFiles.map((path) => resolveFrom(around.directory, path))
  const own: Record<string, string> = {}
  const read = (path: string, text: string): void => {
    const { values, problems: told } = parseEnvFile(text, { ...own, ...around.variables })
    for (const { line, message } of told) problems.at(item.place, at, `${shown(around, path)} line ${line}: ${message}`)
    for (const [name, value] of values) own[name] = value
  }
  for (const path of given) {
    const text = readFile(around, path, item.place, [...at, 'env_file'])
    if (text !== null) read(path, text)
  }
  if (given.length === 0) {
    const path = resolveFrom(directory, '.env')
    const usual = around.files.find(path)
    if ('text' in usual) read(path, usual.text)
  }
  return readModel(files, { ...around, directory, variables: { ...own, ...around.variables } }, trail)
}

function importInto(model: Mapping, imported: Mapping, { problems }: Around): Mapping {
  let whole = model
  for (const name of sections) {
    const from = entryOf(imported, name)
    if (from?.kind !== 'map') continue
    const to = entryOf(whole, name)
    const entries = new Map(to?.kind === 'map' ? to.entries : [])
    for (const [key, entry] of from.entries) {
      const before = entries.get(key)
      if (before === undefined) entries.set(key, entry)
      else if (!sameValue(before.value, entry.value))
        problems.at(entry.key, [name, key], `${name}.${key} is there already: an included file may not change it.`)
    }
    whole = withEntry(whole, name, to?.kind === 'map' ? { ...to, entries } : mapping(entries, from.place))
  }
  return whole
}
