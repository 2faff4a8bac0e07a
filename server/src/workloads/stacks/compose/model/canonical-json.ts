import { entryOf, type Mapping, plain } from '../tree/node.ts'
import type { Json } from '../spec/kind.ts'
import { sections } from '../spec/project.ts'
import { isActive } from '../spec/profiles.ts'

type Service = Readonly<Record<string, Json>>
/** A project as `docker compose config --format json` writes it. */
export interface ComposeProject {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
  readonly [section: string]: Json
}
type Named = Readonly<Record<string, Json>>

/** Names in the file of what the services stand on. */
function usedBy(services: readonly Service[]): Readonly<Record<string, ReadonlySet<string>>> {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
  }
  const sources = (list: Json | undefined): string[] =>
    Array.isArray(list) ? list.flatMap((one: Named) => (typeof one.source === 'string' ? [one.source] : [])) : []
  for (const service of services) {
    for (const name of Object.keys((service.networks ?? {}) as Named)) used.networks.add(name)
    const volumes = Array.isArray(service.volumes) ? (service.volumes as readonly Named[]) : []
    for (const name of sources(volumes.filter((one) => one.type === 'volume'))) used.volumes.add(name)
    for (const name of sources(service.secrets)) used.secrets.add(name)
    for (const name of sources((service.build as Named | undefined)?.secrets)) used.secrets.add(name)
    for (const name of sources(service.configs)) used.configs.add(name)
  }
  return used
}

/** Scale is a number of replicas: what deploys by those reads it there. */
function withReplicas(service: Service): Service {
  const { scale, deploy } = service
  if (scale === undefined || deploy === undefined || deploy === null) return service
  const { mode, ...rest } = deploy as Named
  return { ...service, deploy: { ...(mode !== undefined && { mode }), replicas: scale, ...without(rest, 'replicas') } }
}
const without = (fields: Named, key: string): Named =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key))

/** The canonical form of a loaded model: active services, and of the rest what they use. */
export function canonicalJson(model: Mapping, name: string, profiles: ReadonlySet<string>): ComposeProject {
  const emitted = (section: string): Named => (sections[section]!.emit(entryOf(model, section)) ?? {}) as Named
  const services = Object.entries(emitted('services') as Readonly<Record<string, Service>>).flatMap(([key, service]) =>
    isActive((service.profiles ?? []) as readonly string[], profiles) ? [[key, withReplicas(service)] as const] : [],
  )
  const used = usedBy(services.map(([, service]) => service))
  const found: Record<string, Json> = {}
  for (const [section, wanted] of Object.entries(used)) {
    const entries = Object.entries(emitted(section)).filter(([key]) => wanted.has(key))
    if (entries.length === 0) continue
    // What a config takes from a variable is said by the name of that alone.
    found[section] = Object.fromEntries(
      entries.map(([key, one]) => [
        key,
        section === 'configs' && (one as Named).environment !== undefined ? without(one as Named, 'content') : one,
      ]),
    )
  }
  for (const [key, { value }] of model.entries) if (key.startsWith('x-')) found[key] = plain(value) as Json
  return { name, services: Object.fromEntries(services), ...found }
}
