import { posix } from 'node:path'
import { isRemote, resolveFrom } from './files.ts'
import { entryOf, type Mapping, type Node, scalar, textOf, withEntry } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'

type Resolver = (node: Node, directory: string) => Node

const withText = (node: Node, change: (text: string) => string): Node => {
  const text = textOf(node)
  if (text === null) return node
  const changed = change(text)
  return changed === text ? node : scalar(changed, node.place)
}
/** A drive with a path, or a server with a share and a path on it. */
const isWindows = (path: string): boolean => /^(?:[a-zA-Z]:|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*)[\\/]/.test(path)
const plain: Resolver = (node, directory) => withText(node, (text) => resolveFrom(directory, text))
const onEither: Resolver = (node, directory) =>
  withText(node, (text) =>
    isWindows(text) ? text : text === '' ? posix.join(directory, '.') : resolveFrom(directory, text),
  )
const context: Resolver = (node, directory) =>
  withText(node, (text) =>
    text.includes('://') || text.startsWith('service:') || isRemote(text) ? text : resolveFrom(directory, text),
  )
const mount: Resolver = (node, directory) => {
  const source = entryOf(node, 'source')
  if (node.kind !== 'map' || source === undefined || textOf(entryOf(node, 'type')) !== 'bind') return node
  return withEntry(node, 'source', onEither(source, directory))
}
const boundVolume: Resolver = (node, directory) => {
  const options = entryOf(node, 'driver_opts')
  const device = entryOf(options, 'device')
  if (node.kind !== 'map' || options?.kind !== 'map' || device === undefined) return node
  if (textOf(entryOf(node, 'driver')) !== 'local' || textOf(entryOf(options, 'o')) !== 'bind') return node
  return withEntry(node, 'driver_opts', withEntry(options, 'device', onEither(device, directory)))
}

const rules = new Rules<Resolver>({
  'services.*.build.context': context,
  'services.*.build.additional_contexts.*': context,
  'services.*.build.ssh.*': onEither,
  'services.*.env_file.*.path': plain,
  'services.*.label_file.*': plain,
  'services.*.extends.file': plain,
  'services.*.develop.watch.*.path': plain,
  'services.*.volumes.*': mount,
  'configs.*.file': onEither,
  'secrets.*.file': onEither,
  'volumes.*': boundVolume,
})

/** The same canonical model with its paths absolute, those that start from `directory`. */
export function resolvePaths(root: Mapping, directory: string): Mapping {
  const walk = (node: Node, at: Cursors<Resolver>): Node => {
    if (at.length === 0) return node
    const rule = Rules.at(at)
    if (rule) return rule(node, directory)
    if (node.kind === 'scalar') return node
    if (node.kind === 'list')
      return { ...node, items: node.items.map((item, index) => walk(item, Rules.down(at, index))) }
    const entries = new Map(node.entries)
    for (const [key, entry] of entries) entries.set(key, { ...entry, value: walk(entry.value, Rules.down(at, key)) })
    return { ...node, entries }
  }
  return walk(root, rules.root) as Mapping
}
