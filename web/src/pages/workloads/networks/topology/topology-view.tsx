import './topology.css'
import { useQuery } from '@tanstack/react-query'
import type { Topology } from '@wheelhouse/contract'
import { useMemo, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph, type GlyphState } from '../../../../ui/state/glyph.tsx'
import { card, layout, narrowed, neighbours, type Placed } from './layout.ts'

const kinds = { network: 'network', service: 'service', host: 'published', target: 'target', task: 'task' } as const
const states: ReadonlySet<string> = new Set([
  'running',
  'starting',
  'degraded',
  'failed',
  'paused',
  'stopped',
  'unknown',
])

function hrefOf(node: Topology['nodes'][number]): string | null {
  if (node.kind === 'service') return paths.service(node.id)
  if (node.kind === 'network') return paths.network(node.targetId, node.id.slice(node.targetId.length + 1))
  return null
}

/** Who reaches whom. What is pointed at is lit with all it is joined to, the rest steps back. */
export function TopologyView({ target, stack, q }: { target: string; stack: string; q: string }) {
  const filter = { ...(target ? { target } : {}), ...(stack ? { stack } : {}) }
  const asked = useQuery({
    queryKey: keys.topology(filter),
    queryFn: () => client.networks.topology(filter),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  const [lit, setLit] = useState<string | null>(null)
  const shown = useMemo(() => (asked.data ? narrowed(asked.data, q) : null), [asked.data, q])
  const map = useMemo(() => (shown ? layout(shown) : null), [shown])
  const near = useMemo(() => (shown && lit !== null ? neighbours(shown, lit) : null), [shown, lit])
  if (asked.error)
    return (
      <div className="p-4">
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      </div>
    )
  if (!map || !shown) return <Skeleton />
  if (map.nodes.length === 0)
    return (
      <Empty title={q === '' ? 'Nothing to draw.' : 'Nothing on the map matches.'}>
        {q === '' ? 'No engine has a network that somebody is in.' : 'The filter looks at names, stacks and subnets.'}
      </Empty>
    )
  const faint = (...ids: string[]): string => (near && !ids.every((id) => near.has(id)) ? 'faint' : '')
  return (
    <div className="topology" role="group" aria-label="Map of networks and services. The list has the same as a table.">
      <div className="topology-sheet" style={{ width: map.width, height: map.height }}>
        {map.bands.map((band) => (
          <div key={band.target.id} className="topology-band" style={{ top: band.y, height: band.height }}>
            <Go className="name" href={paths.target(band.target.id)}>
              {band.target.name}
            </Go>
            {band.target.state !== 'connected' && <span className="meta t-unknown">{band.target.state}</span>}
          </div>
        ))}
        <svg width={map.width} height={map.height} aria-hidden>
          {map.edges.map(({ edge, d }) => (
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
            label={labelOf(shown, lit, placed.node.id)}
            onLit={setLit}
          />
        ))}
      </div>
    </div>
  )
}

/** What stands on the edge between the lit node and this one. */
function labelOf({ edges }: Topology, lit: string | null, id: string): string | null {
  if (lit === null || lit === id) return null
  const found = edges.find((edge) => (edge.from === lit && edge.to === id) || (edge.from === id && edge.to === lit))
  return found?.label ?? null
}

function Card({
  placed: { node, x, y },
  className,
  label,
  onLit,
}: {
  placed: Placed
  className: string
  label: string | null
  onLit: (id: string | null) => void
}) {
  const href = hrefOf(node)
  const state =
    node.kind === 'service' && node.state !== null && states.has(node.state) ? (node.state as GlyphState) : null
  const inner = (
    <>
      <span className="flex items-center gap-2 min-w-0">
        {state && <Glyph state={state} label={state} />}
        <span className="cut text-ink font-medium">{node.name}</span>
        {node.kind !== 'service' && <span className="meta shrink-0">{node.state ?? kinds[node.kind]}</span>}
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
