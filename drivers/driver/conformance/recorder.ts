import type { EngineInfo, TargetUsage } from '@wheelhouse/contract'
import type {
  ObservedEndpoint,
  ObservedImage,
  ObservedNetwork,
  ObservedService,
  ObservedVolume,
  Observer,
  Occurrence,
} from '../index.ts'

/** What a watch told, as a mirror would keep it; tests wait for it to tell, they never ask the target. */
export class Recorder implements Observer {
  readonly services = new Map<string, ObservedService>()
  readonly occurrences: Occurrence[] = []
  readonly usages: TargetUsage[] = []
  heldImages: readonly ObservedImage[] = []
  info: EngineInfo | null = null
  volumesSeen: readonly ObservedVolume[] = []
  networksSeen: readonly ObservedNetwork[] = []
  endpointsSeen: readonly ObservedEndpoint[] = []
  snapshots = 0
  lostReason: string | null = null
  readonly #waiters = new Set<() => void>()

  connected(info: EngineInfo): void {
    this.info = info
    this.#wake()
  }
  snapshot(services: readonly ObservedService[]): void {
    this.services.clear()
    for (const service of services) this.services.set(service.nativeId, service)
    this.snapshots++
    this.#wake()
  }
  changed(service: ObservedService): void {
    this.services.set(service.nativeId, service)
    this.#wake()
  }
  gone(nativeId: string): void {
    this.services.delete(nativeId)
    this.#wake()
  }
  occurred(occurrence: Occurrence): void {
    this.occurrences.push(occurrence)
    this.#wake()
  }
  images(images: readonly ObservedImage[]): void {
    this.heldImages = images
    this.#wake()
  }
  volumes(volumes: readonly ObservedVolume[]): void {
    this.volumesSeen = volumes
    this.#wake()
  }
  networks(networks: readonly ObservedNetwork[], endpoints: readonly ObservedEndpoint[]): void {
    this.networksSeen = networks
    this.endpointsSeen = endpoints
    this.#wake()
  }
  usage(usage: TargetUsage): void {
    this.usages.push(usage)
    this.#wake()
  }
  lost(reason: string): void {
    this.lostReason = reason
    this.#wake()
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter()
  }

  /** Resolves with the first value that is neither false, null nor undefined; looks again at each call of the driver. */
  async until<T>(what: string, look: () => T | null | undefined | false, limitMs = 60_000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const check = (): void => {
      const value = look()
      if (value !== null && value !== undefined && value !== false) resolve(value)
    }
    const timer = setTimeout(() => reject(new Error(`never seen: ${what}; ${this.#summary()}`)), limitMs)
    this.#waiters.add(check)
    check()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiters.delete(check)
    }
  }

  #summary(): string {
    const states = [...this.services.values()].map(
      (it) => `${it.name} ${it.state} (${it.nativeState}) ${it.reason ?? ''}`,
    )
    return `seen: ${states.join('; ') || 'nothing'}`
  }

  state(nativeId: string, state: ObservedService['state']): Promise<ObservedService> {
    return this.until(`${nativeId} ${state}`, () => {
      const service = this.services.get(nativeId)
      return service?.state === state && service
    })
  }

  occurrence(nativeId: string, type: Occurrence['type']): Promise<Occurrence> {
    return this.until(`${type} of ${nativeId}`, () =>
      this.occurrences.find((it) => it.nativeId === nativeId && it.type === type),
    )
  }
}
