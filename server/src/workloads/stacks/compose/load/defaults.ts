import { entryOf, type Mapping, type Node, scalar, textOf, withEntry } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'

type Default = (node: Mapping) => Mapping

const missing = (node: Mapping, key: string, value: string): Mapping =>
  entryOf(node, key) === undefined ? withEntry(node, key, scalar(value, node.place)) : node
const count: Default = (node) => (entryOf(node, 'device_ids') === undefined ? missing(node, 'count', 'all') : node)

const rules = new Rules<Default>({
  'services.*.build': (node) => missing(node, 'context', '.'),
  'services.*.deploy.resources.reservations.devices.*': count,
  'services.*.gpus.*': count,
  'services.*.ports.*': (node) => missing(missing(node, 'protocol', 'tcp'), 'mode', 'ingress'),
  'services.*.secrets.*': (node) => {
    const source = textOf(entryOf(node, 'source'))
    return source === null ? node : missing(node, 'target', `/run/secrets/${source}`)
  },
})

/** Fills in what a canonical model leaves to its readers. */
export function withDefaults(root: Mapping): Mapping {
  const walk = (node: Node, at: Cursors<Default>): Node => {
    if (at.length === 0 || node.kind === 'scalar') return node
    const rule = Rules.at(at)
    if (rule) return node.kind === 'map' ? rule(node) : node
    if (node.kind === 'list')
      return { ...node, items: node.items.map((item, index) => walk(item, Rules.down(at, index))) }
    const entries = new Map(node.entries)
    for (const [key, entry] of entries) entries.set(key, { ...entry, value: walk(entry.value, Rules.down(at, key)) })
    return { ...node, entries }
  }
  return walk(root, rules.root) as Mapping
}
