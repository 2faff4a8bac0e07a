import type { Client } from '@wheelhouse/client'
import type { Node, Swarm, SwarmObject, Task } from '@wheelhouse/contract'
import { Complaint, usage } from '../failure.ts'
import { taskName } from '../presentation/engine/swarm.ts'
import { nothingCalled } from '../resolve.ts'

type Query = Record<string, unknown>
interface Page<T> {
  items: T[]
  nextCursor: string | null
  total: number
}
type List<T> = (query: Query) => Promise<Page<T>>

/** Filters say `target` of every kind of target; what belongs to a Swarm is asked for by its name. */
export const inSwarm = ({ target, ...query }: Query): Query =>
  target === undefined ? query : { ...query, swarm: target }

function only<T>(
  kind: string,
  name: string,
  found: readonly T[],
  all: readonly string[],
  place: (one: T) => string,
): T {
  const [first, second] = found
  if (!first) throw nothingCalled(kind, name, [...new Set(all)])
  if (!second) return first
  throw new Complaint(
    'conflict',
    'AMBIGUOUS',
    `${found.length} ${kind}s are called "${name}". Use an id, or --target with the Swarm.`,
    found.map(place),
  )
}

export async function findSwarm(client: Client, name: string | undefined): Promise<Swarm> {
  const { items } = await client.swarm.list()
  if (name !== undefined)
    return only(
      'swarm',
      name,
      items.filter((one) => [one.targetId, one.name, one.clusterId].includes(name)),
      items.map((one) => one.name),
      (one) => one.targetId,
    )
  const [first, second] = items
  if (first && !second) return first
  if (!first) throw usage('There is no Swarm. Begin one with wh swarm init --target <engine>.')
  throw usage(`Name the Swarm: --target ${items.map((one) => one.name).join('|')}.`)
}

/** Every row of a list. */
async function all<T>(list: List<T>, query: Query): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await list({ ...query, limit: 1000, ...(cursor === null ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

/** By host name or id, also the beginning of one. */
export async function findNode(client: Client, name: string, target?: string): Promise<Node> {
  const rows = await all((query) => client.nodes.list(query), inSwarm({ target }))
  const exact = rows.filter((one) => [one.id, one.nodeId, one.hostname].includes(name))
  const found = exact.length > 0 || name.length < 6 ? exact : rows.filter((one) => one.nodeId.startsWith(name))
  const names = rows.map((one) => one.hostname)
  return only('node', name, found, names, (one) => `${one.nodeId}  (${one.hostname} of ${one.swarmId})`)
}

/** By id, also the beginning of one, or as it is listed: `service.slot`, `service@node`. */
export async function findTask(client: Client, name: string, target?: string): Promise<Task> {
  const rows = await all((query) => client.tasks.list(query), { ...inSwarm({ target }), past: true })
  const byId = rows.filter((one) => one.id === name || (name.length >= 6 && one.id.startsWith(name)))
  const found = byId.length > 0 ? byId : rows.filter((one) => taskName(one) === name && one.desired === 'running')
  return only('task', name, found, rows.map(taskName), (one) => `${one.id}  (${taskName(one)}, ${one.state})`)
}

/** By id, by its own name, or by that of its family, which is its newest version. */
export async function findObject(
  client: Client,
  kind: 'secret' | 'config',
  name: string,
  target?: string,
): Promise<SwarmObject> {
  const domain = kind === 'secret' ? client.swarmSecrets : client.swarmConfigs
  const rows = await all((query) => domain.list(query), { ...inSwarm({ target }), versions: true })
  const family = rows.filter((one) => one.family === name && one.newest)
  const found = family.length > 0 ? family : rows.filter((one) => [one.id, one.name].includes(name))
  return only(
    kind,
    name,
    found,
    rows.map((one) => one.family),
    (one) => `${one.id}  (${one.name} of ${one.swarmId})`,
  )
}
