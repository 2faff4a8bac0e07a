import { Failure, type Network } from '@wheelhouse/contract'
import type { ObservedEndpoint, ObservedNetwork } from '@wheelhouse/driver'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import { type Mirror, type Registry, serviceIdOf, stackOf } from '../../inventory/targets/index.ts'

/** Networks that every engine has for itself. */
const builtInNames = new Set(['bridge', 'host', 'none', 'ingress', 'docker_gwbridge'])
export const isBuiltIn = ({ name }: Pick<ObservedNetwork, 'name'>): boolean => builtInNames.has(name)

export const networkIdOf = (targetId: string, networkId: string): string => `${targetId}:${networkId.slice(0, 12)}`

export function viewOf(
  mirror: Mirror,
  network: ObservedNetwork,
  endpoints: readonly ObservedEndpoint[],
  caller: Caller,
): Network {
  const { id: targetId, name: targetName } = mirror.record
  return {
    ...network,
    id: networkIdOf(targetId, network.networkId),
    targetId,
    targetName,
    builtIn: isBuiltIn(network),
    subnets: network.subnets.map((subnet) => ({ ...subnet })),
    options: { ...network.options },
    labels: { ...network.labels },
    stack: stackOf(network.labels),
    attached: endpoints.flatMap(({ nativeId, networkId: _, aliases, ...address }) => {
      const serviceId = serviceIdOf(targetId, nativeId)
      const service = mirror.services.get(serviceId)
      if (!service || !callerMay(caller, 'services.read', { targetId, serviceId })) return []
      return [{ serviceId, name: service.name, state: service.state, ...address, aliases: [...aliases] }]
    }),
    ...mirror.seen(),
  }
}

const endpointsByNetwork = (mirror: Mirror): Map<string, ObservedEndpoint[]> =>
  Map.groupBy(mirror.endpoints, ({ networkId }) => networkId)

/** By id, the beginning of its id of at least 12 digits, or a name that is unique on the target. Throws CONFLICT, NOT_FOUND. */
export function findNetwork(mirror: Mirror, reference: string): ObservedNetwork {
  const { id: targetId, name: targetName } = mirror.record
  const own = reference.startsWith(`${targetId}:`) ? reference.slice(targetId.length + 1) : reference
  const byId = /^[0-9a-z]{12,}$/.test(own)
    ? mirror.networks.find((network) => network.networkId.startsWith(own))
    : undefined
  const byName = mirror.networks.filter((network) => network.name === own)
  const found = byId ?? byName[0]
  if (!found) {
    throw new Failure('NOT_FOUND', `There is no network "${reference}" on ${targetName}.`, {
      kind: 'network',
      id: reference,
    })
  }
  if (!byId && byName.length > 1) {
    const candidates = byName.map((network) => networkIdOf(targetId, network.networkId))
    throw new Failure('CONFLICT', `${byName.length} networks of ${targetName} are called ${own}. Name one by its id.`, {
      candidates,
    })
  }
  return found
}

export function networkView(mirror: Mirror, network: ObservedNetwork, caller: Caller): Network {
  return viewOf(
    mirror,
    network,
    mirror.endpoints.filter((endpoint) => endpoint.networkId === network.networkId),
    caller,
  )
}

export interface NetworkQuery {
  readonly q?: string | undefined
  readonly target?: string | undefined
  readonly stack?: string | undefined
  readonly sort?: 'name' | 'target' | 'created' | undefined
}

const byName = (a: Network, b: Network): number =>
  Number(a.builtIn) - Number(b.builtIn) || a.name.localeCompare(b.name) || a.targetName.localeCompare(b.targetName)
const orders: Record<NonNullable<NetworkQuery['sort']>, (a: Network, b: Network) => number> = {
  name: byName,
  target: (a, b) => a.targetName.localeCompare(b.targetName) || byName(a, b),
  created: (a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '') || byName(a, b),
}

/** Targets that a query names and the caller may see. */
export function* seenTargets(registry: Registry, target: string | undefined, caller: Caller): Generator<Mirror> {
  const wanted = target?.split(',').map((word) => word.trim())
  for (const { id, name } of registry.records()) {
    if (wanted && !wanted.includes(id) && !wanted.includes(name)) continue
    if (callerMay(caller, 'networks.read', { targetId: id })) yield registry.mirror(id)
  }
}

/** All networks that the caller may see, filtered and sorted. Reads memory alone. */
export function listNetworks(registry: Registry, query: NetworkQuery, caller: Caller): Network[] {
  const text = query.q?.toLowerCase()
  const found: Network[] = []
  for (const mirror of seenTargets(registry, query.target, caller)) {
    const endpoints = endpointsByNetwork(mirror)
    for (const network of mirror.networks) {
      const stack = stackOf(network.labels)
      if (query.stack !== undefined && stack !== query.stack) continue
      const words = `${network.name} ${stack ?? ''} ${network.subnets.map(({ subnet }) => subnet).join(' ')}`
      if (text !== undefined && !words.toLowerCase().includes(text)) continue
      found.push(viewOf(mirror, network, endpoints.get(network.networkId) ?? [], caller))
    }
  }
  return found.sort(orders[query.sort ?? 'name'])
}
