import { type Path, type Problems, showPath } from '../../file/problems.ts'
import { entryOf, isNothing, list, type Mapping, mapping, type Node, record, sameValue, scalar } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'

interface Spot {
  readonly at: Cursors<Merger>
  readonly path: Path
  readonly problems: Problems
}
type Merger = (base: Node, over: Node, spot: Spot) => Node

/** A mapping or a list of texts as a list of `key=value`, those of a mapping in order. */
function asList(node: Node): readonly Node[] {
  if (node.kind === 'list') return node.items
  if (node.kind === 'scalar') return typeof node.value === 'string' ? [node] : []
  const lines: { text: string; node: Node }[] = []
  for (const [key, { value, key: place }] of node.entries) {
    const values = value.kind === 'list' ? value.items : [value]
    for (const one of values) {
      const text = isNothing(one) || one.kind !== 'scalar' ? key : `${key}=${one.text}`
      lines.push({ text, node: scalar(text, place) })
    }
  }
  return lines.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ node: one }) => one)
}

/** A list of names as a mapping of them. */
function asMap(node: Node, value: (item: Node) => Node): Mapping {
  if (node.kind === 'map') return node
  const items = node.kind === 'list' ? node.items : []
  return mapping(
    new Map(
      items.flatMap((item) =>
        item.kind === 'scalar' && item.value !== null ? [[item.text, { value: value(item), key: item.place }]] : [],
      ),
    ),
    node.place,
  )
}
const nothingAt = (item: Node): Node => scalar(null, item.place)
const started = (item: Node): Node => record({ condition: 'service_started', required: true }, item.place)

const toList: Merger = (base, over) => list([...asList(base), ...asList(over)], over.place ?? base.place)
const last: Merger = (_, over) => over

const hosts: Merger = (base, over) => {
  const before = asList(base)
  const added = asList(over).filter((one) => !before.some((other) => sameValue(one, other)))
  return list([...before, ...added], over.place ?? base.place)
}
const build: Merger = (base, over, spot) => {
  const whole = (node: Node): Mapping =>
    node.kind === 'map'
      ? node
      : node.kind === 'scalar' && node.value !== null
        ? record({ context: node }, node.place)
        : mapping(new Map(), node.place)
  return mergeMaps(whole(base), whole(over), spot)
}
const logging: Merger = (base, over, spot) => {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const [before, after] = [entryOf(base, 'driver'), entryOf(over, 'driver')]
  const isOther = before !== undefined && after !== undefined && !sameValue(before, after)
  return isOther ? over : mergeMaps(base, over, spot)
}

/** Pools of one subnet are merged; each further one is added. */
const pools: Merger = (base, over, spot) => {
  if (base.kind !== 'list' || over.kind !== 'list') return over
  const found: Mapping[] = []
  const subnet = (pool: Mapping): string | undefined => {
    const node = entryOf(pool, 'subnet')
    return node?.kind === 'scalar' ? node.text : undefined
  }
  for (const before of base.items) {
    let own = asMap(before, nothingAt)
    for (const after of over.items) {
      const other = asMap(after, nothingAt)
      if (subnet(other) !== subnet(own) && !found.some((one) => subnet(one) === subnet(other))) {
        found.push(other)
        continue
      }
      own = mergeMaps(own, other, spot)
      const index = found.findIndex((one) => subnet(one) === subnet(own))
      if (index === -1) found.push(own)
      else found[index] = own
    }
  }
  return list(found, over.place)
}

const rules = new Rules<Merger>({
  'networks.*.ipam.config': pools,
  'networks.*.labels': toList,
  'volumes.*.labels': toList,
  'services.*.annotations': toList,
  'services.*.build': build,
  'services.*.build.additional_contexts': toList,
  'services.*.build.args': toList,
  'services.*.build.extra_hosts': hosts,
  'services.*.build.labels': toList,
  'services.*.command': last,
  'services.*.depends_on': (base, over, spot) => mergeMaps(asMap(base, started), asMap(over, started), spot),
  'services.*.deploy.labels': toList,
  'services.*.dns': toList,
  'services.*.dns_opt': toList,
  'services.*.dns_search': toList,
  'services.*.entrypoint': last,
  'services.*.env_file': toList,
  'services.*.environment': toList,
  'services.*.extra_hosts': hosts,
  'services.*.healthcheck.test': last,
  'services.*.label_file': toList,
  'services.*.labels': toList,
  'services.*.logging': logging,
  'services.*.networks': (base, over, spot) => mergeMaps(asMap(base, nothingAt), asMap(over, nothingAt), spot),
  'services.*.sysctls': toList,
  'services.*.tmpfs': toList,
  'services.*.ulimits.*': last,
})

function mergeMaps(base: Mapping, over: Mapping, { at, path, problems }: Spot): Mapping {
  const entries = new Map(base.entries)
  for (const [key, { value, key: place }] of over.entries) {
    const before = entries.get(key)
    if (before === undefined || key.startsWith('x-')) entries.set(key, { value, key: place })
    else
      entries.set(key, {
        value: mergeNodes(before.value, value, { at: Rules.down(at, key), path: [...path, key], problems }),
        key: before.key ?? place,
      })
  }
  return { ...base, entries }
}

function mergeNodes(base: Node, over: Node, spot: Spot): Node {
  const rule = Rules.at(spot.at)
  if (rule) return rule(base, over, spot)
  if (isNothing(over)) return base
  if (base.kind === 'scalar') return over
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, spot)
  if (base.kind === 'list' && over.kind === 'list') return list([...base.items, ...over.items], over.place)
  const was = base.kind === 'map' ? 'a map' : 'a list'
  spot.problems.at(over.place, spot.path, `${showPath(spot.path)} is ${was} before, so it must be one here too.`)
  return base
}

/** A model with a later one on top, key by key as the Compose Specification says. */
export const mergeModels = (base: Mapping, over: Mapping, problems: Problems): Mapping =>
  mergeMaps(base, over, { at: rules.root, path: [], problems })

/** A service on top of the one that it extends. */
export const mergeServices = (base: Mapping, over: Mapping, name: string, problems: Problems): Mapping =>
  mergeMaps(base, over, { at: rules.from(['services', name]), path: ['services', name], problems })
