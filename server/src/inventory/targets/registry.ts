import { Failure, type Event, type NewEvent, type Place, type Service, type Target } from '@wheelhouse/contract'
import type { Connection, Driver, DriverLog, HostKey, SignedIn } from '@wheelhouse/driver'
import { Mirror, type MirrorChange, type TargetRecord } from './mirror.ts'
import type { Credentials, StoredTarget } from './store.ts'
import { findTaskContainer, runningTasks } from './task-container.ts'

export interface RegistryParts {
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  readonly log: DriverLog
  announce(event: NewEvent): Event | undefined
  /** The registered engine that is this node of a Swarm. */
  readonly engineOf?: (nodeId: string) => string | null
  readonly now?: () => Date
  /** For the images that drivers pull by themselves; as nobody unless told. */
  readonly signedIn?: SignedIn
}

interface Watched {
  readonly mirror: Mirror
  readonly stop: AbortController
  readonly credentials: Credentials
}

const notFoundAnywhere = (kind: string, reference: string): Failure =>
  new Failure('NOT_FOUND', `There is no ${kind} "${reference}".`, { kind, id: reference })

/** All targets in memory. Reading costs microseconds and never waits for a host. */
export class Registry {
  readonly #parts: RegistryParts
  readonly #targets = new Map<string, Watched>()
  readonly #listeners = new Set<(change: MirrorChange) => void>()
  /** Ids of Swarm services by those the Swarms give them. */
  readonly #swarmServices = new Map<string, string>()

  constructor(parts: RegistryParts) {
    this.#parts = parts
  }

  /** Starts to watch a target. */
  add({ record, tls, ssh }: StoredTarget): void {
    const credentials = { tls, ssh }
    const connection = this.open(record, credentials)
    const mirror = new Mirror(record, connection, {
      announce: this.#parts.announce,
      changed: (change) => this.#changed(change),
      swarmService: (nativeId) => this.#swarmServices.get(nativeId),
      now: this.#parts.now ?? (() => new Date()),
    })
    const stop = new AbortController()
    this.#targets.set(record.id, { mirror, stop, credentials })
    void connection.watch(mirror.observer(), stop.signal)
    if (mirror.cluster) void connection.cluster?.watch(mirror.cluster.observer(), stop.signal)
    this.#changed({ kind: 'target', target: mirror.target() })
  }

  /** A connection of its own, not watched: to try an address. */
  open(record: Pick<TargetRecord, 'id' | 'name' | 'kind' | 'address'>, credentials: Credentials): Connection {
    const driver = this.#parts.drivers.get(record.kind)
    if (!driver) throw new Failure('CAPABILITY_MISSING', `There is no driver for targets of kind ${record.kind}.`)
    const { log, signedIn } = this.#parts
    const { id, name, address } = record
    return driver.open({ id, name, address, ...credentials, ...(signedIn ? { signedIn } : {}) }, log)
  }

  /** What the host of a Docker engine shows of itself. */
  async hostKeys(address: string, signal: AbortSignal): Promise<readonly HostKey[]> {
    return (await this.#parts.drivers.get('docker')?.hostKeys?.(address, signal)) ?? []
  }

  /** Lets go of a target; its services go from view, not from where they run. */
  async drop(id: string): Promise<void> {
    const watched = this.#targets.get(id)
    if (!watched) return
    this.#targets.delete(id)
    watched.stop.abort()
    for (const service of watched.mirror.services.values()) {
      this.#changed({ kind: 'service-removed', id: service.id, targetId: id, name: service.name })
    }
    this.#changed({ kind: 'target-removed', id })
    await watched.mirror.connection.close()
  }

  async close(): Promise<void> {
    for (const { stop } of this.#targets.values()) stop.abort()
    await Promise.all([...this.#targets.values()].map(({ mirror }) => mirror.connection.close()))
  }

  onChange(listener: (change: MirrorChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  targets(): Target[] {
    return [...this.#targets.values()].map(({ mirror }) => mirror.target())
  }
  records(): TargetRecord[] {
    return [...this.#targets.values()].map(({ mirror }) => mirror.record)
  }
  stored(id: string): StoredTarget | null {
    const watched = this.#targets.get(id)
    return watched ? { record: watched.mirror.record, ...watched.credentials } : null
  }
  mirror(id: string): Mirror {
    const watched = this.#targets.get(id)
    if (!watched) throw notFoundAnywhere('target', id)
    return watched.mirror
  }

  /** By id, else by name. */
  findTarget(reference: string): TargetRecord | null {
    const byId = this.#targets.get(reference)
    if (byId) return byId.mirror.record
    return this.records().find((record) => record.name === reference) ?? null
  }

  *services(): Generator<Service> {
    for (const { mirror } of this.#targets.values()) yield* mirror.services.values()
  }

  service(id: string): Service | null {
    return this.#targets.get(id.slice(0, id.indexOf(':')))?.mirror.services.get(id) ?? null
  }

  /**
   * By id (also the start of a container id, as its own tools take it), else by a name that is unique among what `visible`
   * lets through. Throws CONFLICT that lists the candidates. A task of a Swarm, by its id or as `service.slot`, is its container;
   * throws what keeps one from it.
   */
  findService(reference: string, visible: (place: Place) => boolean): Service | null {
    const seen = (service: Service): boolean => visible({ targetId: service.targetId, serviceId: service.id })
    const exact = this.service(reference)
    if (exact) return seen(exact) ? exact : null
    const found: Service[] = []
    const native = /^[0-9a-f]{6,64}$/.test(reference) ? reference.slice(0, 12) : null
    for (const service of this.services()) {
      const own = service.id.slice(service.targetId.length + 1)
      const match =
        service.name === reference ||
        (native !== null && own.startsWith(native)) ||
        `${service.targetName}:${service.name}` === reference
      if (match && seen(service)) found.push(service)
    }
    if (found.length === 0) return findTaskContainer(this.#tasks(), reference, visible)
    if (found.length === 1) return found[0] ?? null
    const candidates = found.map((service) => service.id)
    throw new Failure(
      'CONFLICT',
      `${found.length} services are called ${reference}: ${candidates.slice(0, 5).join(', ')}. Name one by its id.`,
      { candidates },
    )
  }

  /** What the running tasks of a Swarm service are called; none of another service. */
  tasksOf({ id, targetId }: Service): string[] {
    return runningTasks(this.mirror(targetId), id.slice(targetId.length + 1))
  }

  #tasks() {
    const engineOf = this.#parts.engineOf ?? (() => null)
    return { mirrors: () => [...this.#targets.values()].map(({ mirror }) => mirror), engineOf }
  }

  /** Where to act on a service. Throws NOT_FOUND, or TARGET_UNREACHABLE while its target is not heard. */
  reach(serviceId: string): { connection: Connection; nativeId: string; service: Service } {
    const service = this.service(serviceId)
    if (!service) throw notFoundAnywhere('service', serviceId)
    const mirror = this.mirror(service.targetId)
    const nativeId = mirror.nativeId(serviceId)
    if (nativeId === undefined) throw notFoundAnywhere('service', serviceId)
    return { connection: this.connected(service.targetId), nativeId, service }
  }

  /** The connection of a target. Throws NOT_FOUND, or TARGET_UNREACHABLE while it is not heard. */
  connected(targetId: string): Connection {
    const mirror = this.mirror(targetId)
    const target = mirror.target()
    if (target.state === 'connected') return mirror.connection
    throw new Failure(
      'TARGET_UNREACHABLE',
      `${target.name} is not heard: ${target.reason?.replace(/\.$/, '') ?? 'it is being connected'}. Actions wait until it is back.`,
    )
  }

  /** Looks at once and after each change of what is on it beside services; answers the last look when the time is over. */
  whenResources<T>(targetId: string, look: () => T | null, timeoutMs: number, signal?: AbortSignal): Promise<T | null> {
    const now = look()
    if (now !== null) return Promise.resolve(now)
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        leave()
        signal?.removeEventListener('abort', done)
        resolve(look())
      }
      const timer = setTimeout(done, timeoutMs)
      const leave = this.onChange((change) => {
        if (change.kind === 'resources' && change.targetId === targetId && look() !== null) done()
      })
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  /** Resolves when the service (null: gone) satisfies the predicate; answers its last row when the time is over. */
  whenService(
    id: string,
    satisfied: (service: Service | null) => boolean,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Service | null> {
    const now = this.service(id)
    if (satisfied(now)) return Promise.resolve(now)
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        leave()
        signal?.removeEventListener('abort', done)
        resolve(this.service(id))
      }
      const timer = setTimeout(done, timeoutMs)
      const leave = this.onChange((change) => {
        const about =
          change.kind === 'service' ? change.service.id : change.kind === 'service-removed' ? change.id : null
        if (about === id && satisfied(this.service(id))) done()
      })
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  #changed(change: MirrorChange): void {
    for (const listener of this.#listeners) listener(change)
    if (change.kind === 'service') this.#swarmServiceIs(change.service)
    else if (change.kind === 'service-removed') this.#swarmServiceGone(change)
  }

  #swarmServiceIs({ kind, id, targetId }: Service): void {
    const nativeId = id.slice(targetId.length + 1)
    if (kind !== 'swarm-service' || this.#swarmServices.get(nativeId) === id) return
    this.#swarmServices.set(nativeId, id)
    this.#markTasks(nativeId)
  }
  #swarmServiceGone({ id, targetId }: { readonly id: string; readonly targetId: string }): void {
    const nativeId = id.slice(targetId.length + 1)
    if (this.#swarmServices.get(nativeId) !== id) return
    this.#swarmServices.delete(nativeId)
    this.#markTasks(nativeId)
  }
  #markTasks(nativeId: string): void {
    for (const { mirror } of this.#targets.values()) mirror.swarmServiceChanged(nativeId)
  }
}
