import type { Client } from '@wheelhouse/client'

/**
 * Which nodes of Swarms hold things that nobody here sees, for their engine is no target; no lines where there are none, or where
 * one target alone was asked for.
 */
export async function unseenNodes(
  client: Client,
  what: 'volumes' | 'local networks',
  query: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  if (query.target !== undefined) return []
  // Who may not look at nodes is told nothing of them.
  const page = await client.nodes.list({ limit: 1000 }).catch(() => null)
  const unseen = (page?.items ?? []).filter(({ targetId }) => targetId === null)
  return [...Map.groupBy(unseen, ({ swarmId }) => swarmId)].map(([swarm, nodes]) => {
    const names = nodes.slice(0, 5).map(({ hostname }) => hostname)
    const more = nodes.length > names.length ? ` and ${nodes.length - names.length} more` : ''
    const whose = nodes.length === 1 ? 'the engine of that node is' : 'the engines of those nodes are'
    return `The ${what} on ${names.join(', ')}${more} of ${swarm} cannot be seen: ${whose} no target here. Register with wh targets register.`
  })
}
