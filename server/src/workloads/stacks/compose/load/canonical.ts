import { posix } from 'node:path'
import { type Path, type Problems } from '../../file/problems.ts'
import type { Budget } from '../tree/budget.ts'
import { entryOf, isNothing, list, type Mapping, mapping, type Node, record, scalar, withEntry } from '../tree/node.ts'
import { type Cursors, Rules } from '../tree/rules.ts'
import { parsePort } from './short-port.ts'
import { isPath, splitVolume } from './short-volume.ts'

interface Around {
  readonly problems: Problems
  readonly budget: Budget
  readonly drives: boolean
}
type Shaper = (node: Node, path: Path, around: Around) => Node

const isText = (node: Node): node is Node & { readonly kind: 'scalar'; readonly value: string } =>
  node.kind === 'scalar' && typeof node.value === 'string'
const under =
  (key: string): Shaper =>
  (node) =>
    isText(node) ? record({ [key]: node }, node.place) : node
const textInList: Shaper = (node) => (isText(node) ? list([node], node.place) : node)

const dependsOn: Shaper = (node) => {
  if (node.kind === 'list')
    return mapping(
      new Map(
        node.items.map((item) => [
          item.kind === 'scalar' ? item.text : '',
          { value: record({ condition: 'service_started', required: true }, item.place), key: item.place },
        ]),
      ),
      node.place,
    )
  if (node.kind !== 'map') return node
  const entries = new Map(node.entries)
  for (const [name, entry] of entries) {
    if (entry.value.kind !== 'map' && !isNothing(entry.value)) continue
    let value: Mapping = entry.value.kind === 'map' ? entry.value : mapping(new Map(), entry.key)
    if (entryOf(value, 'condition') === undefined)
      value = withEntry(value, 'condition', scalar('service_started', value.place))
    if (entryOf(value, 'required') === undefined) value = withEntry(value, 'required', scalar(true, value.place))
    entries.set(name, { ...entry, value })
  }
  return { ...node, entries }
}

const envFiles: Shaper = (node) => {
  const one = (item: Node): Node => {
    if (isText(item)) return record({ path: item, required: true }, item.place)
    return item.kind === 'map' && entryOf(item, 'required') === undefined
      ? withEntry(item, 'required', scalar(true, item.place))
      : item
  }
  if (isText(node)) return list([one(node)], node.place)
  return node.kind === 'list' ? { ...node, items: node.items.map(one) } : node
}

const names: Shaper = (node) =>
  node.kind === 'list'
    ? mapping(
        new Map(
          node.items.map((item) => [
            item.kind === 'scalar' ? item.text : '',
            { value: scalar(null, item.place), key: item.place },
          ]),
        ),
        node.place,
      )
    : node

const pairs =
  (alone: (key: string) => string | null): Shaper =>
  (node, path, { problems }) => {
    if (node.kind !== 'list') return node
    const found = new Map<string, { value: Node; key: Node['place'] }>()
    for (const item of node.items) {
      if (!isText(item)) return node
      const mark = item.value.indexOf('=')
      const key = mark === -1 ? item.value : item.value.slice(0, mark)
      const refused = mark === -1 ? alone(key) : null
      if (refused !== null) problems.at(item.place, path, refused)
      else
        found.set(key, { value: scalar(mark === -1 ? null : item.value.slice(mark + 1), item.place), key: item.place })
    }
    return mapping(found, node.place)
  }

const device: Shaper = (node, path, { problems }) => {
  if (!isText(node)) return node
  const [source = '', target, permissions = 'rwm', ...more] = node.value.split(':')
  if (more.length > 0) problems.at(node.place, path, 'A device is written /dev/host:/dev/container:rwm.')
  return record({ source, target: target || source, permissions }, node.place)
}

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'])
const withoutEffect = new Set(['cached', 'delegated', 'consistent'])

const volume: Shaper = (node, path, { problems, drives }) => {
  if (!isText(node)) return node
  const { source, target, modes, error } = splitVolume(node.value, drives)
  if (error !== null) {
    problems.at(node.place, path, error)
    return node
  }
  const bind: Record<string, string | boolean> = {}
  let readOnly = false
  let noCopy = false
  for (const mode of modes) {
    if (mode === 'ro' || mode === 'rw') readOnly = mode === 'ro'
    else if (mode === 'nocopy') noCopy = true
    else if (propagations.has(mode)) bind.propagation = mode
    else if (mode === 'z' || mode === 'Z') bind.selinux = mode
    else if (withoutEffect.has(mode))
      problems.at(node.place, path, `not applied: the mode ${mode} of "${node.value}".`, 'warning')
    else problems.at(node.place, path, `not applied: the mode ${mode} of "${node.value}" is not known.`, 'warning')
  }
  const isBind = source !== null && isPath(source, drives)
  const type = isBind ? 'bind' : 'volume'
  if (isBind) bind.create_host_path = true
  const hasBind = Object.keys(bind).length > 0
  const hasVolume = noCopy || (!isBind && node.value.length > 2)
  return record(
    {
      type,
      ...(source !== null && { source }),
      target: posix.normalize(target).replace(/(?<=.)\/$/, ''),
      ...(readOnly && { read_only: true }),
      ...(hasBind && { bind: record(bind, node.place) }),
      ...(hasVolume && { volume: record(noCopy ? { nocopy: true } : {}, node.place) }),
    },
    node.place,
  )
}

const ports: Shaper = (node, path, { problems, budget }) => {
  if (node.kind !== 'list') return node
  const items: Node[] = []
  for (const [index, item] of node.items.entries()) {
    const at = [...path, index]
    if (item.kind !== 'scalar' || item.value === null) {
      items.push(item)
      continue
    }
    const read = parsePort(item.text)
    if ('error' in read) {
      problems.at(item.place, at, read.error)
      continue
    }
    budget.nodes -= read.ports.length * 5
    if (budget.nodes < 0) {
      problems.at(item.place, at, 'The file makes more than 10000 ports. Split it into several stacks.')
      break
    }
    for (const one of read.ports)
      items.push(
        record(
          {
            mode: 'ingress',
            ...(one.hostIp && { host_ip: one.hostIp }),
            target: one.target,
            ...(one.published && { published: one.published }),
            protocol: one.protocol,
          },
          item.place,
        ),
      )
  }
  return { ...node, items }
}

const external: Shaper = (node, path, { problems }) => {
  const older = entryOf(node, 'external')
  if (node.kind !== 'map' || older?.kind !== 'map') return node
  const inner = entryOf(older, 'name')
  const own = entryOf(node, 'name')
  const plain = withEntry(node, 'external', scalar(true, older.place))
  if (inner?.kind !== 'scalar') return plain
  problems.at(
    inner.place,
    [...path, 'external', 'name'],
    'external.name is old: write name beside external: true.',
    'warning',
  )
  if (own === undefined) return withEntry(plain, 'name', inner)
  if (own.kind === 'scalar' && own.text !== inner.text)
    problems.at(inner.place, [...path, 'external', 'name'], 'name and external.name differ. Keep name.')
  return plain
}

const gpus: Shaper = (node) => (isText(node) ? list([record({ count: node }, node.place)], node.place) : node)

const rules = new Rules<Shaper>({
  'services.*.build': under('context'),
  'services.*.build.additional_contexts': pairs((key) => `"${key}" has no value: write name=path.`),
  'services.*.build.secrets.*': under('source'),
  'services.*.build.ssh': pairs((key) => (key === 'default' ? null : `"${key}" has no key: write ${key}=path.`)),
  'services.*.configs.*': under('source'),
  'services.*.depends_on': dependsOn,
  'services.*.devices.*': device,
  'services.*.dns': textInList,
  'services.*.env_file': envFiles,
  'services.*.extends': under('service'),
  'services.*.gpus': gpus,
  'services.*.label_file': textInList,
  'services.*.networks': names,
  'services.*.ports': ports,
  'services.*.secrets.*': under('source'),
  'services.*.volumes.*': volume,
  'volumes.*': external,
  'networks.*': external,
  'secrets.*': external,
  'configs.*': external,
})

/** The same model in long forms. What cannot be read is told and left as it is. */
export function toCanonical(root: Mapping, around: Around): Mapping {
  const walk = (node: Node, path: Path, at: Cursors<Shaper>): Node => {
    const rule = Rules.at(at)
    const shaped = rule ? rule(node, path, around) : node
    if (shaped.kind === 'scalar' || at.every(({ next }) => next.size === 0)) return shaped
    if (shaped.kind === 'list')
      return {
        ...shaped,
        items: shaped.items.map((item, index) => walk(item, [...path, index], Rules.down(at, index))),
      }
    const entries = new Map(shaped.entries)
    for (const [key, entry] of entries)
      entries.set(key, { ...entry, value: walk(entry.value, [...path, key], Rules.down(at, key)) })
    return { ...shaped, entries }
  }
  const walked = walk(root, [], rules.root) as Mapping
  return withoutEmptyDns(walked)
}

/** An empty server for names, as a variable that is not set leaves it, is none. */
function withoutEmptyDns(root: Mapping): Mapping {
  const services = entryOf(root, 'services')
  if (services?.kind !== 'map') return root
  const entries = new Map(services.entries)
  for (const [name, entry] of entries) {
    const dns = entryOf(entry.value, 'dns')
    if (entry.value.kind !== 'map' || dns?.kind !== 'list') continue
    const items = dns.items.filter((item) => !isNothing(item) && !(item.kind === 'scalar' && item.value === ''))
    entries.set(name, { ...entry, value: withEntry(entry.value, 'dns', { ...dns, items }) })
  }
  return withEntry(root, 'services', { ...services, entries })
}
