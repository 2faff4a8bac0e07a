import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type SwarmSettings } from '@wheelhouse/contract'
import {
  type Cluster,
  type ClusterFacts,
  type ClusterKind,
  type ClusterObserver,
  type Connection,
  type Driver,
  type Native,
  type Observer,
  progressOf,
  sameTemplate,
  type ServiceSpec,
  type Settlement,
  type SwarmNetwork,
  type SwarmNode,
  type SwarmService,
  type SwarmStored,
  type SwarmTask,
  swarmLabels,
} from '@wheelhouse/driver'
import { standInNode } from './stand-in-node.ts'
import {
  bringStandIn,
  chooseStandIn,
  makeStandInObject,
  putBackStandIn,
  stackOfStandIn,
  standInResources,
} from './stand-in-stacks.ts'

const id = (): string => randomBytes(12).toString('hex')
const at = (): string => new Date().toISOString()
const native = <T>(rows: Iterable<T>): readonly Native[] => [...rows] as unknown as readonly Native[]
const version = { Index: 1 }

/**
 * A Swarm in memory, for what needs no engine to be shown. Tasks follow at once, but for those of an image called `stuck`, which never
 * start, and of one called `broken`, which fail and are rolled back.
 */
export class StandInSwarm implements Cluster {
  readonly clusterId: string
  readonly nodes: SwarmNode[] = [standInNode('n1'), standInNode('n2'), standInNode('n3')]
  readonly services = new Map<string, SwarmService>()
  readonly secrets = new Map<string, SwarmStored>()
  readonly configs = new Map<string, SwarmStored>()
  readonly networks: SwarmNetwork[] = [{ Id: 'net-front', Name: 'front' }]
  readonly values = new Map<string, string>()
  /** What was asked of it, in order. */
  readonly asked: string[] = []
  tasks: SwarmTask[] = []
  settings: SwarmSettings = {
    taskHistory: 5,
    heartbeatMs: 5000,
    snapshotInterval: 10_000,
    certificateExpiryMs: 7_776_000_000,
    autolock: false,
  }
  /** Why it says nothing at first; null where it answers at once. */
  silentFor: string | null = null
  readonly #observers = new Set<ClusterObserver>()
  readonly #rows = new Set<Observer>()

  constructor(clusterId = `standin${randomBytes(9).toString('hex')}`) {
    this.clusterId = clusterId
  }

  /** As the server opens it: a target of kind `swarm`. */
  readonly driver = (): Driver => ({ kind: 'swarm', open: () => this.#connection() })

  #connection(): Connection {
    const parts = {
      capabilities: new Set(['start', 'stop', 'restart', 'remove', 'logs', 'networks']),
      cluster: this as Cluster,
      watch: (observer: Observer, signal: AbortSignal) =>
        this.#watch(this.#rows, observer, signal, () => {
          if (this.silentFor !== null) return observer.lost(this.silentFor)
          const none = { os: 'linux', arch: 'x86_64', version: '26.1.5', apiVersion: null, cpus: 6, memoryBytes: 1 }
          observer.connected({ hostname: 'n1', ...none })
          observer.snapshot([...this.services.values()].map((service) => this.#row(service)))
        }),
      sample: () => Promise.resolve(new Map()),
      ...standInResources(this),
      start: (serviceId: string) => this.scale(serviceId, 1),
      stop: (serviceId: string) => this.scale(serviceId, 0),
      restart: (serviceId: string) => this.force(serviceId),
      remove: (serviceId: string) => this.removeService(serviceId),
      close: () => Promise.resolve(),
    }
    return parts as unknown as Connection
  }

  async #watch<T>(all: Set<T>, one: T, signal: AbortSignal, first: () => void): Promise<void> {
    all.add(one)
    first()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    all.delete(one)
  }

  watch(observer: ClusterObserver, signal: AbortSignal): Promise<void> {
    return this.#watch(this.#observers, observer, signal, () => {
      if (this.silentFor !== null) return observer.lost(this.silentFor)
      observer.connected('n1')
      observer.snapshot({
        cluster: this.#facts(),
        nodes: native(this.nodes),
        services: native(this.services.values()),
        tasks: native(this.tasks),
        secrets: native(this.secrets.values()),
        configs: native(this.configs.values()),
        networks: native(this.networks),
      })
    })
  }

  /** Tells all who watch what there is now. */
  tell(...kinds: readonly ClusterKind[]): void {
    const rows = {
      cluster: [this.#facts()],
      node: this.nodes,
      service: this.services.values(),
      task: this.tasks,
      secret: this.secrets.values(),
      config: this.configs.values(),
      network: this.networks,
    }
    for (const observer of this.#observers)
      for (const kind of kinds) observer.changed(kind, native<unknown>(rows[kind]))
    if (!kinds.includes('service')) return
    for (const observer of this.#rows)
      for (const service of this.services.values()) observer.changed(this.#row(service))
  }

  #row(service: SwarmService) {
    const { running, desired } = progressOf(
      service,
      this.tasks.filter((task) => task.ServiceID === service.ID),
    )
    return {
      nativeId: service.ID,
      name: service.Spec.Name,
      kind: 'swarm-service' as const,
      ...stackOfStandIn(service),
      state: desired === 0 ? ('stopped' as const) : running >= desired ? ('running' as const) : ('starting' as const),
      nativeState: `${running}/${desired}`,
      reason: null,
      health: 'none' as const,
      image: service.Spec.TaskTemplate.ContainerSpec?.Image ?? null,
      command: null,
      ports: [],
      labels: { ...service.Spec.Labels },
      restarts: 0,
      exitCode: null,
      pid: null,
      tty: false,
      checks: [],
      createdAt: service.CreatedAt,
      startedAt: service.CreatedAt,
      changedAt: service.UpdatedAt,
    }
  }

  #facts(): ClusterFacts {
    return { clusterId: this.clusterId, createdAt: at(), settings: this.settings, managers: ['10.0.0.1:2377'] }
  }
  facts(): Promise<ClusterFacts> {
    return Promise.resolve(this.#facts())
  }
  tokens(): Promise<{ worker: string; manager: string }> {
    return Promise.resolve({ worker: 'SWMTKN-worker-secret', manager: 'SWMTKN-manager-secret' })
  }
  rotateToken(role: 'worker' | 'manager'): Promise<void> {
    return this.#done(`rotateToken ${role}`)
  }
  unlockKey(): Promise<string> {
    return Promise.resolve('SWMKEY-1-secret')
  }
  async updateSettings(change: Partial<SwarmSettings>): Promise<void> {
    this.settings = { ...this.settings, ...change }
    this.tell('cluster')
    await this.#done('updateSettings')
  }

  async updateNode(nodeId: string, change: Parameters<Cluster['updateNode']>[1]): Promise<void> {
    const index = this.nodes.findIndex(({ ID }) => ID === nodeId)
    const node = this.nodes[index]!
    const labels = Object.entries({ ...node.Spec.Labels, ...change.labels }).filter(([, value]) => value !== null)
    this.nodes[index] = {
      ...node,
      Spec: {
        Role: change.role ?? node.Spec.Role ?? 'worker',
        Availability: change.availability ?? node.Spec.Availability ?? 'active',
        Labels: Object.fromEntries(labels) as Record<string, string>,
      },
    }
    this.tell('node')
    await this.#done(`updateNode ${nodeId}`)
  }
  async removeNode(nodeId: string): Promise<void> {
    this.nodes.splice(
      this.nodes.findIndex(({ ID }) => ID === nodeId),
      1,
    )
    this.tell('node')
    await this.#done(`removeNode ${nodeId}`)
  }

  createService(spec: Native): Promise<{ id: string; warnings: string[] }> {
    const own = spec as unknown as ServiceSpec
    const serviceId = id()
    const made = { ID: serviceId, Version: version, CreatedAt: at(), UpdatedAt: at(), Spec: own }
    this.services.set(serviceId, made)
    this.#follow(made)
    return Promise.resolve({ id: serviceId, warnings: [] })
  }
  async updateService(
    serviceId: string,
    index: number,
    spec: Native,
    { from }: { readonly from: 'spec' | 'previous' },
  ): Promise<string[]> {
    const before = this.#one(serviceId)
    if (before.Version.Index !== index) throw new Failure('CONFLICT', 'update out of sequence')
    const to = from === 'previous' ? before.PreviousSpec! : (spec as unknown as ServiceSpec)
    this.#change(before, to, from === 'previous')
    await this.#done(`updateService ${before.Spec.Name}`)
    return []
  }
  async scale(serviceId: string, replicas: number): Promise<void> {
    const before = this.#one(serviceId)
    this.#change(before, { ...before.Spec, Mode: { Replicated: { Replicas: replicas } } }, false)
    await this.#done(`scale ${before.Spec.Name} ${replicas}`)
  }
  async force(serviceId: string): Promise<string[]> {
    const before = this.#one(serviceId)
    const { TaskTemplate: template } = before.Spec
    const forced = { ...template, ForceUpdate: (template.ForceUpdate ?? 0) + 1 }
    this.#change(before, { ...before.Spec, TaskTemplate: forced }, false)
    await this.#done(`force ${before.Spec.Name}`)
    return []
  }
  async rollback(serviceId: string): Promise<void> {
    const before = this.#one(serviceId)
    if (!before.PreviousSpec) throw new Failure('STATE_CONFLICT', 'Nothing is known of before.')
    this.#change(before, before.PreviousSpec, true)
    await this.#done(`rollback ${before.Spec.Name}`)
  }
  async pauseUpdate(serviceId: string): Promise<void> {
    const before = this.#one(serviceId)
    const Labels = { ...before.Spec.Labels, [swarmLabels.held]: JSON.stringify(before.Spec.UpdateConfig ?? {}) }
    this.#put({ ...before, Spec: { ...before.Spec, Labels }, PreviousSpec: before.Spec })
    await this.#done(`pauseUpdate ${before.Spec.Name}`)
  }
  async resumeUpdate(serviceId: string): Promise<void> {
    const before = this.#one(serviceId)
    const { [swarmLabels.held]: _held, ...labels } = before.Spec.Labels ?? {}
    const Labels = { ...labels, [swarmLabels.resumed]: '1' }
    this.#put({ ...before, Spec: { ...before.Spec, Labels }, PreviousSpec: before.Spec })
    await this.#done(`resumeUpdate ${before.Spec.Name}`)
  }
  async settle(
    serviceId: string,
    { deadlineMs, progress: tell }: Parameters<Cluster['settle']>[1],
    signal: AbortSignal,
  ): Promise<Settlement> {
    const end = Date.now() + deadlineMs
    for (;;) {
      signal.throwIfAborted()
      const service = this.services.get(serviceId)
      if (!service) return { state: 'gone', message: 'It was removed.', reason: null, service: null }
      const own = this.tasks.filter((task) => task.ServiceID === serviceId)
      const progress = progressOf(service, own)
      tell?.(progress)
      const { Name: name } = service.Spec
      const told = (state: Settlement['state'], reason: string | null): Settlement => ({
        state,
        message: `${name}: ${state}.`,
        reason,
        service: service as unknown as Native,
      })
      if (progress.update === 'rollback_completed') return told('rolled-back', progress.failure)
      if (progress.outdated === 0 && progress.updated >= progress.desired) return told('converged', null)
      if (Date.now() >= end) return told('stalled', progress.waiting)
      await sleep(20, undefined, { signal }).catch(() => undefined)
    }
  }
  service(serviceId: string): Promise<Native> {
    return Promise.resolve(this.#one(serviceId) as unknown as Native)
  }
  async removeService(serviceId: string): Promise<void> {
    const { Spec } = this.#one(serviceId)
    this.services.delete(serviceId)
    this.tasks = this.tasks.filter((task) => task.ServiceID !== serviceId)
    this.tell('service', 'task')
    for (const observer of this.#rows) observer.gone(serviceId)
    await this.#done(`removeService ${Spec.Name}`)
  }
  tasksOf(serviceId: string): Promise<readonly Native[]> {
    return Promise.resolve(native(this.tasks.filter((task) => task.ServiceID === serviceId)))
  }

  bring: Cluster['bring'] = (spec) => bringStandIn(this, spec)
  putBack: Cluster['putBack'] = (name, before) => putBackStandIn(this, name, before)
  choose: Cluster['choose'] = (object, mark) => chooseStandIn(this, object, mark)
  makeObject: Cluster['makeObject'] = (object, name) => makeStandInObject(this, object, name)

  async createObject(kind: 'secret' | 'config', object: Parameters<Cluster['createObject']>[1]): Promise<string> {
    const objectId = id()
    const { name: Name, labels: Labels, data } = object
    const Data = Buffer.from(data).toString('base64')
    const spec = kind === 'config' ? { Name, Labels, Data } : { Name, Labels }
    const stored = { ID: objectId, CreatedAt: at(), UpdatedAt: at(), Spec: spec }
    this.#objects(kind).set(objectId, stored)
    this.values.set(objectId, Buffer.from(data).toString('utf8'))
    this.tell(kind)
    await this.#done(`createObject ${Name}`)
    return objectId
  }
  readConfig(objectId: string): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(this.values.get(objectId) ?? ''))
  }
  async removeObject(kind: 'secret' | 'config', idOrName: string): Promise<void> {
    const all = [...this.#objects(kind).values()]
    const found = all.find(({ ID, Spec }) => ID === idOrName || Spec.Name === idOrName)
    if (!found) throw new Failure('NOT_FOUND', `${kind} ${idOrName} not found`)
    const { Name: name } = found.Spec
    this.#objects(kind).delete(found.ID)
    this.tell(kind)
    await this.#done(`removeObject ${name}`)
  }
  createNetwork(): Promise<string> {
    return Promise.reject(new Failure('CAPABILITY_MISSING'))
  }
  removeNetwork(): Promise<void> {
    return Promise.reject(new Failure('CAPABILITY_MISSING'))
  }
  // eslint-disable-next-line require-yield
  async *logs(): AsyncGenerator<never> {
    await Promise.reject(new Failure('CAPABILITY_MISSING'))
  }
  close(): Promise<void> {
    return Promise.resolve()
  }

  #objects(kind: 'secret' | 'config'): Map<string, SwarmStored> {
    return kind === 'secret' ? this.secrets : this.configs
  }
  #done(what: string): Promise<void> {
    this.asked.push(what)
    return Promise.resolve()
  }
  #one(serviceId: string): SwarmService {
    // As the engine does, also by name.
    const found =
      this.services.get(serviceId) ?? [...this.services.values()].find(({ Spec }) => Spec.Name === serviceId)
    if (found) return found
    throw new Failure('NOT_FOUND', `service ${serviceId} not found`)
  }
  #put(service: SwarmService): void {
    const next = { ...service, Version: { Index: service.Version.Index + 1 }, UpdatedAt: at() }
    this.services.set(service.ID, next)
    this.#follow(next)
  }
  #change(before: SwarmService, spec: ServiceSpec, back: boolean): void {
    const image = spec.TaskTemplate.ContainerSpec?.Image ?? ''
    const times = { StartedAt: at(), CompletedAt: at() }
    if (image.includes('broken')) {
      this.tasks.push(this.#task(before.ID, spec, 'failed', 'task: non-zero exit (3)', 1))
      this.#put({ ...before, PreviousSpec: null, UpdateStatus: { State: 'rollback_completed', ...times } })
      return
    }
    const replaced = !sameTemplate(before.Spec.TaskTemplate, spec.TaskTemplate)
    const State = back ? 'rollback_completed' : image.includes('stuck') ? 'updating' : 'completed'
    const UpdateStatus = replaced ? { State, ...times } : (before.UpdateStatus ?? null)
    this.#put({ ...before, Spec: spec, PreviousSpec: before.Spec, UpdateStatus })
  }

  /** Makes the tasks what the service says. */
  #follow(service: SwarmService): void {
    const { Spec: spec, ID: serviceId } = service
    const isStuck = spec.TaskTemplate.ContainerSpec?.Image?.includes('stuck') === true
    const others = this.tasks.filter((task) => task.ServiceID !== serviceId)
    const own = this.tasks.filter((task) => task.ServiceID === serviceId)
    const running = own.filter((task) => task.Status.State === 'running')
    const fresh = running.filter((task) => sameTemplate(task.Spec, spec.TaskTemplate))
    const count = spec.Mode?.Global ? this.nodes.length : (spec.Mode?.Replicated?.Replicas ?? 1)
    const past = own.filter((task) => task.Status.State === 'failed')
    const slots = Array.from({ length: count }, (_, slot) => slot + 1)
    const waiting = 'no suitable node (insufficient resources on 3 nodes)'
    const pending = own.find((task) => task.Status.State === 'pending' && sameTemplate(task.Spec, spec.TaskTemplate))
    const stuck = pending
      ? [pending, ...running]
      : [this.#task(serviceId, spec, 'pending', waiting, 1), ...running.slice(1)]
    const made = isStuck
      ? stuck
      : slots.map((slot) => fresh[slot - 1] ?? this.#task(serviceId, spec, 'running', '', slot))
    this.tasks = [...others, ...past, ...made]
    this.tell('service', 'task')
  }

  #task(serviceId: string, spec: ServiceSpec, state: string, error: string, slot: number): SwarmTask {
    const ready = this.nodes.filter((node) => node.Spec.Availability === 'active')
    const node = state === 'pending' ? undefined : ready[(slot - 1) % ready.length]
    return {
      ID: id(),
      CreatedAt: at(),
      Spec: spec.TaskTemplate,
      ServiceID: serviceId,
      Slot: slot,
      ...(node ? { NodeID: node.ID } : {}),
      DesiredState: state === 'failed' ? 'shutdown' : 'running',
      Status: {
        Timestamp: at(),
        State: state,
        Err: error,
        ContainerStatus: {
          ExitCode: state === 'failed' ? 3 : 0,
          ...(node ? { ContainerID: randomBytes(32).toString('hex') } : {}),
        },
      },
    }
  }
}
