import { Failure } from '@wheelhouse/contract'
import { type FoundResource, type NetworkSpec, ownLabels, stackLabels } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

export interface Network {
  readonly Id: string
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>> | null
}

/** Networks of the whole Swarm that belong to a stack. */
export async function listNetworks(client: EngineClient): Promise<FoundResource[]> {
  return (await networks(client)).flatMap(({ Name: name, Labels: labels }) => {
    const stack = labels?.[ownLabels.stack] ?? labels?.[stackLabels.namespace]
    return stack === undefined ? [] : [{ kind: 'network' as const, name, stack, labels: labels ?? {} }]
  })
}

/** One that is there stays as it is, whoever made it. */
export async function ensureNetwork(client: EngineClient, spec: NetworkSpec): Promise<'created' | 'kept'> {
  if ((await networks(client)).some(({ Name: name }) => name === spec.name)) return 'kept'
  const subnets = spec.subnets.map(({ subnet, gateway }) => ({ Subnet: subnet, Gateway: gateway ?? undefined }))
  const body = {
    Name: spec.name,
    CheckDuplicate: true,
    Driver: spec.driver ?? 'overlay',
    Scope: 'swarm',
    Internal: spec.internal,
    Attachable: spec.attachable,
    EnableIPv6: spec.ipv6,
    IPAM: subnets.length > 0 ? { Config: subnets } : undefined,
    Options: spec.options,
    Labels: { ...spec.labels, [ownLabels.stack]: spec.stack },
  }
  try {
    await client.json({ method: 'POST', path: '/networks/create', body, lane: 'act' })
    return 'created'
  } catch (error) {
    if (error instanceof Failure && error.code === 'CONFLICT') return 'kept'
    throw error
  }
}

export async function removeNetwork(client: EngineClient, name: string): Promise<void> {
  const found = (await networks(client)).find((network) => network.Name === name)
  if (!found)
    throw new Failure('NOT_FOUND', `There is no network "${name}" in this Swarm.`, { kind: 'network', id: name })
  await client.act({ method: 'DELETE', path: `/networks/${found.Id}` })
}

/** The engine finds networks of its own by the same name, and by the beginning of an id. */
export function networks(client: EngineClient): Promise<readonly Network[]> {
  return client.json<readonly Network[]>({
    path: '/networks',
    query: { filters: JSON.stringify({ scope: ['swarm'] }) },
  })
}
