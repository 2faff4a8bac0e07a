import type { Topology } from '@wheelhouse/contract'

type Node = Topology['nodes'][number]
type Edge = Topology['edges'][number]

export interface Placed {
  readonly node: Node
  readonly x: number
  readonly y: number
}
export interface Drawn {
  readonly edge: Edge
  /** An SVG path. */
  readonly d: string
}
export interface Band {
  readonly target: Node
  /** From the left; the whole width unless told. */
  readonly x?: number
  readonly y: number
  readonly height: number
}
export interface Map {
  readonly width: number
  readonly height: number
  readonly bands: readonly Band[]
  readonly nodes: readonly Placed[]
  readonly edges: readonly Drawn[]
}

export const card = { width: 220, height: 44 } as const
export const space = { gap: 12, head: 36, between: 28, margin: 16, lane: 150 } as const
const { gap, head, between, margin, lane } = space
const columns = {
  network: margin,
  service: margin + card.width + lane,
  host: margin + 2 * (card.width + lane),
} as const

const key = (node: Node): string => `${node.stack ?? '~'} ${node.name} ${node.id}`
export const inOrder = (nodes: readonly Node[], kind: Node['kind']): Node[] =>
  nodes.filter((node) => node.kind === kind).sort((a, b) => (key(a) < key(b) ? -1 : 1))

/**
 * Networks left, services in the middle, published ports right, a band for each target. The order is that of the names alone, so that
 * nothing moves when something starts or stops.
 */
export function layout({ nodes, edges }: Topology): Map {
  const placed: Placed[] = []
  const bands: Band[] = []
  let y = margin
  for (const target of nodes.filter((node) => node.kind === 'target').sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const own = nodes.filter((node) => node.targetId === target.id)
    const lists = {
      network: inOrder(own, 'network'),
      service: inOrder(own, 'service'),
      host: inOrder(own, 'host'),
    }
    const rows = Math.max(1, ...Object.values(lists).map((list) => list.length))
    const height = head + rows * (card.height + gap)
    for (const kind of ['network', 'service', 'host'] as const)
      for (const [index, node] of lists[kind].entries())
        placed.push({ node, x: columns[kind], y: y + head + index * (card.height + gap) })
    bands.push({ target, y, height })
    y += height + between
  }
  return { width: columns.host + card.width + margin, height: y, bands, nodes: placed, edges: drawn(placed, edges) }
}

/** The edges between what has a place. */
export function drawn(placed: readonly Placed[], edges: readonly Edge[]): Drawn[] {
  const at = new globalThis.Map(placed.map((one) => [one.node.id, one]))
  return edges.flatMap((edge) => {
    const [from, to] = [at.get(edge.from), at.get(edge.to)]
    return from && to ? [{ edge, d: curve(from, to) }] : []
  })
}

/** From the side of the one that looks at the other. */
function curve(from: Placed, to: Placed): string {
  const right = to.x > from.x
  const [x1, x2] = right ? [from.x + card.width, to.x] : [from.x, to.x + card.width]
  const [y1, y2] = [from.y + card.height / 2, to.y + card.height / 2]
  const bend = (x1 + x2) / 2
  return `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`
}

/** A node with all that an edge joins to it; all that those networks hold where it is a network. */
export function neighbours({ edges }: Topology, id: string): ReadonlySet<string> {
  const near = new Set([id])
  for (const edge of edges) {
    if (edge.from === id) near.add(edge.to)
    if (edge.to === id) near.add(edge.from)
  }
  return near
}

/** Only what matches by name, with what it is joined to, and the targets of those. */
export function narrowed(topology: Topology, q: string): Topology {
  if (q === '') return topology
  const wanted = q.toLowerCase()
  const keep = new Set(
    topology.nodes
      .filter(
        (node) =>
          node.kind !== 'target' &&
          `${node.name} ${node.stack ?? ''} ${node.detail ?? ''}`.toLowerCase().includes(wanted),
      )
      .flatMap((node) => [...neighbours(topology, node.id)]),
  )
  const targets = new Set(topology.nodes.filter((node) => keep.has(node.id)).map((node) => node.targetId))
  return {
    nodes: topology.nodes.filter((node) => keep.has(node.id) || (node.kind === 'target' && targets.has(node.id))),
    edges: topology.edges.filter((edge) => keep.has(edge.from) && keep.has(edge.to)),
  }
}
