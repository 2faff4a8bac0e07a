import { checkDependencies } from '../../file/dependencies.ts'
import { didYouMean } from '../../file/nearest.ts'
import type { Path, Problems } from '../../file/problems.ts'
import { entryOf, isNothing, type Mapping, type Node, textOf } from '../tree/node.ts'
import type { Json } from '../spec/kind.ts'
import { serviceKeys } from '../spec/service.ts'
import { isActive, profilesOf } from '../spec/profiles.ts'

interface Deploy {
  readonly replicas?: number
  readonly resources: { readonly [part in 'limits' | 'reservations']?: Readonly<Record<string, Json>> }
}

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : [])
const has = (node: Node | undefined, key: string): boolean => entryOf(node, key) !== undefined

/** What each key allows may still not fit together: names of nothing, and keys that exclude each other. */
export function checkConsistency(model: Mapping, profiles: ReadonlySet<string>, problems: Problems): void {
  const services = entryOf(model, 'services')
  const active = new Map<string, Mapping>()
  if (services?.kind === 'map')
    for (const [name, { value }] of services.entries) {
      if (value.kind !== 'map' || !isActive(profilesOf(value), profiles)) continue
      active.set(name, value)
      checkService(model, value, ['services', name], problems)
    }
  checkOrder(active, new Set(services?.kind === 'map' ? services.entries.keys() : []), problems)
  const volumes = entryOf(model, 'volumes')
  if (volumes?.kind === 'map')
    for (const [name, { value }] of volumes.entries)
      if (isExternal(value))
        for (const key of notOfExternal(value)) problems.errorAtKey(['volumes', name, key], withExternal(key))
  checkSources(model, 'secrets', ['file', 'environment'], problems)
  checkSources(model, 'configs', ['file', 'environment', 'content'], problems)
}

/** Dependencies on what is not there, and loops of them. */
function checkOrder(active: ReadonlyMap<string, Mapping>, present: ReadonlySet<string>, problems: Problems): void {
  const known = [...active.keys()]
  const needs = [...active].map(([name, service]) => {
    const needed = entryOf(service, 'depends_on')
    const entries = needed?.kind === 'map' ? [...needed.entries] : []
    const needless = (value: Node): boolean => {
      const required = entryOf(value, 'required')
      return required?.kind === 'scalar' && required.value === false
    }
    return [
      name,
      entries.flatMap(([other, { value }]) =>
        needless(value) && present.has(other) && !active.has(other)
          ? []
          : [{ service: other, condition: 'started' as const }],
      ),
    ] as const
  })
  checkDependencies(new Map(needs), known, problems)
}

function checkService(model: Mapping, service: Mapping, path: Path, problems: Problems): void {
  const named = (section: 'secrets' | 'configs', list: Node | undefined, at: Path): void => {
    const known = entryOf(model, section)
    const keys = known?.kind === 'map' ? [...known.entries.keys()] : []
    for (const [index, item] of itemsOf(list).entries()) {
      const source = textOf(entryOf(item, 'source')) ?? ''
      if (item.kind === 'map' && !keys.includes(source))
        problems.error(
          [...at, index],
          `There is no ${section.slice(0, -1)} ${source} in the file: add it under ${section} at the top.${didYouMean(source, keys)}`,
        )
    }
  }
  const declared = (section: 'networks' | 'volumes', name: string, at: Path): void => {
    const all = entryOf(model, section)
    const keys = all?.kind === 'map' ? all.entries : new Map<string, never>()
    if (!keys.has(name) && !(section === 'networks' && name === 'default'))
      problems.error(
        at,
        `There is no ${section.slice(0, -1)} ${name} in the file: add it under ${section} at the top.${didYouMean(name, keys.keys())}`,
      )
  }
  if (!textOf(entryOf(service, 'image')) && !has(service, 'build')) problems.error(path, `${path[1]} needs an image.`)
  checkTwins(service, path, problems)
  const networks = entryOf(service, 'networks')
  if (networks?.kind === 'map')
    for (const name of networks.entries.keys()) declared('networks', name, [...path, 'networks', name])
  if (networks !== undefined && textOf(entryOf(service, 'network_mode')))
    problems.errorAtKey([...path, 'network_mode'], 'network_mode and networks exclude each other. Keep one.')
  named('secrets', entryOf(service, 'secrets'), [...path, 'secrets'])
  named('configs', entryOf(service, 'configs'), [...path, 'configs'])
  const build = entryOf(service, 'build')
  named('secrets', entryOf(build, 'secrets'), [...path, 'build', 'secrets'])
  checkBuild(model, service, build, [...path, 'build'], problems)
  for (const [index, item] of itemsOf(entryOf(entryOf(service, 'develop'), 'watch')).entries()) {
    const at = [...path, 'develop', 'watch', index]
    const action = textOf(entryOf(item, 'action')) ?? ''
    if (textOf(entryOf(item, 'path')) === '') problems.error(at, 'A watch needs a path.')
    if (!has(item, 'target') && action !== 'rebuild' && action !== 'restart')
      problems.error(at, `A watch needs a target for ${action}: where in the container the files go.`)
  }
  const reserved = entryOf(entryOf(entryOf(service, 'deploy'), 'resources'), 'reservations')
  const devices = [...itemsOf(entryOf(service, 'gpus')), ...itemsOf(entryOf(reserved, 'devices'))]
  for (const device of devices)
    if (has(device, 'count') && has(device, 'device_ids'))
      problems.error([...path, 'gpus'], 'count and device_ids exclude each other. Keep one.')
  for (const [index, volume] of itemsOf(entryOf(service, 'volumes')).entries()) {
    const source = textOf(entryOf(volume, 'source'))
    if (source && textOf(entryOf(volume, 'type')) === 'volume') declared('volumes', source, [...path, 'volumes', index])
    if (textOf(entryOf(volume, 'type')) === 'bind' && !has(volume, 'source'))
      problems.error([...path, 'volumes', index], 'A bind needs a source: a folder or file on the target.')
  }
}

/** What a service says twice, in an older key and under deploy, must be the same. */
function checkTwins(service: Mapping, path: Path, problems: Problems): void {
  const deploy = serviceKeys.deploy!.emit(entryOf(service, 'deploy')) as Deploy | undefined
  const own = (key: string): Json | undefined => serviceKeys[key]!.emit(entryOf(service, key))
  if (deploy === undefined) return
  const { limits, reservations } = deploy.resources
  const tell = (key: string, under: string): void =>
    problems.errorAtKey([...path, key], `${key} and deploy.${under} must be the same. Keep one.`)
  const scale = own('scale')
  if (scale !== undefined && deploy.replicas !== undefined && scale !== deploy.replicas) tell('scale', 'replicas')
  for (const [key, of, name] of [
    ['cpus', limits, 'limits.cpus'],
    ['mem_limit', limits, 'limits.memory'],
    ['mem_reservation', reservations, 'reservations.memory'],
    ['pids_limit', limits, 'limits.pids'],
  ] as const) {
    const value = own(key)
    if (value !== undefined && of !== undefined && value !== of[name.split('.')[1]!]) tell(key, `resources.${name}`)
  }
}

function checkBuild(model: Mapping, service: Mapping, build: Node | undefined, at: Path, problems: Problems): void {
  if (has(build, 'dockerfile_inline') && has(build, 'dockerfile'))
    problems.error([...at, 'dockerfile_inline'], 'dockerfile and dockerfile_inline exclude each other. Keep one.')
  const contexts = entryOf(build, 'additional_contexts')
  const services = entryOf(model, 'services')
  if (contexts?.kind === 'map')
    for (const [name, { value }] of contexts.entries) {
      const other = /^service:(.*)$/s.exec(textOf(value) ?? '')?.[1]
      if (other === undefined) continue
      const found = entryOf(services, other)
      if (found === undefined)
        problems.error([...at, 'additional_contexts', name], `There is no service ${other} in the file.`)
      else if (!has(found, 'build'))
        problems.error([...at, 'additional_contexts', name], `The service ${other} is not built, so it is no context.`)
    }
  const platforms = itemsOf(entryOf(build, 'platforms')).flatMap((item) => textOf(item) ?? [])
  const platform = textOf(entryOf(service, 'platform'))
  if (platform && platforms.length > 0 && !platforms.includes(platform))
    problems.error([...at, 'platforms'], `platforms must have ${platform}, the platform of the service.`)
}

const isExternal = (node: Node): boolean => {
  const external = entryOf(node, 'external')
  return external?.kind === 'scalar' && external.value === true
}
const notOfExternal = (node: Node): string[] =>
  node.kind === 'map'
    ? [...node.entries.keys()].filter((key) => key !== 'external' && key !== 'name' && !key.startsWith('x-'))
    : []
const withExternal = (key: string): string =>
  `${key} does not go with external: what is external is only used, never made.`

/** A secret or config comes from one place. */
function checkSources(model: Mapping, section: string, keys: readonly string[], problems: Problems): void {
  const all = entryOf(model, section)
  if (all?.kind !== 'map') return
  for (const [name, { value }] of all.entries) {
    const at = [section, name]
    if (isNothing(value) || value.kind !== 'map') {
      problems.error(at, `${name} needs one of ${keys.join(', ')} or external.`)
      continue
    }
    const given = keys.filter((key) => has(value, key))
    if (given.length > 1) problems.error(at, `${given.join(' and ')} exclude each other. Keep one.`)
    if (isExternal(value)) for (const key of notOfExternal(value)) problems.warnAtKey([...at, key], withExternal(key))
    if (given.length === 0 && !isExternal(value))
      problems.error(at, `${name} needs one of ${keys.join(', ')} or external.`)
  }
}
