import type { Client } from '@wheelhouse/client'
import type { Node, Swarm, SwarmObject, Task } from '@wheelhouse/contract'
import { nodeColumns, objectColumns, swarmColumns, taskColumns, taskName } from '../presentation/engine/swarm.ts'
import { findNode, findObject, findSwarm, findTask, inSwarm } from '../swarm/find.ts'
import type { Noun, Page } from './noun.ts'

type SwarmPage = Page<Swarm> & Pick<Awaited<ReturnType<Client['swarm']['list']>>, 'unheard'>

const noun = <T>(n: Noun<T>): Noun<unknown> => n

/** `--all` brings what the list leaves out: tasks that have ended, versions that are not the newest. */
const withAll = (query: Record<string, unknown>, field: string): Record<string, unknown> => {
  const { all, ...rest } = inSwarm(query)
  return all === undefined ? rest : { ...rest, [field]: all }
}

const objects = (kind: 'secret' | 'config', name: string, aliases: readonly string[], empty: string): Noun<unknown> => {
  const domain = (client: Client) => (kind === 'secret' ? client.swarmSecrets : client.swarmConfigs)
  return noun<SwarmObject>({
    name,
    aliases,
    filters: ['query', 'target', 'all', 'limit'],
    columns: objectColumns,
    empty,
    list: (client, query) => domain(client).list(withAll(query, 'versions')),
    one: (client, word, filters) => findObject(client, kind, word, filters.target),
    key: (o) => o.name,
    id: (o) => o.id,
  })
}

export const swarmNouns: readonly Noun<unknown>[] = [
  noun<Swarm>({
    name: 'swarms',
    aliases: ['swarm'],
    filters: [],
    columns: swarmColumns,
    empty: 'No Swarms. Begin one with wh swarm init --target <engine>, or register an engine that is a manager.',
    list: (client) => client.swarm.list(),
    notes: ({ unheard }: SwarmPage) =>
      unheard.map(({ name, reason }) => `${name} is not heard yet${reason === null ? '' : `: ${reason}`}`),
    one: findSwarm,
    key: (s) => s.name,
    id: (s) => s.targetId,
  }),
  noun<Node>({
    name: 'nodes',
    aliases: ['node', 'no'],
    filters: ['query', 'target', 'limit'],
    columns: nodeColumns,
    empty: 'No nodes. Engines become some by wh swarm init and wh swarm join.',
    list: (client, query) => client.nodes.list(inSwarm(query)),
    one: (client, name, filters) => findNode(client, name, filters.target),
    key: (n) => n.hostname,
    id: (n) => n.id,
  }),
  noun<Task>({
    name: 'tasks',
    aliases: ['task'],
    filters: ['query', 'target', 'state', 'service', 'node', 'all', 'limit'],
    columns: taskColumns,
    empty: 'No tasks. Swarm services have some.',
    list: (client, query) => client.tasks.list(withAll(query, 'past')),
    one: (client, name, filters) => findTask(client, name, filters.target),
    key: taskName,
    id: (t) => t.id,
  }),
  objects('secret', 'secrets', ['secret'], 'No secrets. Make one with wh secret create.'),
  objects(
    'config',
    'swarm-configs',
    ['swarm-config', 'swarmconfigs'],
    'No configs. Make one with wh swarm-config create.',
  ),
]
