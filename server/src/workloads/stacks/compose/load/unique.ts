import { entryOf, type Node } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'
import { splitVolume } from './short-volume.ts'

/** What two entries of a list must share to be one; null keeps every entry. */
type Key = (item: Node) => string | null

const textAt = (node: Node, key: string): string | null => {
  const found = entryOf(node, key)
  return found?.kind === 'scalar' && found.value !== null ? found.text : null
}
const whole: Key = (item) => (item.kind === 'scalar' ? item.text : null)
const beforeEquals: Key = (item) => (item.kind === 'scalar' ? item.text.replace(/=.*$/s, '') : null)
const mounted =
  (folder: string): Key =>
  (item) =>
    item.kind === 'scalar'
      ? `${folder}/${item.text}`
      : (textAt(item, 'target') ?? `${folder}/${textAt(item, 'source') ?? ''}`)
const volume: Key = (item) => (item.kind === 'scalar' ? splitVolume(item.text).target : textAt(item, 'target'))
const device: Key = (item) => {
  if (item.kind !== 'scalar') return textAt(item, 'target')
  const [source = '', target] = item.text.split(':')
  return target ?? source
}
const port: Key = (item) => {
  if (item.kind === 'scalar') return item.text
  const target = textAt(item, 'target')
  if (target === null) return null
  const host = textAt(item, 'host_ip') ?? '0.0.0.0'
  return `${host}:${textAt(item, 'published') ?? ''}:${target}/${textAt(item, 'protocol') ?? 'tcp'}`
}
const envFile: Key = (item) => (item.kind === 'scalar' ? item.text : textAt(item, 'path'))

const keyed = (key: Key, names: readonly string[]): [string, Key][] => names.map((name) => [name, key])
const rules = new Rules<Key>(
  Object.fromEntries([
    ...keyed(beforeEquals, ['networks.*.labels', 'networks.*.ipam.options']),
    ...keyed(
      beforeEquals,
      [
        'annotations',
        'build.additional_contexts',
        'build.args',
        'build.labels',
        'build.tags',
        'cap_add',
        'cap_drop',
        'deploy.labels',
        'dns',
        'dns_opt',
        'dns_search',
        'environment',
        'labels',
        'links',
        'networks.*.aliases',
        'networks.*.link_local_ips',
        'profiles',
        'sysctls',
        'tmpfs',
      ].map((name) => `services.*.${name}`),
    ),
    ['services.*.configs', mounted('')],
    ['services.*.devices', device],
    ['services.*.env_file', envFile],
    ['services.*.expose', whole],
    ['services.*.ports', port],
    ['services.*.secrets', mounted('/run/secrets')],
    ['services.*.volumes', volume],
  ]),
)

/** Takes out entries that a later one of their list stands for; the later one takes the place of the first. */
export function withoutRepeats(node: Node, at: Cursors<Key> = rules.root): Node {
  if (node.kind === 'scalar' || at.length === 0) return node
  if (node.kind === 'map') {
    const entries = new Map(node.entries)
    for (const [key, entry] of entries)
      entries.set(key, { ...entry, value: withoutRepeats(entry.value, Rules.down(at, key)) })
    return { ...node, entries }
  }
  const rule = Rules.at(at)
  if (!rule) return node
  const items: Node[] = []
  const places = new Map<string, number>()
  for (const item of node.items) {
    const key = rule(item)
    const before = key === null ? undefined : places.get(key)
    if (before !== undefined) items[before] = item
    else {
      items.push(item)
      if (key !== null) places.set(key, items.length - 1)
    }
  }
  return { ...node, items }
}
