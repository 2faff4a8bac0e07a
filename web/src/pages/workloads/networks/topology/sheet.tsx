import './topology.css'
import type { Topology } from '@wheelhouse/contract'
import { useMemo, useState } from 'react'
import { Go } from '../../../../ui/control/link.tsx'
import { Glyph, type GlyphState } from '../../../../ui/state/glyph.tsx'
import { card, type Map, neighbours, type Placed } from './layout.ts'

type Node = Topology['nodes'][number]

const kinds = { network: 'network', service: 'service', host: 'published', target: 'target', task: 'task' } as const
const states: ReadonlySet<string> = new Set([
  'running',
  'starting',
  'degraded',
  'failed',
  'paused',
  'stopped',
  'unknown',
  'succeeded',
  'queued',
])

interface Props {
  readonly label: string
  readonly map: Map
  readonly topology: Topology
  /** Null: this one leads nowhere. */
  readonly hrefOf: (node: Node) => string | null
  readonly bandHrefOf: (band: Node) => string | null
  /** Edges are drawn of what is lit only: of many they would say nothing. */
  readonly quiet?: boolean
}

/** A map as it is laid out. What is pointed at or has the focus is lit with all it is joined to, the rest steps back. */
export function Sheet({ label, map, topology, hrefOf, bandHrefOf, quiet = false }: Props) {
  const [lit, setLit] = useState<string | null>(null)
  const near = useMemo(() => (lit === null ? null : neighbours(topology, lit)), [topology, lit])
  const edges = quiet ? map.edges.filter(({ edge }) => edge.from === lit || edge.to === lit) : map.edges
  const faint = (...ids: string[]): string => (near && !ids.every((id) => near.has(id)) ? 'faint' : '')
  return (
    <div className="topology" role="group" aria-label={label}>
      <div className="topology-sheet" style={{ width: map.width, height: map.height }}>
        {map.bands.map((band) => (
          <div
            key={band.target.id}
            className="topology-band"
            style={{ top: band.y, height: band.height, left: band.x ?? 0 }}
          >
            <BandName band={band.target} href={bandHrefOf(band.target)} />
            {band.target.state !== 'connected' && <span className="meta t-unknown">{band.target.state}</span>}
            {band.target.detail !== null && band.x !== undefined && <span className="meta">{band.target.detail}</span>}
          </div>
        ))}
        <svg width={map.width} height={map.height} aria-hidden>
          {edges.map(({ edge, d }) => (
            <path
              key={`${edge.from} ${edge.to} ${edge.kind}`}
              d={d}
              className={`${edge.kind} ${lit !== null && (edge.from === lit || edge.to === lit) ? 'lit' : faint(edge.from, edge.to)}`}
            />
          ))}
        </svg>
        {map.nodes.map((placed) => (
          <Card
            key={placed.node.id}
            placed={placed}
            className={lit === placed.node.id ? 'lit' : faint(placed.node.id)}
            href={hrefOf(placed.node)}
            label={labelOf(topology, lit, placed.node.id)}
            onLit={setLit}
          />
        ))}
      </div>
    </div>
  )
}

const BandName = ({ band, href }: { band: Node; href: string | null }) =>
  href === null ? (
    <span className="name">{band.name}</span>
  ) : (
    <Go className="name" href={href}>
      {band.name}
    </Go>
  )

/** What stands on the edge between the lit node and this one. */
function labelOf({ edges }: Topology, lit: string | null, id: string): string | null {
  if (lit === null || lit === id) return null
  const found = edges.find((edge) => (edge.from === lit && edge.to === id) || (edge.from === id && edge.to === lit))
  return found?.label ?? null
}

function Card({
  placed: { node, x, y },
  className,
  href,
  label,
  onLit,
}: {
  placed: Placed
  className: string
  href: string | null
  label: string | null
  onLit: (id: string | null) => void
}) {
  const state =
    (node.kind === 'service' || node.kind === 'task') && node.state !== null && states.has(node.state)
      ? (node.state as GlyphState)
      : null
  const inner = (
    <>
      <span className="flex items-center gap-2 min-w-0">
        {state && <Glyph state={state} label={state} />}
        <span className="cut text-ink font-medium">{node.name}</span>
        {state === null && <span className="meta shrink-0">{node.state ?? kinds[node.kind]}</span>}
      </span>
      <span className="meta cut mono">{label ?? node.detail ?? ''}</span>
    </>
  )
  const shared = {
    className: `topology-card ${node.kind} ${className}`,
    style: { left: x, top: y, width: card.width, height: card.height },
    title: [node.name, node.stack && `stack ${node.stack}`, node.detail].filter(Boolean).join('\n'),
    onMouseEnter: () => onLit(node.id),
    onMouseLeave: () => onLit(null),
    onFocus: () => onLit(node.id),
    onBlur: () => onLit(null),
  }
  return href ? (
    <Go href={href} {...shared}>
      {inner}
    </Go>
  ) : (
    <div {...shared}>{inner}</div>
  )
}
