import {
  type Brought,
  type Chosen,
  type Cluster,
  type ClusterKind,
  type Connection,
  namedSpec,
  type Native,
  overSpec,
  replacesTasks,
  type ServiceSpec,
  specFields,
  stackLabels,
  type SwarmNetwork,
  type SwarmObjectSpec,
  type SwarmService,
  type SwarmServiceSpec,
  type SwarmStored,
} from '@wheelhouse/driver'
import { Failure } from '@wheelhouse/contract'

/** What a stand-in Swarm does with stacks, by the acts it has on services. */

interface Swarm extends Pick<Cluster, 'createService' | 'updateService' | 'removeService' | 'createObject'> {
  readonly services: ReadonlyMap<string, SwarmService>
  readonly networks: SwarmNetwork[]
  readonly secrets: ReadonlyMap<string, SwarmStored>
  readonly configs: ReadonlyMap<string, SwarmStored>
  readonly values: ReadonlyMap<string, string>
  readonly asked: string[]
  tell(...kinds: readonly ClusterKind[]): void
}
const plainly = { signIn: null, from: 'spec' } as const

export function stackOfStandIn({ Spec: { Name, Labels } }: SwarmService) {
  const stack = Labels?.[stackLabels.namespace] ?? null
  return { stack, stackService: stack !== null && Name.startsWith(`${stack}_`) ? Name.slice(stack.length + 1) : null }
}

const named = (swarm: Swarm, name: string): SwarmService | undefined =>
  [...swarm.services.values()].find(({ Spec }) => Spec.Name === name)

const byName = (swarm: Swarm, spec: ServiceSpec): ServiceSpec =>
  namedSpec(spec, (id) => swarm.networks.find(({ Id }) => Id === id)?.Name ?? id)

function withIds(swarm: Swarm, spec: ServiceSpec): ServiceSpec {
  const { TaskTemplate: template } = spec
  const idOf = (kind: 'network' | 'secret' | 'config', name: string): string => {
    const found =
      kind === 'network'
        ? swarm.networks.find((one) => one.Name === name)?.Id
        : [...swarm[`${kind}s`].values()].find((one) => one.Spec.Name === name)?.ID
    if (found === undefined) throw new Failure('NOT_FOUND', `The Swarm has no ${kind} "${name}". Make it first.`)
    return found
  }
  const container = template.ContainerSpec ?? {}
  return {
    ...spec,
    TaskTemplate: {
      ...template,
      Networks: (template.Networks ?? []).map((one) => ({ ...one, Target: idOf('network', one.Target ?? '') })),
      ContainerSpec: {
        ...container,
        Secrets: (container.Secrets ?? []).map((one) => ({ ...one, SecretID: idOf('secret', one.SecretName) })),
        Configs: (container.Configs ?? []).map((one) => ({ ...one, ConfigID: idOf('config', one.ConfigName) })),
      },
    },
  }
}

export async function bringStandIn(swarm: Swarm, { name, native }: SwarmServiceSpec): Promise<Brought> {
  const service = named(swarm, name)
  if (!service) {
    const { id } = await swarm.createService(withIds(swarm, native) as unknown as Native, null)
    swarm.asked.push(`bring ${name}: create`)
    return { id, verb: 'create', fields: [], before: null, warnings: [] }
  }
  if (service.Spec.Labels?.[stackLabels.namespace] !== native.Labels?.[stackLabels.namespace])
    throw new Failure('CONFLICT', `The name ${name} is taken by a service of another stack. Rename one of them.`)
  const current = byName(swarm, service.Spec)
  const fields = specFields(current, native)
  const told = { id: service.ID, fields, before: service.Spec, warnings: [] }
  if (fields.length === 0) return { ...told, verb: 'keep' }
  const spec = withIds(swarm, overSpec(current, native)) as unknown as Native
  await swarm.updateService(service.ID, service.Version.Index, spec, plainly)
  return { ...told, verb: replacesTasks(fields) ? 'replace' : 'change' }
}

export async function putBackStandIn(
  swarm: Swarm,
  name: string,
  before: ServiceSpec | null,
): Promise<'changed' | 'kept' | 'removed'> {
  const service = named(swarm, name)
  swarm.asked.push(`putBack ${name}`)
  if (before === null) {
    if (service) await swarm.removeService(service.ID)
    return 'removed'
  }
  if (!service) throw new Failure('NOT_FOUND', `service ${name} not found`)
  if (specFields(service.Spec, before).length === 0) return 'kept'
  await swarm.updateService(service.ID, service.Version.Index, before as unknown as Native, plainly)
  return 'changed'
}

export function chooseStandIn(swarm: Swarm, object: SwarmObjectSpec, mark: string): Promise<Chosen> {
  const value = Buffer.from(object.data, 'base64').toString('utf8')
  for (const name of [object.name, `${object.name}-${mark}`]) {
    const found = [...swarm[`${object.kind}s`].values()].find(({ Spec }) => Spec.Name === name)
    if (!found) return Promise.resolve({ name, verb: 'create' })
    if (swarm.values.get(found.ID) === value) return Promise.resolve({ name, verb: 'keep' })
  }
  return Promise.reject(new Failure('CONFLICT', `${object.name} is there with another value.`))
}

export async function makeStandInObject(
  swarm: Swarm,
  { kind, labels, data }: SwarmObjectSpec,
  name: string,
): Promise<'created' | 'kept'> {
  if ([...swarm[`${kind}s`].values()].some(({ Spec }) => Spec.Name === name)) return 'kept'
  await swarm.createObject(kind, { name, labels, data: Buffer.from(data, 'base64') })
  return 'created'
}

/** The networks of a stand-in, as any connection has them. */
export function standInResources(swarm: Swarm): Pick<Connection, 'resources' | 'ensureResource' | 'removeResource'> {
  return {
    resources: () =>
      Promise.resolve(
        swarm.networks.flatMap(({ Name: name, Labels }) => {
          const labels = Labels ?? {}
          const stack = labels[stackLabels.namespace]
          return stack === undefined ? [] : [{ kind: 'network' as const, name, stack, labels }]
        }),
      ),
    ensureResource: (spec) => {
      if (swarm.networks.some(({ Name }) => Name === spec.name)) return Promise.resolve('kept')
      swarm.networks.push({ Id: `net-${spec.name}`, Name: spec.name, Labels: spec.labels })
      swarm.asked.push(`network ${spec.name}`)
      swarm.tell('network')
      return Promise.resolve('created')
    },
    removeResource: (_kind, name) => {
      const at = swarm.networks.findIndex(({ Name }) => Name === name)
      if (at === -1) return Promise.reject(new Failure('NOT_FOUND', `There is no network ${name}.`))
      swarm.networks.splice(at, 1)
      swarm.asked.push(`remove network ${name}`)
      swarm.tell('network')
      return Promise.resolve()
    },
  }
}
