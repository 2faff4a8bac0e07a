import { type ServiceSpec, stackLabels, taggedImage } from '@wheelhouse/driver'
import { parse, stringify } from 'yaml'
import { maskEnvironment } from '../../services/index.ts'
import { Names, stackText } from '../../swarm/index.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { clusterFor } from '../swarm/prepare.ts'
import { escaped } from './escaped.ts'
import { Declarations, given, isOfStack, withoutMarks } from './swarm-declarations.ts'

type Fields = Record<string, unknown>
interface ServiceText extends Fields {
  readonly networks?: Record<string, (Fields & { readonly aliases?: readonly string[] }) | null>
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

export function variablesOf({ TaskTemplate }: ServiceSpec): Record<string, string> {
  return Object.fromEntries(
    (TaskTemplate.ContainerSpec?.Env ?? []).map((entry): [string, string] => {
      const at = entry.indexOf('=')
      return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}

/** Whether options of a mount say more than a file does. */
const saysMore = (options: object | null | undefined, known: readonly string[]): boolean =>
  Object.entries(options ?? {}).some(([key, value]) => value && !known.includes(key))

/** What of a service no file written here says. */
function lostOf({ TaskTemplate, Mode }: ServiceSpec, stack: string): string[] {
  const { ContainerSpec: container = {} } = TaskTemplate
  const mounts = container.Mounts ?? []
  const { TotalCompletions: total, MaxConcurrent: most } = Mode?.ReplicatedJob ?? {}
  return [
    mounts.some(({ VolumeOptions: options }) => options?.DriverConfig && !isOfStack(options, stack))
      ? 'the drivers of its volumes'
      : null,
    mounts.some(
      ({ BindOptions, VolumeOptions }) =>
        saysMore(BindOptions, ['Propagation']) || saysMore(VolumeOptions, ['NoCopy', 'Labels', 'DriverConfig']),
    )
      ? 'the further options of its mounts'
      : null,
    saysMore(container.Privileges, []) ? 'its privileges' : null,
    total === most ? null : 'how many of its tasks run at once',
    (container.Configs ?? []).some((one) => !one.File) ? 'configs without a file' : null,
  ].filter((words) => words !== null)
}

/** Writes a stack file from the services of a stack on a Swarm. Values that look secret are not in it: their names stand there alone. */
export async function fromSwarm(room: StackRoom, target: StackTarget, stack: string): Promise<WrittenOfSwarm> {
  const { sight } = clusterFor(room, target)
  const declared = new Declarations(stack, await room.targets.connection(target.id).resources(), sight.networks)
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
    notes.push(...lostOf(spec, stack).map((words) => `${key}: the file does not say ${words}.`))
    const text = parse(stackText(spec, hidden, names)) as {
      services: Record<string, ServiceText>
      secrets?: Fields
      configs?: Fields
    }
    Object.assign(objects.secrets, text.secrets)
    Object.assign(objects.configs, text.configs)
    const mounts = spec.TaskTemplate.ContainerSpec?.Mounts ?? []
    const madeFrom = new Map(mounts.map(({ Source, VolumeOptions }) => [Source ?? '', VolumeOptions]))
    const { networks = {}, volumes = [], labels, deploy, ...fields } = Object.values(text.services)[0] ?? {}
    services[key] = given({
      ...fields,
      image: spec.Labels?.[stackLabels.image] ?? taggedImage(spec.TaskTemplate.ContainerSpec?.Image ?? ''),
      labels: withoutMarks(labels),
      networks: Object.fromEntries(
        Object.entries(networks).map(([name, at]) => {
          // It answers to its own name by itself.
          const how = given({ ...at, aliases: (at?.aliases ?? []).filter((alias) => alias !== key) })
          return [declared.network(name), Object.keys(how).length > 0 ? how : null]
        }),
      ),
      volumes: volumes.map((mount) =>
        mount.type === 'volume' && mount.source
          ? { ...mount, source: declared.volume(mount.source, madeFrom.get(mount.source)) }
          : mount,
      ),
      deploy: deploy && given({ ...deploy, labels: withoutMarks(deploy.labels) }),
    })
  }
  const { networks, volumes } = declared
  const source = stringify(escaped(given({ name: stack, services, networks, volumes, ...objects })), { lineWidth: 0 })
  return { source, values, kept, notes }
}
