import type { SwarmSettings } from '@wheelhouse/contract'
import type { ClusterFacts, ClusterKind, ClusterSnapshot, Native } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** A manager that has lost its leader is silent for longer. */
const timeoutMs = 8000

interface NativeSwarm {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly CreatedAt: string
  readonly Spec: {
    readonly Orchestration?: { readonly TaskHistoryRetentionLimit?: number } | null
    readonly Raft?: { readonly SnapshotInterval?: number } | null
    readonly Dispatcher?: { readonly HeartbeatPeriod?: number } | null
    readonly CAConfig?: { readonly NodeCertExpiry?: number } | null
    readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean } | null
  }
  readonly JoinTokens?: { readonly Worker: string; readonly Manager: string }
}
interface NodeAddress {
  readonly ManagerStatus?: { readonly Addr?: string } | null
}

export function readSwarm(client: EngineClient, signal?: AbortSignal): Promise<NativeSwarm> {
  return client.json<NativeSwarm>({ path: '/swarm', timeoutMs, signal })
}

export function factsOf(swarm: NativeSwarm, nodes: readonly Native[]): ClusterFacts {
  const managers = (nodes as readonly NodeAddress[]).flatMap((node) => node.ManagerStatus?.Addr ?? [])
  return { clusterId: swarm.ID, createdAt: swarm.CreatedAt, settings: settingsOf(swarm), managers }
}

/** Durations of the engine are nanoseconds. */
export function settingsOf({ Spec: spec }: NativeSwarm): SwarmSettings {
  return {
    taskHistory: spec.Orchestration?.TaskHistoryRetentionLimit ?? 5,
    heartbeatMs: (spec.Dispatcher?.HeartbeatPeriod ?? 5e9) / 1e6,
    snapshotInterval: spec.Raft?.SnapshotInterval ?? 10_000,
    certificateExpiryMs: (spec.CAConfig?.NodeCertExpiry ?? 7.776e15) / 1e6,
    autolock: spec.EncryptionConfig?.AutoLockManagers ?? false,
  }
}

export const listedKinds = ['node', 'service', 'task', 'secret', 'config', 'network'] as const
export type ListedKind = (typeof listedKinds)[number]

/** All of a kind. What was there before at the same version is the same object, so that whoever compares has it easy. */
export async function list(
  client: EngineClient,
  kind: ListedKind,
  before: readonly Native[],
  signal: AbortSignal,
): Promise<readonly Native[]> {
  const query = kind === 'network' ? { filters: JSON.stringify({ scope: ['swarm'] }) } : {}
  const rows = (await client.json<readonly Native[] | null>({ path: `/${kind}s`, query, timeoutMs, signal })) ?? []
  return merge(kind, before, rows)
}

/** The rows of now, by the objects of before where nothing differs; `before` itself where nothing at all does. */
export function merge(kind: ListedKind, before: readonly Native[], rows: readonly Native[]): readonly Native[] {
  const key = kind === 'node' ? wholeOf : keyOf
  const known = new Map(before.map((row) => [key(row), row]))
  const merged = rows.map((row) => known.get(key(row)) ?? row)
  return merged.length === before.length && merged.every((row, index) => row === before[index]) ? before : merged
}

/** Whether the other managers reach a node is put into the answer by who is asked, and raises no version. */
const wholeOf = (row: Native): string => JSON.stringify(row)

/** Networks have no version; they are small. */
function keyOf(row: Native): string {
  const version = (row as { Version?: { Index?: number } }).Version?.Index
  return version === undefined ? wholeOf(row) : `${String(row.ID)} ${version}`
}

export async function fetchAll(client: EngineClient, signal: AbortSignal): Promise<ClusterSnapshot> {
  const [swarm, ...lists] = await Promise.all([
    readSwarm(client, signal),
    ...listedKinds.map((kind) => list(client, kind, [], signal)),
  ])
  const [nodes = [], services = [], tasks = [], secrets = [], configs = [], networks = []] = lists
  return { cluster: factsOf(swarm, nodes), nodes, services, tasks, secrets, configs, networks }
}

export const fieldOf = {
  node: 'nodes',
  service: 'services',
  task: 'tasks',
  secret: 'secrets',
  config: 'configs',
  network: 'networks',
} as const satisfies Record<ListedKind, Exclude<keyof ClusterSnapshot, 'cluster'>>

/** What an event of a kind may have changed; tasks have no events of their own. */
export const touchedBy: Readonly<Record<string, readonly ClusterKind[]>> = {
  node: ['node', 'task'],
  service: ['service', 'task'],
  secret: ['secret'],
  config: ['config'],
  network: ['network'],
}
