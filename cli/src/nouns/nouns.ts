import type { Event, Job, Network, Service, Session, Stack, Target, Token, User, Volume } from '@wheelhouse/contract'
import { alertNouns } from './alerts.ts'
import { deliveryNouns } from './delivery.ts'
import { imageNouns } from './images.ts'
import { swarmNouns } from './swarm.ts'
import { unseenNodes } from './unseen-nodes.ts'
import { terminalNoun } from './terminals.ts'
import { findNetwork, findVolume } from '../engine/names.ts'
import type { Filter, Filters, Noun } from './noun.ts'
import { usage } from '../failure.ts'
import { parseMoment } from '../moment.ts'
import { nearestHint } from '../nearest.ts'
import { eventColumns, jobColumns } from '../presentation/happenings.ts'
import { networkColumns } from '../presentation/engine/networks.ts'
import { sessionColumns, tokenColumns, userColumns } from '../presentation/people.ts'
import { serviceColumns } from '../presentation/services.ts'
import { stackColumns } from '../presentation/stacks.ts'
import { targetColumns } from '../presentation/targets.ts'
import { volumeColumns } from '../presentation/engine/volumes.ts'
import { findService, findStack, nothingCalled, targetNames, userNames, withNearest } from '../resolve.ts'

const noun = <T>(n: Noun<T>): Noun<unknown> => n
const among = async <T>(
  kind: string,
  name: string,
  rows: Promise<{ items: T[] }>,
  keys: (row: T) => string[],
): Promise<T> => {
  const { items } = await rows
  const found = items.find((row) => keys(row).includes(name))
  if (found) return found
  throw nothingCalled(
    kind,
    name,
    items.flatMap((row) => keys(row).slice(0, 1)),
  )
}

export const nouns: readonly Noun<unknown>[] = [
  noun<Service>({
    name: 'services',
    aliases: ['service', 'svc', 'container', 'containers', 'processes'],
    filters: ['label', 'state', 'target', 'stack', 'query', 'kind', 'sort', 'limit'],
    columns: serviceColumns,
    empty: 'No services yet. Start one with wh apply -f wheelhouse.yaml.',
    list: (client, query) => client.services.list(query),
    one: (client, name, filters) => findService(client, name, { target: filters.target, stack: filters.stack }),
    key: (s) => s.name,
    id: (s) => s.id,
  }),
  noun<Target>({
    name: 'targets',
    aliases: ['target', 'hosts', 'engines'],
    filters: ['query', 'kind', 'tag', 'limit'],
    columns: targetColumns,
    empty: 'No targets yet. Register an engine with wh targets register.',
    list: (client, query) => client.targets.list(query),
    one: (client, name) =>
      withNearest(
        'target',
        name,
        () => targetNames(client),
        () => client.targets.get({ id: name }),
      ),
    key: (t) => t.name,
    id: (t) => t.id,
  }),
  noun<Stack>({
    name: 'stacks',
    aliases: ['stack'],
    filters: ['query', 'target', 'limit'],
    columns: stackColumns,
    empty: 'No stacks yet. Apply one with wh apply -f wheelhouse.yaml.',
    list: (client, query) => client.stacks.list(query),
    one: (client, name, filters) => findStack(client, name, { target: filters.target }),
    key: (s) => s.name,
    id: (s) => s.id,
  }),
  noun<Volume>({
    name: 'volumes',
    aliases: ['volume', 'vol'],
    filters: ['query', 'target', 'stack', 'sort', 'limit'],
    columns: volumeColumns,
    empty: 'No volumes. Make one with wh volume create.',
    list: (client, query) => client.volumes.list(query),
    notes: (_, client, query) => unseenNodes(client, 'volumes', query),
    one: findVolume,
    key: (v) => v.name,
    id: (v) => v.id,
  }),
  noun<Network>({
    name: 'networks',
    aliases: ['network', 'net'],
    filters: ['query', 'target', 'stack', 'sort', 'limit'],
    columns: networkColumns,
    empty: 'No networks. Make one with wh network create.',
    list: (client, query) => client.networks.list(query),
    notes: (_, client, query) => unseenNodes(client, 'local networks', query),
    one: findNetwork,
    key: (n) => n.name,
    id: (n) => n.id,
  }),
  noun<User>({
    name: 'users',
    aliases: ['user'],
    filters: ['query', 'role', 'limit'],
    columns: userColumns,
    empty: 'No users.',
    list: (client, query) => client.users.list(query),
    one: (client, name) =>
      withNearest(
        'user',
        name,
        () => userNames(client),
        () => client.users.get({ id: name }),
      ),
    key: (u) => u.username,
    id: (u) => u.id,
  }),
  noun<Token>({
    name: 'tokens',
    aliases: ['token'],
    filters: ['all'],
    columns: tokenColumns,
    empty: 'No API tokens. Create one with wh tokens create --name ci.',
    list: (client, query) => client.tokens.list(query),
    one: (client, name) => among('token', name, client.tokens.list(), (t) => [t.name, t.id, t.prefix]),
    key: (t) => t.name,
    id: (t) => t.id,
  }),
  noun<Job>({
    name: 'jobs',
    aliases: ['job'],
    filters: ['query', 'state', 'kind', 'limit'],
    columns: jobColumns,
    history: true,
    empty: 'No jobs yet.',
    list: (client, query) => client.jobs.list(query),
    one: (client, id) => client.jobs.get({ id }),
    key: (j) => j.id,
    id: (j) => j.id,
  }),
  noun<Event>({
    name: 'events',
    aliases: ['event'],
    filters: ['query', 'type', 'target', 'service', 'stack', 'severity', 'since', 'limit'],
    columns: eventColumns,
    history: true,
    empty: 'Nothing happened yet.',
    list: async (client, query) => {
      const page = await client.timeline.list(query)
      // Newest last, as in a log: the latest stands where the eye is when the table ends.
      return { ...page, items: page.items.toReversed() }
    },
    one: (client, id) => among('event', id, client.timeline.list({ limit: 1000 }), (e) => [e.id]),
    key: (e) => e.id,
    id: (e) => e.id,
  }),
  noun<Session>({
    name: 'sessions',
    aliases: ['session'],
    filters: ['all'],
    columns: sessionColumns,
    empty: 'No open sessions.',
    list: (client, query) => client.auth.sessions(query),
    one: (client, id) => among('session', id, client.auth.sessions(), (s) => [s.id]),
    key: (s) => s.id,
    id: (s) => s.id,
  }),
  ...imageNouns,
  ...swarmNouns,
  noun(terminalNoun),
  ...deliveryNouns,
  ...alertNouns,
]

export function findNoun(word: string): Noun<unknown> {
  const found = nouns.find((n) => n.name === word || n.aliases.includes(word))
  if (found) return found
  // Most people look for containers, which are services here and answer to that name.
  const names = ['containers', ...nouns.map((n) => n.name)]
  throw usage(`"${word}" cannot be listed.${nearestHint(word, names)} There are ${names.join(', ')}.`)
}

/** The filters as the API's query; one that the noun does not have is a mistake, not a silence. */
export function queryOf(noun: Noun<unknown>, filters: Filters): Record<string, unknown> {
  const given = (Object.keys(filters) as Filter[]).filter((key) => filters[key] !== undefined)
  const wrong = given.find((key) => !noun.filters.includes(key))
  if (wrong)
    throw usage(`--${wrong} is no filter of ${noun.name}. It takes ${noun.filters.map((f) => `--${f}`).join(', ')}.`)
  const query: Record<string, unknown> = {}
  for (const key of given) {
    const value = filters[key]
    if (key === 'query') query.q = value
    else if (key === 'since') query.since = parseMoment(String(value), '--since')
    else query[key] = value
  }
  return query
}
