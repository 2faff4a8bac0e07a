import { Failure } from '@wheelhouse/contract'
import { type FoundResource, type NetworkSpec, ownLabels, type ResourceSpec, type VolumeSpec } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

interface Named {
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>> | null
}

const composeLabel = 'com.docker.compose.project'

export async function listResources(client: EngineClient): Promise<FoundResource[]> {
  const [networks, { Volumes: volumes }] = await Promise.all([
    client.json<readonly Named[]>({ path: '/networks' }),
    client.json<{ Volumes: readonly Named[] | null }>({ path: '/volumes' }),
  ])
  const found = (kind: FoundResource['kind'], all: readonly Named[]): FoundResource[] =>
    all.flatMap(({ Name: name, Labels: labels }) => {
      const stack = labels?.[ownLabels.stack] ?? labels?.[composeLabel]
      return stack === undefined ? [] : [{ kind, name, stack, labels: labels ?? {} }]
    })
  return [...found('network', networks), ...found('volume', volumes ?? [])]
}

/** One that is there stays as it is, whoever made it. */
export async function ensureResource(client: EngineClient, spec: ResourceSpec): Promise<'created' | 'kept'> {
  if (await exists(client, spec.kind, spec.name)) return 'kept'
  try {
    await client.json({
      method: 'POST',
      path: `/${spec.kind}s/create`,
      body: spec.kind === 'network' ? networkBody(spec) : volumeBody(spec),
      lane: 'act',
      timeoutMs: null,
    })
    return 'created'
  } catch (error) {
    if (error instanceof Failure && error.code === 'CONFLICT') return 'kept'
    throw error
  }
}

export async function removeResource(client: EngineClient, kind: 'network' | 'volume', name: string): Promise<void> {
  const users = await usersOf(client, kind, name)
  if (users.length > 0) {
    const message = `The ${kind} ${name} is in use by ${users.join(', ')}. Remove ${users.length === 1 ? 'it' : 'them'} first.`
    throw new Failure('STATE_CONFLICT', message, { users })
  }
  await client.act({ method: 'DELETE', path: pathOf(kind, name) })
}

const pathOf = (kind: 'network' | 'volume', name: string): string => `/${kind}s/${encodeURIComponent(name)}`

async function exists(client: EngineClient, kind: 'network' | 'volume', name: string): Promise<boolean> {
  try {
    // A network is also found by the beginning of its id.
    return (await client.json<Named>({ path: pathOf(kind, name) })).Name === name
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return false
    throw error
  }
}

/** Names of the containers that keep it: of a network those that run in it, of a volume also stopped ones. */
async function usersOf(client: EngineClient, kind: 'network' | 'volume', name: string): Promise<string[]> {
  if (kind === 'network') {
    const network = await client.json<{ Containers?: Record<string, Named> | null }>({ path: pathOf(kind, name) })
    return Object.values(network.Containers ?? {}).map((container) => container.Name)
  }
  const containers = await client.json<readonly { Names: readonly string[] | null; Id: string }[]>({
    path: '/containers/json',
    query: { all: 1, filters: JSON.stringify({ volume: [name] }) },
  })
  return containers.map((container) => container.Names?.[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12))
}

const labelsOf = (spec: ResourceSpec): Record<string, string> => ({ ...spec.labels, [ownLabels.stack]: spec.stack })

function networkBody(spec: NetworkSpec): Record<string, unknown> {
  const subnets = spec.subnets.map(({ subnet, gateway }) => ({ Subnet: subnet, Gateway: gateway ?? undefined }))
  return {
    Name: spec.name,
    CheckDuplicate: true,
    Driver: spec.driver ?? 'bridge',
    Internal: spec.internal,
    Attachable: spec.attachable,
    EnableIPv6: spec.ipv6,
    IPAM: subnets.length > 0 ? { Config: subnets } : undefined,
    Options: spec.options,
    Labels: labelsOf(spec),
  }
}

function volumeBody(spec: VolumeSpec): Record<string, unknown> {
  return { Name: spec.name, Driver: spec.driver ?? 'local', DriverOpts: spec.options, Labels: labelsOf(spec) }
}
