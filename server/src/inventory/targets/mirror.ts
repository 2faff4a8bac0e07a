import type {
  EngineInfo,
  Event,
  HealthState,
  NewEvent,
  Sample,
  Service,
  ServiceState,
  SystemFrame,
  Target,
  TargetUsage,
} from '@wheelhouse/contract'
import type {
  ClusterKind,
  Connection,
  ObservedEndpoint,
  ObservedImage,
  ObservedNetwork,
  ObservedService,
  ObservedVolume,
  Observer,
  Occurrence,
} from '@wheelhouse/driver'
import { ClusterPicture } from './cluster-picture.ts'

export type ResourceOf = Extract<SystemFrame, { kind: 'resources' }>['of']

/** What the mirror tells as it changes: rows to put in place, rows to take out. */
export type MirrorChange =
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'service-removed'; readonly id: string; readonly targetId: string; readonly name: string }
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'target-removed'; readonly id: string }
  | { readonly kind: 'resources'; readonly targetId: string; readonly of: ResourceOf }

/** What the registry knows of a target beside what is observed. */
export interface TargetRecord {
  readonly id: string
  readonly name: string
  readonly kind: Target['kind']
  readonly address: string
  readonly tls: boolean
  readonly group: string | null
  readonly tags: readonly string[]
  readonly origin: Target['origin']
  readonly createdAt: string
}

export const serviceIdOf = (targetId: string, nativeId: string): string =>
  // A container id is told apart by its first 12 digits, as everywhere in its world.
  `${targetId}:${/^[0-9a-f]{64}$/.test(nativeId) ? nativeId.slice(0, 12) : nativeId}`

const lives: ReadonlySet<ServiceState> = new Set(['running', 'degraded', 'starting', 'paused'])

export interface MirrorParts {
  announce(event: NewEvent): Event | undefined
  changed(change: MirrorChange): void
  /** The Swarm service, by its own id, where its Swarm is known here. */
  swarmService?(nativeId: string): string | undefined
  now(): Date
}

/** Engines put it on the container of every task of a Swarm. */
const swarmServiceLabel = 'com.docker.swarm.service.id'

/** One target as it is known in memory: its services, whether it is heard, and since when. The driver writes, everybody reads. */
export class Mirror {
  readonly #parts: MirrorParts
  readonly #services = new Map<string, Service>()
  readonly #nativeIds = new Map<string, string>()
  readonly #imageIds = new Map<string, string>()
  readonly #checked = new Map<string, HealthState>()
  readonly connection: Connection
  /** Of a Swarm. */
  readonly cluster: ClusterPicture | null
  #volumes: readonly ObservedVolume[] = []
  #networks: readonly ObservedNetwork[] = []
  #endpoints: readonly ObservedEndpoint[] = []
  #record: TargetRecord
  #state: Target['state'] = 'connecting'
  #reason: string | null = null
  #engine: EngineInfo | null = null
  #usage: TargetUsage | null = null
  #images: readonly ObservedImage[] | null = null
  #observedAt: string | null = null
  #everConnected = false
  #heard = false

  constructor(record: TargetRecord, connection: Connection, parts: MirrorParts) {
    this.#record = record
    this.connection = connection
    this.#parts = parts
    this.cluster = connection.cluster ? new ClusterPicture((kind) => this.#clusterChanged(kind)) : null
  }

  get record(): TargetRecord {
    return this.#record
  }
  get services(): ReadonlyMap<string, Service> {
    return this.#services
  }
  get usage(): TargetUsage | null {
    return this.#usage
  }
  /** As the target told them last, also while it is not heard: `seen` says how old that is. */
  get volumes(): readonly ObservedVolume[] {
    return this.#volumes
  }
  get networks(): readonly ObservedNetwork[] {
    return this.#networks
  }
  get endpoints(): readonly ObservedEndpoint[] {
    return this.#endpoints
  }

  /** When what is known here was last true, and whether that is over. */
  seen(): { readonly observedAt: string; readonly stale: boolean } {
    const { observedAt, stale } = this.target()
    return { observedAt: observedAt ?? this.#parts.now().toISOString(), stale }
  }

  /** As last told; null where the target has none, or has not told them yet. */
  get images(): readonly ObservedImage[] | null {
    return this.#images
  }
  /** The image a service was made from, which may have lost its name since. */
  imageIdOf(serviceId: string): string | null {
    return this.#imageIds.get(serviceId) ?? null
  }

  nativeId(serviceId: string): string | undefined {
    return this.#nativeIds.get(serviceId)
  }

  rename(record: TargetRecord): void {
    this.#record = record
    for (const service of this.#services.values()) this.#put({ ...service, targetName: record.name })
    this.#tell()
  }

  target(): Target {
    const counts: Record<string, number> = {}
    for (const service of this.#services.values()) counts[service.state] = (counts[service.state] ?? 0) + 1
    // It answers, but what runs there is not known before its first list: nothing may be decided on what is still missing.
    const state = this.#state === 'connected' && !this.#heard ? 'connecting' : this.#state
    const connected = state === 'connected'
    return {
      ...this.#record,
      tags: [...this.#record.tags],
      state,
      reason: this.#reason,
      engine: this.#engine,
      capabilities: [...this.connection.capabilities],
      services: counts,
      usage: this.#usage,
      observedAt: connected ? this.#parts.now().toISOString() : this.#observedAt,
      stale: !connected && this.#everConnected,
    }
  }

  /** A health check of ours has spoken; it counts beside what the engine itself says. */
  setHealth(serviceId: string, health: HealthState): void {
    if (health === 'none') this.#checked.delete(serviceId)
    else this.#checked.set(serviceId, health)
    const service = this.#services.get(serviceId)
    if (!service) return
    // From the native words again, so that a recovery is a recovery of the state too.
    this.#put(
      this.#judged({
        ...service,
        state: service.state === 'degraded' || service.state === 'starting' ? 'running' : service.state,
        health: 'none',
      }),
    )
  }

  setUsage(serviceId: string, usage: Sample): void {
    const service = this.#services.get(serviceId)
    // Readings are many and go out on their own channel: they do not make the row a changed one.
    if (service) this.#services.set(serviceId, { ...service, usage })
  }

  /** What the driver writes to. */
  observer(): Observer {
    return {
      connected: (engine) => this.#connected(engine),
      snapshot: (services) => this.#snapshot(services),
      changed: (service) => this.#changed(service),
      gone: (nativeId) => this.#gone(serviceIdOf(this.#record.id, nativeId)),
      occurred: (occurrence) => this.#occurred(occurrence),
      images: (images) => {
        this.#images = images
        this.#parts.changed({ kind: 'resources', targetId: this.#record.id, of: 'image' })
      },
      volumes: (volumes) => {
        this.#volumes = volumes
        this.#parts.changed({ kind: 'resources', targetId: this.#record.id, of: 'volume' })
      },
      networks: (networks, endpoints) => {
        this.#networks = networks
        this.#endpoints = endpoints
        this.#parts.changed({ kind: 'resources', targetId: this.#record.id, of: 'network' })
      },
      usage: (usage) => {
        this.#usage = usage
        this.#tell()
      },
      lost: (reason) => this.#lost(reason),
    }
  }

  #connected(engine: EngineInfo): void {
    const was = this.#state
    if (was !== 'connected') this.#heard = false
    this.#engine = engine
    this.#state = 'connected'
    this.#reason = null
    if (was === 'unreachable') this.#announce({ type: 'target.connected', message: `${this.#record.name} is back.` })
    this.#everConnected = true
    this.#tell()
  }

  #snapshot(observed: readonly ObservedService[]): void {
    const seen = new Set(observed.map((one) => serviceIdOf(this.#record.id, one.nativeId)))
    for (const id of this.#services.keys()) if (!seen.has(id)) this.#gone(id)
    for (const one of observed) this.#changed(one, true)
    this.#heard = true
    this.#observedAt = this.#parts.now().toISOString()
    this.#tell()
  }

  #changed(observed: ObservedService, known = false): void {
    const id = serviceIdOf(this.#record.id, observed.nativeId)
    const before = this.#services.get(id)
    this.#nativeIds.set(id, observed.nativeId)
    const { nativeId: _, imageId, ...rest } = observed
    if (imageId) this.#imageIds.set(id, imageId)
    const now = this.#parts.now().toISOString()
    this.#observedAt = now
    // A new run has proved nothing yet: the verdict over the one before must not speak for it.
    if (before && before.startedAt !== observed.startedAt && this.#checked.has(id)) this.#checked.set(id, 'starting')
    this.#put(
      this.#judged({
        ...rest,
        ports: [...rest.ports],
        labels: { ...rest.labels },
        checks: [...rest.checks],
        id,
        targetId: this.#record.id,
        targetName: this.#record.name,
        targetKind: this.#record.kind,
        template: null,
        // What has ended uses nothing; its last reading would look like a present one.
        usage: lives.has(rest.state) ? (before?.usage ?? null) : null,
        observedAt: now,
        stale: false,
      }),
    )
    if (before || known) return
    this.#announce({
      type: 'service.created',
      serviceId: id,
      serviceName: observed.name,
      stack: observed.stack,
      message: `${observed.name} was created on ${this.#record.name}.`,
    })
  }

  #judged(service: Service): Service {
    const checked = this.#checked.get(service.id)
    if (checked === undefined || service.state !== 'running') return service
    const health: HealthState = service.health === 'unhealthy' ? 'unhealthy' : checked
    const state: ServiceState = health === 'unhealthy' ? 'degraded' : health === 'starting' ? 'starting' : 'running'
    return {
      ...service,
      health,
      state,
      reason: state === 'degraded' ? (service.reason ?? 'Its health check fails') : service.reason,
    }
  }

  #gone(id: string): void {
    const service = this.#services.get(id)
    if (!service) return
    this.#services.delete(id)
    this.#nativeIds.delete(id)
    this.#imageIds.delete(id)
    this.#checked.delete(id)
    this.#parts.changed({ kind: 'service-removed', id, targetId: this.#record.id, name: service.name })
    this.#announce({
      type: 'service.removed',
      serviceId: id,
      serviceName: service.name,
      stack: service.stack,
      message: `${service.name} was removed from ${this.#record.name}.`,
    })
  }

  #occurred(occurrence: Occurrence): void {
    const id = serviceIdOf(this.#record.id, occurrence.nativeId)
    const service = this.#services.get(id)
    this.#announce({
      type: occurrence.type,
      severity: occurrence.severity,
      message: occurrence.message,
      serviceId: id,
      serviceName: service?.name ?? null,
      stack: service?.stack ?? null,
      data: { ...occurrence.data, observedAt: occurrence.at },
    })
  }

  #lost(reason: string): void {
    const was = this.#state
    this.#state = 'unreachable'
    this.#heard = false
    this.#reason = reason
    if (was === 'connected') {
      this.#announce({
        type: 'target.lost',
        severity: 'error',
        message: `${this.#record.name} is not heard: ${reason}`,
      })
      for (const service of this.#services.values()) {
        this.#put({
          ...service,
          stale: true,
          state: 'unknown',
          reason: `${this.#record.name} is not heard; it was ${service.state} when last seen`,
        })
      }
    }
    this.#tell()
  }

  #clusterChanged(kind: ClusterKind): void {
    // How a service goes is told from its tasks; its row goes its own way.
    const of = kind === 'cluster' ? 'swarm' : kind === 'service' ? 'task' : kind
    this.#parts.changed({ kind: 'resources', targetId: this.#record.id, of })
  }

  /** Whose tasks its containers are may be known later than the containers are, and end sooner. */
  swarmServiceChanged(nativeId: string): void {
    for (const service of this.#services.values())
      if (service.kind === 'container' && service.labels[swarmServiceLabel] === nativeId) this.#put(service)
  }

  #put({ taskOf: _, ...own }: Service): void {
    const nativeId = own.kind === 'container' ? own.labels[swarmServiceLabel] : undefined
    const taskOf = nativeId === undefined ? undefined : this.#parts.swarmService?.(nativeId)
    const service: Service = taskOf === undefined ? own : { ...own, taskOf }
    this.#services.set(service.id, service)
    this.#parts.changed({ kind: 'service', service })
  }

  #tell(): void {
    this.#parts.changed({ kind: 'target', target: this.target() })
  }

  #announce(event: NewEvent): void {
    this.#parts.announce({ ...event, targetId: this.#record.id })
  }
}
