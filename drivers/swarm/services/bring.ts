import { Failure } from '@wheelhouse/contract'
import {
  type Brought,
  namedSpec,
  overSpec,
  replacesTasks,
  type ServiceSpec,
  specFields,
  stackLabels,
  type SwarmService,
  type SwarmServiceSpec,
  swarmLabels,
} from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { type Network, networks } from '../networks.ts'
import { stored } from '../objects.ts'
import { authHeaders, isHeld, released, send, servicePath } from './change.ts'
import { bindImage, bindPlatforms } from './image.ts'

/** See `Cluster.bring`. CONFLICT where somebody was quicker: it is harmless to call it again. */
export async function bring(client: EngineClient, asked: SwarmServiceSpec, auth: string | null): Promise<Brought> {
  const service = await serviceNamed(client, asked.name)
  const names = await Names.read(client, service?.Spec ?? null)
  if (service === null) return create(client, asked, names, auth)
  const { Spec: before } = service
  const stack = before.Labels?.[stackLabels.namespace]
  if (stack !== asked.native.Labels?.[stackLabels.namespace]) {
    const owner = stack === undefined ? 'no stack' : `the stack ${stack}`
    throw new Failure('CONFLICT', `The name ${asked.name} is taken by a service of ${owner}. Rename one of them.`)
  }
  const current = names.named(unmarked(before))
  const fields = specFields(current, asked.native)
  const merged = names.withIds(overSpec(current, asked.native))
  const isImageNew = fields.includes('TaskTemplate.ContainerSpec.Image')
  // By its digest it is known already what it is: there is nothing to ask.
  const isOpen = (isImageNew || asked.pull === 'always') && asked.image !== imageOf(before)
  const open = isOpen ? await bindPlatforms(client, unbound(merged, asked), auth) : merged
  const { spec, warnings } =
    asked.pull === 'never' ? { spec: open, warnings: [] } : await bindImage(client, open, null, auth)
  const isSame = imageOf(spec) === imageOf(before)
  // A registry that does not answer now has not changed what a tag means.
  const bound = !isImageNew && !imageOf(spec).includes('@') ? merged : spec
  if (fields.length === 0 && !isHeld(before) && (isSame || bound === merged))
    return { id: service.ID, verb: 'keep', fields: [], before, warnings }
  const told = await send(client, service.ID, service.Version.Index, { spec: bound, from: 'spec' }, auth)
  const all = isSame || fields.includes(imageField) || bound === merged ? fields : [...fields, imageField]
  return {
    id: service.ID,
    verb: replacesTasks(all) ? 'replace' : 'change',
    fields: all,
    before,
    warnings: [...warnings, ...told],
  }
}

/** See `Cluster.putBack`. */
export async function putBack(
  client: EngineClient,
  name: string,
  before: ServiceSpec | null,
  auth: string | null,
): Promise<'changed' | 'kept' | 'removed'> {
  const service = await serviceNamed(client, name)
  if (before === null) {
    if (service !== null) await client.act({ method: 'DELETE', path: servicePath(service.ID) })
    return 'removed'
  }
  if (service === null) {
    await client.json({
      method: 'POST',
      path: '/services/create',
      body: before,
      lane: 'act',
      headers: authHeaders(auth),
    })
    return 'changed'
  }
  const { Spec: now } = service
  const isSame = specFields(now, before).length === 0 && imageOf(now) === imageOf(before)
  if (isSame && isHeld(now) === isHeld(before)) return 'kept'
  await send(client, service.ID, service.Version.Index, { spec: before, from: 'spec' }, auth)
  return 'changed'
}

const imageField = 'TaskTemplate.ContainerSpec.Image'
const imageOf = (spec: ServiceSpec): string => spec.TaskTemplate.ContainerSpec?.Image ?? ''

/** Without what we wrote to hold or to resume its update: a new one begins. */
function unmarked(spec: ServiceSpec): ServiceSpec {
  const { [swarmLabels.resumed]: _resumed, ...labels } = released(spec).Labels ?? {}
  return { ...released(spec), Labels: labels }
}

/** By its tag, and for no platform yet: another image may be made for others. */
function unbound(spec: ServiceSpec, { image }: SwarmServiceSpec): ServiceSpec {
  const { TaskTemplate: template } = spec
  const { Platforms: _platforms, ...placement } = template.Placement ?? {}
  return {
    ...spec,
    TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: image }, Placement: placement },
  }
}

async function create(
  client: EngineClient,
  asked: SwarmServiceSpec,
  names: Names,
  auth: string | null,
): Promise<Brought> {
  const spec = await bindPlatforms(client, names.withIds(asked.native), auth)
  const bound = asked.pull === 'never' ? { spec, warnings: [] } : await bindImage(client, spec, null, auth)
  const { ID, Warnings } = await client.json<{ ID: string; Warnings?: string[] | null }>({
    method: 'POST',
    path: '/services/create',
    body: bound.spec,
    lane: 'act',
    headers: authHeaders(auth),
  })
  return { id: ID, verb: 'create', fields: [], before: null, warnings: [...bound.warnings, ...(Warnings ?? [])] }
}

/** The engine also finds a service by the beginning of an id. */
async function serviceNamed(client: EngineClient, name: string): Promise<SwarmService | null> {
  try {
    const service = await client.json<SwarmService>({ path: servicePath(name) })
    return service.Spec.Name === name ? service : null
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null
    throw error
  }
}

/** What the Swarm calls networks, secrets and configs. */
class Names {
  readonly #networks: readonly Network[]
  readonly #secrets: ReadonlyMap<string, string>
  readonly #configs: ReadonlyMap<string, string>

  private constructor(
    all: readonly Network[],
    secrets: ReadonlyMap<string, string>,
    configs: ReadonlyMap<string, string>,
  ) {
    this.#networks = all
    this.#secrets = secrets
    this.#configs = configs
  }

  static async read(client: EngineClient, current: ServiceSpec | null): Promise<Names> {
    const [all, secrets, configs] = await Promise.all([
      networks(client),
      stored(client, 'secret'),
      stored(client, 'config'),
    ])
    // Those of the nodes themselves, such as host, are in no list of the Swarm.
    const used = [...(current?.TaskTemplate.Networks ?? []), ...(current?.Networks ?? [])]
    const unknown = used.flatMap(({ Target: id }) => (id && !all.some(({ Id }) => Id === id) ? [id] : []))
    const more = await Promise.all(
      unknown.map((id) =>
        client
          .json<Network>({ path: `/networks/${encodeURIComponent(id)}` })
          .catch(() => ({ Id: id, Name: id, Labels: null })),
      ),
    )
    const ids = (list: typeof secrets): Map<string, string> => new Map(list.map(({ ID, Spec }) => [Spec.Name, ID]))
    return new Names([...all, ...more], ids(secrets), ids(configs))
  }

  named(spec: ServiceSpec): ServiceSpec {
    return namedSpec(spec, (id) => this.#networks.find(({ Id }) => Id === id)?.Name ?? id)
  }

  withIds(spec: ServiceSpec): ServiceSpec {
    const { TaskTemplate: template } = spec
    const { Networks, ContainerSpec: container } = template
    const secrets = container?.Secrets?.map((one) => ({ ...one, SecretID: this.#id('secret', one.SecretName) }))
    const configs = container?.Configs?.map((one) => ({ ...one, ConfigID: this.#id('config', one.ConfigName) }))
    return {
      ...spec,
      TaskTemplate: {
        ...template,
        ...(Networks ? { Networks: Networks.map((one) => ({ ...one, Target: this.#network(one.Target ?? '') })) } : {}),
        ...(container
          ? {
              ContainerSpec: {
                ...container,
                ...(secrets && { Secrets: secrets }),
                ...(configs && { Configs: configs }),
              },
            }
          : {}),
      },
    }
  }

  #network(name: string): string {
    const found = this.#networks.find((one) => one.Name === name)
    // The manager knows those that every node has.
    return found?.Id ?? (name === 'host' || name === 'bridge' || name === 'none' ? name : missing('network', name))
  }

  #id(kind: 'secret' | 'config', name: string): string {
    return (kind === 'secret' ? this.#secrets : this.#configs).get(name) ?? missing(kind, name)
  }
}

function missing(kind: string, name: string): never {
  throw new Failure('NOT_FOUND', `The Swarm has no ${kind} "${name}". Make it first.`, { kind, id: name })
}
