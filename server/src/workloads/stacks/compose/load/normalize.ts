import { posix } from 'node:path'
import { mapServices, pairsOf } from './environment.ts'
import type { Variables } from '../tree/interpolate.ts'
import {
  entryOf,
  isNothing,
  type Mapping,
  mapping,
  type Node,
  record,
  scalar,
  textOf,
  withEntry,
} from '../tree/node.ts'

const namespaces = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']

function withDependencies(service: Mapping): Mapping {
  const given = entryOf(service, 'depends_on')
  const entries = new Map(given?.kind === 'map' ? given.entries : [])
  const need = (name: string, restart: boolean, node: Node): void => {
    if (entries.has(name)) return
    const value = record({ condition: 'service_started', restart, required: true }, node.place)
    entries.set(name, { value, key: node.place })
  }
  const texts = (key: string): [string, Node][] => {
    const list = entryOf(service, key)
    return list?.kind === 'list'
      ? list.items.flatMap((item) => (item.kind === 'scalar' ? [[item.text, item]] : []))
      : []
  }
  for (const [link, node] of texts('links')) {
    const parts = link.split(':')
    need(parts.length === 2 ? parts[0]! : link, true, node)
  }
  for (const key of namespaces) {
    const node = entryOf(service, key)
    const shared = /^service:(.*)$/s.exec(textOf(node) ?? '')?.[1]
    if (shared !== undefined) need(shared, true, node!)
  }
  for (const [from, node] of texts('volumes_from'))
    if (!from.startsWith('container:')) need(from.split(':')[0]!, false, node)
  if (entries.size === 0 || (given !== undefined && given.kind !== 'map' && !isNothing(given))) return service
  return withEntry(service, 'depends_on', mapping(entries, given?.place ?? service.place))
}

function withBuild(service: Mapping, variables: Variables): Mapping {
  const build = entryOf(service, 'build')
  if (build?.kind !== 'map') return service
  let whole = build
  if (isNothing(entryOf(whole, 'context'))) whole = withEntry(whole, 'context', scalar('.', whole.place))
  if (isNothing(entryOf(whole, 'dockerfile')) && isNothing(entryOf(whole, 'dockerfile_inline')))
    whole = withEntry(whole, 'dockerfile', scalar('Dockerfile', whole.place))
  const args = entryOf(whole, 'args')
  if (args !== undefined && args.kind !== 'scalar') {
    const found = pairsOf(args, (name) => (Object.hasOwn(variables, name) ? variables[name]! : null))
    for (const [name, { value }] of found) if (isNothing(value)) found.delete(name)
    whole = withEntry(whole, 'args', mapping(found, args.place))
  }
  return withEntry(service, 'build', whole)
}

function withNetworks(service: Mapping): Mapping {
  if (entryOf(service, 'network_mode') !== undefined) return service
  const networks = entryOf(service, 'networks')
  if (networks !== undefined && !isNothing(networks) && !(networks.kind === 'map' && networks.entries.size === 0))
    return service
  const place = networks?.place ?? service.place
  return withEntry(service, 'networks', record({ default: null }, place))
}

function withCleanTargets(service: Mapping): Mapping {
  const volumes = entryOf(service, 'volumes')
  if (volumes?.kind !== 'list') return service
  const items = volumes.items.map((item) => {
    const target = entryOf(item, 'target')
    const text = textOf(target)
    if (item.kind !== 'map' || text === null) return item
    return withEntry(item, 'target', scalar(posix.normalize(text).replace(/(?<=.)\/$/, ''), target!.place))
  })
  return withEntry(service, 'volumes', { ...volumes, items })
}

function withNames(root: Mapping, project: string): Mapping {
  let whole = root
  for (const section of ['networks', 'volumes', 'configs', 'secrets']) {
    const all = entryOf(whole, section)
    if (all?.kind !== 'map') continue
    const entries = new Map(all.entries)
    for (const [key, entry] of entries) {
      if (entry.value.kind !== 'map' && !isNothing(entry.value)) continue
      const resource = entry.value.kind === 'map' ? entry.value : mapping(new Map(), entry.key)
      if (!isNothing(entryOf(resource, 'name'))) continue
      const external = entryOf(resource, 'external')
      const isExternal = external?.kind === 'scalar' && /^(?:true|t|1)$/i.test(external.text)
      const name = scalar(isExternal ? key : `${project}_${key}`, resource.place)
      entries.set(key, { ...entry, value: withEntry(resource, 'name', name) })
    }
    whole = withEntry(whole, section, { ...all, entries })
  }
  return whole
}

/** Puts everything in its one place and names what is meant without being written: networks, names, dependencies. */
export function normalize(root: Mapping, project: string, variables: Variables): Mapping {
  let usesDefault = false
  const whole = mapServices(root, (given) => {
    let service = withNetworks(given)
    usesDefault ||= entryOf(entryOf(service, 'networks'), 'default') !== undefined
    if (textOf(entryOf(service, 'pull_policy')) === 'if_not_present')
      service = withEntry(service, 'pull_policy', scalar('missing', entryOf(service, 'pull_policy')!.place))
    return withDependencies(withCleanTargets(withBuild(service, variables)))
  })
  const networks = entryOf(whole, 'networks')
  const added =
    usesDefault && entryOf(networks, 'default') === undefined && (networks === undefined || networks.kind === 'map')
      ? withEntry(whole, 'networks', withEntry(networks ?? mapping(new Map(), null), 'default', scalar(null, null)))
      : whole
  return withNames(added, project)
}
