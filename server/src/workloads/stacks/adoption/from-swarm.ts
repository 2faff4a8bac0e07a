import { type FoundResource, type ServiceSpec, stackLabels, taggedImage, withoutOwnLabels } from '@wheelhouse/driver'
import { parse, stringify } from 'yaml'
import { maskEnvironment } from '../../services/index.ts'
import { Names, stackText } from '../../swarm/index.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { clusterFor } from '../swarm/prepare.ts'
import { escaped } from './escaped.ts'

type Fields = Record<string, unknown>
type Declared = Record<string, Fields | null>
interface ServiceText extends Fields {
  readonly networks?: Record<string, { aliases?: readonly string[] } | null>
  readonly volumes?: readonly (Fields & { readonly type: string; readonly source?: string })[]
  readonly labels?: Record<string, string>
  readonly deploy?: Fields & { readonly labels?: Record<string, string> }
}
export interface WrittenOfSwarm {
  readonly source: string
  /** Environments by the names of the services on the Swarm. */
  readonly values: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly kept: readonly { readonly service: string; readonly variable: string }[]
  readonly notes: readonly string[]
}

const ofDocker = new Set<string>(Object.values(stackLabels))

const withoutOwn = (labels: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(withoutOwnLabels(labels)).filter(([name]) => !ofDocker.has(name)))

/** Without fields that are empty by now. */
const given = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  )

export function variablesOf({ TaskTemplate }: ServiceSpec): Record<string, string> {
  return Object.fromEntries(
    (TaskTemplate.ContainerSpec?.Env ?? []).map((entry): [string, string] => {
      const at = entry.indexOf('=')
      return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}

/** What of a service no file written here says. */
function lostOf({ TaskTemplate }: ServiceSpec): string[] {
  const { ContainerSpec: container = {} } = TaskTemplate
  const mounts = container.Mounts ?? []
  return [
    mounts.some(({ VolumeOptions: options }) => (options as { DriverConfig?: unknown } | undefined)?.DriverConfig)
      ? 'the drivers of its volumes'
      : null,
    mounts.some((mount) => mount.BindOptions ?? mount.TmpfsOptions) ? 'the further options of its mounts' : null,
    (container.Configs ?? []).some((one) => !one.File) ? 'configs without a file' : null,
  ].filter((words) => words !== null)
}

/** Names in the file: those of the stack without its name before them, others as they are and external. */
class Declarations {
  readonly #stack: string
  readonly networks: Declared = {}
  readonly volumes: Declared = {}
  readonly #found: readonly FoundResource[]

  constructor(stack: string, found: readonly FoundResource[]) {
    this.#stack = stack
    this.#found = found
  }
  #key = (name: string): string => (name.startsWith(`${this.#stack}_`) ? name.slice(this.#stack.length + 1) : name)

  network(name: string): string {
    const isOwn = this.#found.some((one) => one.kind === 'network' && one.name === name && one.stack === this.#stack)
    const key = isOwn ? this.#key(name) : name
    this.networks[key] = isOwn ? (key === name ? { name } : null) : { external: true }
    return key
  }
  volume(name: string): string {
    const key = this.#key(name)
    // Nodes make volumes by themselves: one with the name of the stack before it is of the stack.
    this.volumes[key] = key === name ? { external: true } : null
    return key
  }
}

/** Writes a stack file from the services of a stack on a Swarm. Values that look secret are not in it: their names stand there alone. */
export async function fromSwarm(room: StackRoom, target: StackTarget, stack: string): Promise<WrittenOfSwarm> {
  const { sight } = clusterFor(room, target)
  const declared = new Declarations(stack, await room.targets.connection(target.id).resources())
  const names = new Names(sight)
  const services: Fields = {}
  const objects: { secrets: Fields; configs: Fields } = { secrets: {}, configs: {} }
  const values = new Map<string, Readonly<Record<string, string>>>()
  const kept: { service: string; variable: string }[] = []
  const notes: string[] = []
  const own = sight.services
    .map(({ Spec }) => Spec)
    .filter(({ Labels }) => Labels?.[stackLabels.namespace] === stack)
    .toSorted((a, b) => a.Name.localeCompare(b.Name))
  for (const spec of own) {
    const key = spec.Name.startsWith(`${stack}_`) ? spec.Name.slice(stack.length + 1) : spec.Name
    const variables = variablesOf(spec)
    values.set(spec.Name, variables)
    const hidden = new Set(maskEnvironment(variables).flatMap(({ name, masked }) => (masked ? [name] : [])))
    for (const variable of hidden) kept.push({ service: key, variable })
    notes.push(...lostOf(spec).map((words) => `${key}: the file does not say ${words}.`))
    const text = parse(stackText(spec, hidden, names)) as {
      services: Record<string, ServiceText>
      secrets?: Fields
      configs?: Fields
    }
    Object.assign(objects.secrets, text.secrets)
    Object.assign(objects.configs, text.configs)
    const { networks = {}, volumes = [], labels, deploy, ...fields } = Object.values(text.services)[0] ?? {}
    services[key] = given({
      ...fields,
      image: spec.Labels?.[stackLabels.image] ?? taggedImage(spec.TaskTemplate.ContainerSpec?.Image ?? ''),
      labels: withoutOwn(labels),
      networks: Object.fromEntries(
        Object.entries(networks).map(([name, at]) => {
          // It answers to its own name by itself.
          const aliases = (at?.aliases ?? []).filter((alias) => alias !== key)
          return [declared.network(name), aliases.length > 0 ? { aliases } : null]
        }),
      ),
      volumes: volumes.map((mount) =>
        mount.type === 'volume' && mount.source ? { ...mount, source: declared.volume(mount.source) } : mount,
      ),
      deploy: deploy && given({ ...deploy, labels: withoutOwn(deploy.labels) }),
    })
  }
  const { networks, volumes } = declared
  const source = stringify(escaped(given({ name: stack, services, networks, volumes, ...objects })), { lineWidth: 0 })
  return { source, values, kept, notes }
}
