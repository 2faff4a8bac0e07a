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
