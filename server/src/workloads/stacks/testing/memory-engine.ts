import { Failure, type HealthState, type LogLine } from '@wheelhouse/contract'
import {
  type Connection,
  type ContainerSpec,
  type Driver,
  type FoundResource,
  type ObservedService,
  type Observer,
  ownLabels,
  type ResourceSpec,
  type WorkloadSpec,
} from '@wheelhouse/driver'

interface Container {
  readonly id: string
  readonly spec: WorkloadSpec
  row: ObservedService
}
type Fault = (spec: WorkloadSpec) => string | null

const info = { hostname: 'memory', os: 'linux', arch: 'x64', version: '1', apiVersion: null, cpus: 1, memoryBytes: 1 }

/**
 * A container engine in memory for tests, as strict as a real one: names are unique, host ports are taken only while running, networks
 * and volumes must be there, a network in use is not removed, a running container is not removed without force.
 */
export class MemoryEngine implements Driver {
  readonly kind = 'docker'
  readonly #containers = new Map<string, Container>()
  readonly #resources = new Map<string, { found: FoundResource; spec: ResourceSpec }>()
  #observer: Observer | null = null
  #next = 1
  /** Every act in order, such as "create shop-web-1". */
  readonly acts: string[] = []
  /** What is told to be lost of each container that is drafted. */
  lost: readonly string[] = []
  /** Says why a container cannot be created, or null. */
  refuses: Fault = () => null
  /** The line to it: `breaks` after the next container is made, and from then on nothing is answered until it is whole again. */
  line: 'whole' | 'breaks' | 'broken' = 'whole'
  /** What becomes of a container right after its start. */
  becomes: (spec: WorkloadSpec) => Partial<ObservedService> = () => ({})
  health: (spec: WorkloadSpec) => HealthState = (spec) =>
    spec.kind === 'container' && spec.healthCheck ? 'healthy' : 'none'

  open(): Connection {
    const none = (): never => {
      throw new Failure('CAPABILITY_MISSING')
    }
    return {
      capabilities: new Set(['start', 'stop', 'pause', 'remove', 'rename', 'logs', 'create', 'networks', 'volumes']),
      info: () => Promise.resolve(info),
      watch: (observer, signal) => {
        this.#observer = observer
        observer.connected(info)
        observer.snapshot(this.rows())
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      },
      start: async (id) => this.#start(this.#get(id)),
      stop: async (id) => {
        const one = this.#get(id)
        if (!this.#isUp(one)) throw new Failure('STATE_CONFLICT', `${one.row.name} does not run.`)
        this.#act(`stop ${one.row.name}`)
        this.#put(one, { state: 'stopped', exitCode: 0, health: 'none' })
      },
      restart: async (id) => {
        this.#act(`restart ${this.#get(id).row.name}`)
        this.#start(this.#get(id))
      },
      pause: async (id) => this.#put(this.#get(id), { state: 'paused' }),
      resume: async (id) => this.#put(this.#get(id), { state: 'running' }),
      kill: none,
      rename: async (id, name) => {
        this.#free(name)
        this.#act(`rename ${this.#get(id).row.name} ${name}`)
        this.#put(this.#get(id), { name })
      },
      remove: async (id, { force }) => {
        const one = this.#get(id)
        if (this.#isUp(one) && !force) throw new Failure('STATE_CONFLICT', `${one.row.name} runs.`)
        this.#act(`remove ${one.row.name}`)
        this.#containers.delete(one.id)
        this.#observer?.gone(one.id)
      },
      inspect: none,
      logs: (id) => this.#log(this.#get(id)),
      stats: none,
      sample: none,
      exec: none,
      prepare: async (spec) => {
        this.#act(`pull ${(spec as ContainerSpec).image}`)
        if ((spec as ContainerSpec).image.startsWith('missing'))
          throw new Failure('TARGET_REFUSED', `There is no image ${(spec as ContainerSpec).image}.`)
      },
      create: async (spec) => this.#create(spec as ContainerSpec),
      resources: async () => [...this.#resources.values()].map(({ found }) => found),
      ensureResource: async (spec) => {
        const key = `${spec.kind} ${spec.name}`
        if (this.#resources.has(key)) return 'kept'
        this.#act(`create ${key}`)
        this.#resources.set(key, {
          spec,
          found: { kind: spec.kind, name: spec.name, stack: spec.stack, labels: spec.labels },
        })
        return 'created'
      },
      removeResource: async (kind, name) => {
        if (!this.#resources.has(`${kind} ${name}`)) throw new Failure('NOT_FOUND', `There is no ${kind} ${name}.`)
        const users = [...this.#containers.values()].filter(({ spec }) =>
          this.#needs(spec as ContainerSpec).includes(`${kind} ${name}`),
        )
        if (users.length > 0)
          throw new Failure('TARGET_REFUSED', `The ${kind} ${name} is in use by ${users[0]!.row.name}.`)
        this.#act(`remove ${kind} ${name}`)
        this.#resources.delete(`${kind} ${name}`)
      },
      containers: {
        specOf: async (id: string) => ({ spec: this.#get(id).spec as ContainerSpec, lost: this.lost }),
      } as NonNullable<Connection['containers']>,
      close: () => Promise.resolve(),
    }
  }

  rows(): ObservedService[] {
    return [...this.#containers.values()].map(({ row }) => row)
  }
  row(name: string): ObservedService | undefined {
    return this.rows().find((row) => row.name === name)
  }
  resourceNames(): string[] {
    return [...this.#resources.keys()].toSorted()
  }
  /** Something happens to a container that nobody here asked for. */
  change(name: string, patch: Partial<ObservedService>): void {
    this.#put(this.#get(name), patch)
  }
  /** A container that someone else started. */
  start(name: string, stack: string | null): void {
    this.#add(
      {
        ...({} as ContainerSpec),
        kind: 'container',
        name,
        image: 'x',
        environment: {},
        ports: [],
        mounts: [],
        networks: [],
        restart: { policy: 'no', maxRetries: null },
        healthCheck: null,
      },
      { stack, stackService: name, labels: {} },
    )
  }

  /** A container, network or volume that Compose made: with its labels and none of ours. */
  found(spec: ContainerSpec | ResourceSpec): void {
    if (spec.kind === 'container') {
      this.#add(spec, { stack: spec.stack, stackService: spec.service, labels: spec.labels })
      return
    }
    const { kind, name, stack, labels } = spec
    this.#resources.set(`${kind} ${name}`, { spec, found: { kind, name, stack, labels } })
  }
  /** What a container was made from. */
  made(name: string): WorkloadSpec | undefined {
    return [...this.#containers.values()].find(({ row }) => row.name === name)?.spec
  }

  #act(act: string): void {
    if (this.line === 'broken') throw new Failure('TARGET_UNREACHABLE', 'The engine does not answer.')
    this.acts.push(act)
  }
  #get(id: string): Container {
    const one = this.#containers.get(id) ?? [...this.#containers.values()].find(({ row }) => row.name === id)
    if (!one) throw new Failure('NOT_FOUND', `There is no container ${id}.`)
    return one
  }
  #isUp = ({ row }: Container): boolean => ['running', 'degraded', 'starting', 'paused'].includes(row.state)
  #free(name: string): void {
    if (this.row(name)) throw new Failure('CONFLICT', `The name ${name} is taken.`)
  }
  #needs(spec: ContainerSpec): string[] {
    const volumes = spec.mounts.filter((mount) => mount.type === 'volume' && mount.source !== null)
    return [...spec.networks.map(({ name }) => `network ${name}`), ...volumes.map((mount) => `volume ${mount.source}`)]
  }
  #put(one: Container, patch: Partial<ObservedService>): void {
    one.row = { ...one.row, ...patch, changedAt: new Date().toISOString() }
    this.#observer?.changed(one.row)
  }
  #create(spec: ContainerSpec): string {
    this.#act(`create ${spec.name}`)
    this.#free(spec.name)
    const fault = this.refuses(spec)
    if (fault !== null) throw new Failure('TARGET_REFUSED', fault)
    for (const need of this.#needs(spec))
      if (!this.#resources.has(need)) throw new Failure('TARGET_REFUSED', `There is no ${need}.`)
    const labels = {
      ...spec.labels,
      [ownLabels.stack]: spec.stack,
      [ownLabels.service]: spec.service,
      [ownLabels.digest]: spec.digest,
    }
    const id = this.#add(spec, { stack: spec.stack, stackService: spec.service, labels })
    if (this.line === 'breaks') {
      this.line = 'broken'
      throw new Failure('TARGET_UNREACHABLE', 'The engine closed the connection.')
    }
    return id
  }
  #add(spec: ContainerSpec, more: Partial<ObservedService>): string {
    const id = String(this.#next++)
      .padStart(12, '0')
      .padEnd(64, 'a')
    const at = new Date().toISOString()
    const row: ObservedService = {
      nativeId: id,
      name: spec.name,
      kind: 'container',
      stack: null,
      stackService: null,
      state: 'stopped',
      nativeState: 'created',
      reason: null,
      health: 'none',
      image: spec.image,
      command: null,
      ports: [],
      labels: {},
      restarts: 0,
      exitCode: null,
      pid: null,
      tty: false,
      checks: [],
      createdAt: at,
      startedAt: at,
      changedAt: at,
      ...more,
    }
    const one = { id, spec, row }
    this.#containers.set(id, one)
    this.#start(one)
    return id
  }
  #start(one: Container): void {
    for (const other of this.#containers.values()) {
      if (other === one || !this.#isUp(other)) continue
      const taken = (one.spec as ContainerSpec).ports.find((port) =>
        (other.spec as ContainerSpec).ports.some((held) => held.hostPort !== null && held.hostPort === port.hostPort),
      )
      if (taken) throw new Failure('TARGET_REFUSED', `Port ${taken.hostPort} is taken by ${other.row.name}.`)
    }
    this.#act(`start ${one.row.name}`)
    // Each start has a time of its own, however quick they are.
    const startedAt = new Date(Math.max(Date.now(), Date.parse(one.row.startedAt ?? '') + 1 || 0)).toISOString()
    this.#put(one, {
      startedAt,
      state: 'running',
      exitCode: null,
      health: this.health(one.spec),
      ...this.becomes(one.spec),
    })
  }
  async *#log(one: Container): AsyncGenerator<LogLine> {
    yield {
      at: one.row.createdAt,
      stream: 'stderr',
      level: null,
      text: `boom ${one.spec.environment.DB_PASSWORD ?? ''}`,
    }
  }
}
