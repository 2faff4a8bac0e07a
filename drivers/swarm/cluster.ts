import { Failure, type SwarmSettings } from '@wheelhouse/contract'
import type {
  Brought,
  Chosen,
  Cluster,
  ClusterFacts,
  ClusterObserver,
  LogQuery,
  Native,
  RegistrySignIn,
  ServiceProgress,
  ServiceSpec,
  Settlement,
  SwarmObjectSpec,
  SwarmServiceSpec,
} from '@wheelhouse/driver'
import { type EngineClient, registryAuth } from '@wheelhouse/engine'
import type { Managers } from './swarm-managers.ts'
import type { ClusterMirror } from './mirror/cluster-mirror.ts'
import { factsOf, readSwarm } from './mirror/fetch.ts'
import { chooseObject, makeObject } from './objects.ts'
import { bring, putBack } from './services/bring.ts'
import { ServiceActs, servicePath, tasksOf } from './services/change.ts'
import { type LogSource, readLogs, type TaskLine } from './services/logs.ts'
import { settle } from './services/settle.ts'

const tries = 5
type NodeChange = Parameters<Cluster['updateNode']>[1]

interface Versioned {
  readonly Version: { readonly Index: number }
  readonly Spec: Readonly<Record<string, unknown>>
}

/** A Swarm by its managers. */
export class SwarmCluster implements Cluster {
  readonly #managers: Managers
  readonly #mirror: ClusterMirror
  readonly services: ServiceActs

  constructor(managers: Managers, mirror: ClusterMirror) {
    this.#managers = managers
    this.#mirror = mirror
    this.services = new ServiceActs(managers)
  }

  watch(observer: ClusterObserver, signal: AbortSignal): Promise<void> {
    return this.#mirror.watch(observer, signal)
  }

  async facts(): Promise<ClusterFacts> {
    return this.#managers.ask(async (client) => {
      const [swarm, nodes] = await Promise.all([readSwarm(client), client.json<readonly Native[]>({ path: '/nodes' })])
      return factsOf(swarm, nodes)
    })
  }

  async tokens(): Promise<{ worker: string; manager: string }> {
    const { JoinTokens: tokens } = await this.#managers.ask((client) => readSwarm(client))
    if (!tokens) throw new Failure('TARGET_REFUSED', 'The manager did not tell the tokens by which nodes join.')
    return { worker: tokens.Worker, manager: tokens.Manager }
  }

  async rotateToken(role: 'worker' | 'manager'): Promise<void> {
    await this.#updateSwarm((spec) => spec, { [role === 'worker' ? 'rotateWorkerToken' : 'rotateManagerToken']: true })
  }

  async unlockKey(rotate: boolean): Promise<string> {
    if (rotate) await this.#updateSwarm((spec) => spec, { rotateManagerUnlockKey: true })
    const { UnlockKey: key } = await this.#managers.ask((client) =>
      client.json<{ UnlockKey: string }>({ path: '/swarm/unlockkey' }),
    )
    if (!key) throw new Failure('STATE_CONFLICT', 'The Swarm has no lock, so it has no key. Turn autolock on first.')
    return key
  }

  async updateSettings(change: Partial<SwarmSettings>): Promise<void> {
    await this.#updateSwarm((spec) => {
      const part = (name: string): object => spec[name] ?? {}
      return {
        ...spec,
        ...(change.taskHistory === undefined
          ? {}
          : { Orchestration: { ...part('Orchestration'), TaskHistoryRetentionLimit: change.taskHistory } }),
        ...(change.snapshotInterval === undefined
          ? {}
          : { Raft: { ...part('Raft'), SnapshotInterval: change.snapshotInterval } }),
        ...(change.heartbeatMs === undefined
          ? {}
          : { Dispatcher: { ...part('Dispatcher'), HeartbeatPeriod: change.heartbeatMs * 1e6 } }),
        ...(change.certificateExpiryMs === undefined
          ? {}
          : { CAConfig: { ...part('CAConfig'), NodeCertExpiry: change.certificateExpiryMs * 1e6 } }),
        ...(change.autolock === undefined ? {} : { EncryptionConfig: { AutoLockManagers: change.autolock } }),
      }
    })
  }

  async updateNode(id: string, { availability, role, labels }: NodeChange): Promise<void> {
    const path = `/nodes/${encodeURIComponent(id)}`
    await this.#managers.act((client) =>
      again(async () => {
        const node = await client.json<Versioned>({ path })
        const kept = Object.entries({ ...(node.Spec.Labels as object | null), ...labels }).filter(
          ([, value]) => value !== null,
        )
        const body = {
          ...node.Spec,
          ...(availability ? { Availability: availability } : {}),
          ...(role ? { Role: role } : {}),
          Labels: Object.fromEntries(kept),
        }
        await client.act({ path: `${path}/update`, query: { version: node.Version.Index }, body, timeoutMs: 30_000 })
      }),
    )
    this.#mirror.touch('node', 'task', 'cluster')
  }

  async removeNode(id: string, force: boolean): Promise<void> {
    const path = `/nodes/${encodeURIComponent(id)}`
    await this.#managers.act((client) => client.act({ method: 'DELETE', path, query: { force } }))
    this.#mirror.touch('node', 'task', 'cluster')
  }

  createService(spec: Native, signIn: RegistrySignIn | null): Promise<{ id: string; warnings: string[] }> {
    return this.#touching(this.services.create(spec, authOf(signIn)))
  }
  updateService(
    id: string,
    version: number,
    spec: Native,
    { signIn, from }: { readonly signIn: RegistrySignIn | null; readonly from: 'spec' | 'previous' },
  ): Promise<string[]> {
    return this.#touching(this.services.update(id, version, spec, { auth: authOf(signIn), from }))
  }
  scale(id: string, replicas: number): Promise<void> {
    return this.#touching(this.services.scale(id, replicas))
  }
  force(
    id: string,
    { pullAgain, signIn }: { readonly pullAgain: boolean; readonly signIn: RegistrySignIn | null },
  ): Promise<string[]> {
    return this.#touching(this.services.force(id, { pullAgain, auth: authOf(signIn) }))
  }
  rollback(id: string): Promise<void> {
    return this.#touching(this.services.rollback(id))
  }
  pauseUpdate(id: string): Promise<void> {
    return this.#touching(this.services.pauseUpdate(id))
  }
  resumeUpdate(id: string): Promise<void> {
    return this.#touching(this.services.resumeUpdate(id))
  }
  removeService(id: string): Promise<void> {
    return this.#touching(this.services.remove(id))
  }
  settle(
    id: string,
    options: { readonly deadlineMs: number; readonly progress?: (progress: ServiceProgress) => void },
    signal: AbortSignal,
  ): Promise<Settlement> {
    return settle(this.#managers, id, options, signal)
  }
  service(id: string): Promise<Native> {
    return this.#managers.ask((client) => client.json<Native>({ path: servicePath(id) }))
  }
  async tasksOf(serviceId: string): Promise<readonly Native[]> {
    return (await this.#managers.ask((client) => tasksOf(client, serviceId))) as unknown as readonly Native[]
  }

  bring(spec: SwarmServiceSpec, { signIn }: { readonly signIn: RegistrySignIn | null }): Promise<Brought> {
    return this.#touching(this.#managers.act((client) => again(() => bring(client, spec, authOf(signIn)))))
  }
  putBack(
    name: string,
    before: ServiceSpec | null,
    { signIn }: { readonly signIn: RegistrySignIn | null },
  ): Promise<'changed' | 'kept' | 'removed'> {
    return this.#touching(this.#managers.act((client) => again(() => putBack(client, name, before, authOf(signIn)))))
  }
  choose(object: SwarmObjectSpec, mark: string): Promise<Chosen> {
    return this.#managers.act((client) => again(() => chooseObject(client, object, mark)))
  }
  async makeObject(object: SwarmObjectSpec, name: string): Promise<'created' | 'kept'> {
    const made = await this.#managers.act((client) => makeObject(client, object, name))
    this.#mirror.touch(object.kind)
    return made
  }

  async createObject(
    kind: 'secret' | 'config',
    { name, labels, data, templateDriver }: Parameters<Cluster['createObject']>[1],
  ): Promise<string> {
    const body = {
      Name: name,
      Labels: labels,
      Data: Buffer.from(data).toString('base64'),
      ...(templateDriver === undefined ? {} : { Templating: { Name: templateDriver } }),
    }
    const { ID } = await this.#managers.act((client) => this.#post<{ ID: string }>(client, `/${kind}s/create`, body))
    this.#mirror.touch(kind)
    return ID
  }
  async readConfig(id: string): Promise<Uint8Array> {
    const path = `/configs/${encodeURIComponent(id)}`
    const { Spec: spec } = await this.#managers.ask((client) => client.json<{ Spec: { Data?: string } }>({ path }))
    return Buffer.from(spec.Data ?? '', 'base64')
  }
  async removeObject(kind: 'secret' | 'config', id: string): Promise<void> {
    await this.#managers.act((client) => client.act({ method: 'DELETE', path: `/${kind}s/${encodeURIComponent(id)}` }))
    this.#mirror.touch(kind)
  }

  async createNetwork(network: Native): Promise<string> {
    const body = { Driver: 'overlay', CheckDuplicate: true, ...network }
    const { Id } = await this.#managers.act((client) => this.#post<{ Id: string }>(client, '/networks/create', body))
    this.#mirror.touch('network')
    return Id
  }
  async removeNetwork(id: string): Promise<void> {
    await this.#managers.act((client) => client.act({ method: 'DELETE', path: `/networks/${encodeURIComponent(id)}` }))
    this.#mirror.touch('network')
  }

  logs(source: LogSource, query: LogQuery, signal: AbortSignal): AsyncIterable<TaskLine> {
    return readLogs(this.#managers, source, query, signal)
  }

  close(): Promise<void> {
    this.#managers.close()
    return Promise.resolve()
  }

  #post<T>(client: EngineClient, path: string, body: unknown): Promise<T> {
    return client.json<T>({ method: 'POST', path, body, lane: 'act' })
  }

  async #touching<T>(act: Promise<T>): Promise<T> {
    const answer = await act
    this.#mirror.touch('service', 'task')
    return answer
  }

  async #updateSwarm(
    change: (spec: Versioned['Spec']) => Versioned['Spec'],
    query: Readonly<Record<string, boolean>> = {},
  ): Promise<void> {
    await this.#managers.act((client) =>
      again(async () => {
        const swarm = (await readSwarm(client)) as unknown as Versioned
        const version = swarm.Version.Index
        await client.act({
          path: '/swarm/update',
          query: { version, ...query },
          body: change(swarm.Spec),
          timeoutMs: 30_000,
        })
      }),
    )
    this.#mirror.touch('cluster')
  }
}

const authOf = (signIn: RegistrySignIn | null): string | null =>
  signIn === null ? null : (registryAuth(signIn)['x-registry-auth'] ?? null)

/** What is read and written at once is tried again when somebody was quicker: it changes only what it names. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (tried === tries || !(error instanceof Failure) || error.code !== 'CONFLICT') throw error
    }
  }
}
