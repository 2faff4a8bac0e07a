import { useQuery } from '@tanstack/react-query'
import type { Topology } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { layout, narrowed } from './layout.ts'
import { Sheet } from './sheet.tsx'

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
  const shown = useMemo(() => (asked.data ? narrowed(asked.data, q) : null), [asked.data, q])
  const map = useMemo(() => (shown ? layout(shown) : null), [shown])
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
  return (
    <Sheet
      label="Map of networks and services. The list has the same as a table."
      map={map}
      topology={shown}
      hrefOf={hrefOf}
      bandHrefOf={(band) => paths.target(band.id)}
    />
  )
}
