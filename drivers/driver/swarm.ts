import type { LogLine, SwarmSettings } from '@wheelhouse/contract'
import type { RegistrySignIn } from './images.ts'
import type { LogQuery } from './log-query.ts'
import type { SwarmObjectSpec, SwarmServiceSpec } from './spec.ts'
import type { ServiceSpec } from './swarm-native.ts'
import type { ServiceProgress } from './swarm-progress.ts'

/** Things of a Swarm, as its manager lists them: in the Engine API's own form, so that nothing the API knows is lost on the way. */
export interface ClusterFacts {
  readonly clusterId: string
  readonly createdAt: string
  readonly settings: SwarmSettings
  /** `host:port` of every manager that can be joined. */
  readonly managers: readonly string[]
}
/** Engine API objects: see https://docs.docker.com/reference/api/engine/ (Node, Service, Task, Secret, Config, Network). */
export type Native = Readonly<Record<string, unknown>>

export interface ClusterSnapshot {
  readonly cluster: ClusterFacts
  readonly nodes: readonly Native[]
  readonly services: readonly Native[]
  readonly tasks: readonly Native[]
  readonly secrets: readonly Native[]
  readonly configs: readonly Native[]
  readonly networks: readonly Native[]
}
export type ClusterKind = 'cluster' | 'node' | 'service' | 'task' | 'secret' | 'config' | 'network'

/** Where a watched Swarm writes. Methods are synchronous and cheap. */
export interface ClusterObserver {
  connected(via: string): void
  snapshot(snapshot: ClusterSnapshot): void
  /** All of a kind anew; what is not in it is gone. */
  changed(kind: ClusterKind, rows: readonly Native[]): void
  lost(reason: string): void
}

/** How a change of a service ended. */
export interface Settlement {
  /**
   * `converged`: every task of the present spec has run for the time it is watched, and none of another spec is left;
   * `rolled-back`: the same with the spec before; `paused` and `rollback-paused`: held by the engine after a failure;
   * `stalled`: our deadline passed; `overtaken`: somebody else changed it meanwhile; `gone`: it was removed.
   */
  readonly state: 'converged' | 'rolled-back' | 'paused' | 'rollback-paused' | 'stalled' | 'overtaken' | 'gone'
  /** A whole sentence. */
  readonly message: string
  /** What failed or what is waited for, with the task's own words; null where there is nothing. */
  readonly reason: string | null
  /** As it was read last; null when it is gone. */
  readonly service: Native | null
}

/** What it took to bring a service to a spec. */
export interface Brought {
  readonly id: string
  /**
   * `create`: it was not there; `replace`: its tasks are replaced; `change`: they stay, as where only labels, the update policy or the
   * number of tasks differ; `keep`: it was so already, and nothing was sent.
   */
  readonly verb: 'create' | 'replace' | 'change' | 'keep'
  /** Where the two differed, as in `TaskTemplate.ContainerSpec.Image`; no values. Empty for `create` and `keep`. */
  readonly fields: readonly string[]
  /** What it was, whole and with its environment (keep it sealed), for `putBack`; null where it was not there. */
  readonly before: ServiceSpec | null
  readonly warnings: readonly string[]
}

/** Under which name a secret or config of a stack is, or will be, on the Swarm. */
export interface Chosen {
  readonly name: string
  /** `create`: it is to be made under this name; `keep`: it is there and holds this very value. */
  readonly verb: 'create' | 'keep'
}

/** A Swarm by its managers. Every change is bound to the version it was read at: CONFLICT when somebody was quicker. */
export interface Cluster {
  watch(observer: ClusterObserver, signal: AbortSignal): Promise<void>
  facts(): Promise<ClusterFacts>
  tokens(): Promise<{ readonly worker: string; readonly manager: string }>
  rotateToken(role: 'worker' | 'manager'): Promise<void>
  unlockKey(rotate: boolean): Promise<string>
  updateSettings(change: Partial<SwarmSettings>): Promise<void>

  updateNode(
    id: string,
    change: {
      readonly availability?: 'active' | 'pause' | 'drain'
      readonly role?: 'manager' | 'worker'
      readonly labels?: Readonly<Record<string, string | null>>
    },
  ): Promise<void>
  removeNode(id: string, force: boolean): Promise<void>

  /** `spec` is an Engine API ServiceSpec. Answers id and warnings; the image is bound to its digest where a registry tells it. */
  createService(
    spec: Native,
    signIn: RegistrySignIn | null,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>
  /** With `from: 'previous'` the manager takes the spec before. `version` is that of the service as it was read. */
  updateService(
    id: string,
    version: number,
    spec: Native,
    options: { readonly signIn: RegistrySignIn | null; readonly from: 'spec' | 'previous' },
  ): Promise<readonly string[]>
  /**
   * Acts on what a service is at this moment; tried again when somebody was quicker. They answer when the manager has taken them:
   * `settle` tells how they end.
   */
  scale(id: string, replicas: number): Promise<void>
  /** Replaces every task; `pullAgain` asks the registry for the digest of the tag anew. */
  force(
    id: string,
    options: { readonly pullAgain: boolean; readonly signIn: RegistrySignIn | null },
  ): Promise<readonly string[]>
  /** STATE_CONFLICT where no spec before is known: resuming an update makes the engine forget it, then a task of it must be left. */
  rollback(id: string): Promise<void>
  /** Holds an update. The engine has no such act: at most one more task is replaced before it stands. */
  pauseUpdate(id: string): Promise<void>
  /** Lets an update go on that we or the engine hold. */
  resumeUpdate(id: string): Promise<void>
  /**
   * Follows the newest change of a service to its end, also while no manager answers for a time. Throws the reason of the signal when
   * that aborts.
   */
  settle(
    id: string,
    options: { readonly deadlineMs: number; readonly progress?: (progress: ServiceProgress) => void },
    signal: AbortSignal,
  ): Promise<Settlement>
  service(id: string): Promise<Native>
  removeService(id: string): Promise<void>
  tasksOf(serviceId: string): Promise<readonly Native[]>

  /**
   * Brings a service to a spec: creates it, or changes what differs and leaves the rest just as it is, so that tasks are replaced only
   * where they must be. Reads the service itself, and tries again when somebody was quicker. Answers when the manager has taken it:
   * `settle(id, { deadlineMs })` then follows the tasks, and is told `converged` only when they are of this spec.
   *
   * Fails with CONFLICT where the name is taken by a service of another stack, NOT_FOUND where a network, secret or config that the
   * spec names is not there (make them first: `ensureResource`, `makeObject`), TARGET_REFUSED with the manager's own words.
   */
  bring(spec: SwarmServiceSpec, options: { readonly signIn: RegistrySignIn | null }): Promise<Brought>
  /**
   * Puts a service back to what `bring` told it was; one that was not there is removed. Harmless to call again, and where the engine
   * has gone back by itself: `kept` then. After `changed`, `settle` follows the tasks. The service must not have been removed since.
   */
  putBack(
    name: string,
    before: ServiceSpec | null,
    options: { readonly signIn: RegistrySignIn | null },
  ): Promise<'changed' | 'kept' | 'removed'>
  /**
   * The name for a secret or config, which can never be changed: its own name while that is free or holds this very value, else one
   * that ends in `mark`, a short keyed digest of the value. So a new value is a new object, and whoever uses the old one keeps it until
   * `bring` moves them over. What a secret holds is told to nobody: the manager is asked by a change that changes nothing, which it
   * refuses where the value differs.
   */
  choose(object: SwarmObjectSpec, mark: string): Promise<Chosen>
  /** Makes what `choose` said is to be made, under that name; one that is there by now is kept. */
  makeObject(object: SwarmObjectSpec, name: string): Promise<'created' | 'kept'>

  createObject(
    kind: 'secret' | 'config',
    object: {
      readonly name: string
      readonly labels: Readonly<Record<string, string>>
      readonly data: Uint8Array
      readonly templateDriver?: string
    },
  ): Promise<string>
  readConfig(id: string): Promise<Uint8Array>
  removeObject(kind: 'secret' | 'config', id: string): Promise<void>
  createNetwork(network: Native): Promise<string>
  removeNetwork(id: string): Promise<void>

  /** Of all tasks of a service, or of one; the origin of each line is in `task`. */
  logs(
    of: { readonly service: string } | { readonly task: string },
    query: LogQuery,
    signal: AbortSignal,
  ): AsyncIterable<LogLine & { readonly task: string | null; readonly node: string | null }>
  close(): Promise<void>
}
