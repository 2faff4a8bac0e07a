import type { Service, Topology } from '@wheelhouse/contract'
import type { ObservedNetwork } from '@wheelhouse/driver'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import { type Mirror, type Registry, serviceIdOf, stackOf } from '../../inventory/targets/index.ts'
import { isBuiltIn, networkIdOf, seenTargets } from './view.ts'

export interface TopologyQuery {
  readonly target?: string | undefined
  readonly stack?: string | undefined
}

type Node = Topology['nodes'][number]
type Edge = Topology['edges'][number]

const networkNode = (targetId: string, network: ObservedNetwork): Node => ({
  id: networkIdOf(targetId, network.networkId),
  kind: 'network',
  name: network.name,
  targetId,
  state: network.internal ? 'internal' : null,
  stack: stackOf(network.labels),
  detail: [network.driver, ...network.subnets.map(({ subnet }) => subnet)].join(' '),
})

const serviceNode = (service: Service): Node => ({
  id: service.id,
  kind: 'service',
  name: service.name,
  targetId: service.targetId,
  state: service.state,
  stack: service.stack,
  detail: service.image ?? service.command,
})

/** `8080 → 80`, each pair once: an engine publishes on IPv4 and IPv6 alike. */
function publishedLabel(service: Service): string {
  const pairs = service.ports.flatMap((port) => {
    if (port.hostPort === null) return []
    const protocol = port.protocol === 'tcp' ? '' : `/${port.protocol}`
    return [`${port.hostPort} → ${port.port}${protocol}`]
  })
  return [...new Set(pairs)].join(', ')
}

/** Networks and services as nodes, who is attached and what is published as edges. Reads memory alone. */
export function topologyOf(registry: Registry, query: TopologyQuery, caller: Caller): Topology {
  const nodes: Node[] = []
  const edges: Edge[] = []
  for (const mirror of seenTargets(registry, query.target, caller)) {
    if (mirror.networks.length > 0) addTarget(mirror, query.stack, caller, nodes, edges)
  }
  return { nodes, edges }
}

function addTarget(mirror: Mirror, stack: string | undefined, caller: Caller, nodes: Node[], edges: Edge[]): void {
  const { id: targetId } = mirror.record
  const target = mirror.target()
  const services = [...mirror.services.values()].filter(
    (service) =>
      (stack === undefined || service.stack === stack) &&
      callerMay(caller, 'services.read', { targetId, serviceId: service.id }),
  )
  const seen = new Set(services.map((service) => service.id))
  const attached = mirror.endpoints.flatMap((endpoint) => {
    const serviceId = serviceIdOf(targetId, endpoint.nativeId)
    return seen.has(serviceId) ? [{ ...endpoint, serviceId }] : []
  })
  const busy = new Set(attached.map(({ networkId }) => networkId))
  // What every engine has for itself says something only where somebody is in it.
  const networks = mirror.networks.filter(
    (network) =>
      busy.has(network.networkId) ||
      (!isBuiltIn(network) && (stack === undefined || stackOf(network.labels) === stack)),
  )
  if (stack !== undefined && services.length === 0 && networks.length === 0) return
  nodes.push({
    id: targetId,
    kind: 'target',
    name: target.name,
    targetId,
    state: target.state,
    stack: null,
    detail: target.address,
  })
  nodes.push(...networks.map((network) => networkNode(targetId, network)), ...services.map(serviceNode))
  const there = new Set(networks.map((network) => network.networkId))
  for (const { serviceId, networkId, ipv4, ipv6, aliases } of attached) {
    if (!there.has(networkId)) continue
    const label = [ipv4 ?? ipv6, ...aliases].filter((word) => word !== null).join(' ')
    edges.push({ from: serviceId, to: networkIdOf(targetId, networkId), kind: 'attached', label })
  }
  const published = services.flatMap((service) => {
    const label = publishedLabel(service)
    return label === '' ? [] : [{ from: service.id, to: `${targetId}:host`, kind: 'published' as const, label }]
  })
  if (published.length === 0) return
  const name = target.engine?.hostname ?? target.name
  nodes.push({
    id: `${targetId}:host`,
    kind: 'host',
    name,
    targetId,
    state: null,
    stack: null,
    detail: 'ports of the host',
  })
  edges.push(...published)
}
