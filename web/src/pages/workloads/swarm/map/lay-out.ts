import type { Network, Node, Task, Topology } from '@wheelhouse/contract'
import { bytes, plural } from '../../../../ui/format/number.ts'
import { type Band, card, drawn, inOrder, type Map, type Placed, space } from '../../networks/topology/layout.ts'
import { nodeWord, roleWord, taskGlyph, taskName } from '../words.ts'

/** The band of tasks that no node has taken yet. */
export const nowhere = 'nowhere'

/** Overlay networks of one Swarm: each of its managers tells all of them, other engines those that their tasks are in. */
export function overlaysOf(networks: readonly Network[], engines: ReadonlySet<string>): Network[] {
  const byId = new globalThis.Map<string, Network>()
  for (const network of networks)
    if (network.scope === 'swarm' && engines.has(network.targetId) && !byId.has(network.networkId))
      byId.set(network.networkId, network)
  return [...byId.values()]
}

interface Parts {
  readonly nodes: readonly Node[]
  readonly tasks: readonly Task[]
  readonly networks: readonly Network[]
}

/** Nodes, what runs on them, and by which networks tasks reach each other. */
export function topologyOf({ nodes, tasks, networks }: Parts): Topology {
  const band = (id: string, name: string, state: string, detail: string): Topology['nodes'][number] => ({
    id,
    kind: 'target',
    name,
    targetId: id,
    state,
    stack: null,
    detail,
  })
  const known = new Set(nodes.map(({ nodeId }) => nodeId))
  const homeless = tasks.some(({ nodeId }) => nodeId === null || !known.has(nodeId))
  // As the manager tells it: so it is known of nodes too whose engine is not registered.
  const inIt = ({ networkId }: Network): number =>
    tasks.filter((task) => task.networks.some((one) => one.networkId === networkId)).length
  const there = new Set(networks.map(({ networkId }) => networkId))
  return {
    nodes: [
      ...nodes.map((node) =>
        band(
          node.nodeId,
          node.hostname,
          nodeWord(node) ?? 'connected',
          `${roleWord(node)}, ${Math.round(node.reservedCpus * 100) / 100} of ${node.cpus} cores and ${bytes(node.reservedMemoryBytes)} of ${bytes(node.memoryBytes)} reserved`,
        ),
      ),
      ...(homeless ? [band(nowhere, 'No node yet', 'connected', 'these tasks wait for a node')] : []),
      ...networks.map((network) => ({
        id: network.networkId,
        kind: 'network' as const,
        name: network.name,
        targetId: 'networks',
        state: `${network.internal ? 'internal, ' : ''}${plural(inIt(network), 'task')}`,
        stack: network.stack,
        detail: [network.driver, ...network.subnets.map(({ subnet }) => subnet)].join(' '),
      })),
      ...tasks.map((task) => ({
        id: task.id,
        kind: 'task' as const,
        name: taskName(task),
        targetId: task.nodeId !== null && known.has(task.nodeId) ? task.nodeId : nowhere,
        state: taskGlyph(task),
        stack: null,
        detail: task.reason ?? task.image,
      })),
    ],
    edges: tasks.flatMap((task) =>
      task.networks.flatMap(({ networkId, address }) =>
        there.has(networkId) ? [{ from: task.id, to: networkId, kind: 'attached' as const, label: address ?? '' }] : [],
      ),
    ),
  }
}

const perRow = 3

/**
 * Overlay networks left, a band for each node right of them with its tasks in rows. Names alone give the order, so that nothing moves
 * when something starts or stops.
 */
export function layOut({ nodes, edges }: Topology): Map {
  const { gap, head, between, margin, lane } = space
  const step = card.height + gap
  const networks = inOrder(nodes, 'network')
  const bandX = networks.length === 0 ? margin : margin + card.width + lane
  const placed: Placed[] = networks.map((node, index) => ({
    node,
    x: margin,
    y: margin + head + index * step,
  }))
  const bands: Band[] = []
  let y: number = margin
  for (const target of inOrder(nodes, 'target').sort((a, b) => Number(a.id === nowhere) - Number(b.id === nowhere))) {
    const own = inOrder(nodes, 'task').filter((node) => node.targetId === target.id)
    const height = head + Math.max(1, Math.ceil(own.length / perRow)) * step
    for (const [index, node] of own.entries())
      placed.push({
        node,
        x: bandX + 16 + (index % perRow) * (card.width + gap),
        y: y + head + Math.floor(index / perRow) * step,
      })
    bands.push({ target, x: bandX, y, height })
    y += height + between
  }
  return {
    width: bandX + 16 + perRow * (card.width + gap) + margin,
    height: Math.max(y, margin + head + networks.length * step + margin),
    bands,
    nodes: placed,
    edges: drawn(placed, edges),
  }
}
