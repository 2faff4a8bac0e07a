import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@wheelhouse/contract'
import type {
  DriverLog,
  ObservedEndpoint,
  ObservedNetwork,
  ObservedVolume,
  Observer,
  VolumeUse,
} from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { endpointsOf } from '../networks/endpoints.ts'
import { type ListedNetwork, networkOf } from '../networks/networks.ts'
import { type ListedVolume, volumeOf } from '../volumes/volumes.ts'
import type { ResourceEvent } from './engine-event.ts'
import type { Belongings } from './engine-json.ts'
import { Refresher } from './refresher.ts'

interface Held {
  readonly mounts: readonly (VolumeUse & { readonly volume: string })[]
  readonly endpoints: readonly ObservedEndpoint[]
}

const burstPauseMs = 100
const tellPauseMs = 30

/**
 * Volumes and networks of one engine over all its connections: their lists are asked for at the start and after an event about them;
 * who uses them comes from what is known of the containers anyway.
 */
export class ResourceMirror {
  readonly #client: EngineClient
  readonly #observer: Observer
  readonly #log: DriverLog
  readonly #held = new Map<string, Held>()
  #volumes: readonly ListedVolume[] | null = null
  #networks: readonly ObservedNetwork[] | null = null
  #told: { volumes?: readonly ObservedVolume[]; networks?: readonly unknown[] } = {}
  #refresher = new Refresher(2, burstPauseMs, () => Promise.resolve())
  #timer: NodeJS.Timeout | null = null

  constructor(client: EngineClient, observer: Observer, log: DriverLog) {
    this.#client = client
    this.#observer = observer
    this.#log = log
  }

  begin(signal: AbortSignal): void {
    this.end()
    this.#refresher = new Refresher(2, burstPauseMs, (of) => this.#look(of as 'volume' | 'network', signal))
  }

  end(): void {
    this.#refresher.close()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  load(): void {
    if (this.#observer.volumes) this.#refresher.touch('volume')
    if (this.#observer.networks) this.#refresher.touch('network')
  }

  hear(event: ResourceEvent): void {
    if (event.of === 'volume' && this.#observer.volumes) this.#refresher.touch('volume')
    // Who joins or leaves is seen in the container.
    if (event.of === 'network' && this.#observer.networks && event.container === null) this.#refresher.touch('network')
  }

  /** A list tells no aliases: what an inspect told stays, where there is one. */
  listed(id: string, container: Belongings): void {
    if (!this.#held.has(id)) this.inspected(id, container)
  }

  inspected(id: string, container: Belongings): void {
    const held: Held = {
      mounts: (container.Mounts ?? []).flatMap(({ Type, Name, Destination }) =>
        Type === 'volume' && Name !== undefined ? [{ nativeId: id, volume: Name, path: Destination }] : [],
      ),
      endpoints: endpointsOf(id, container.NetworkSettings?.Networks),
    }
    if (isDeepStrictEqual(held, this.#held.get(id))) return
    this.#held.set(id, held)
    this.#soon()
  }

  forget(id: string): void {
    if (this.#held.delete(id)) this.#soon()
  }

  async #look(of: 'volume' | 'network', signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    try {
      if (of === 'volume') {
        const { Volumes } = await this.#client.json<{ Volumes: ListedVolume[] | null }>({ path: '/volumes', signal })
        this.#volumes = Volumes ?? []
      } else {
        const listed = await this.#client.json<readonly ListedNetwork[]>({ path: '/networks', signal })
        this.#networks = listed.map(networkOf)
      }
      if (!signal.aborted) this.#soon()
    } catch (error) {
      if (signal.aborted) return
      // The last list stays; a dead engine is noticed by the event stream.
      const level = error instanceof Failure && error.code === 'TARGET_UNREACHABLE' ? 'debug' : 'warn'
      this.#log[level]({ of, error: String(error) }, 'volumes or networks could not be listed')
    }
  }

  /** A burst of containers is told once. */
  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#tell()
    }, tellPauseMs).unref()
  }

  #tell(): void {
    const held = [...this.#held.values()]
    if (this.#volumes) {
      const users = Map.groupBy(
        held.flatMap(({ mounts }) => mounts),
        ({ volume }) => volume,
      )
      const volumes = this.#volumes.map((listed) =>
        volumeOf(
          listed,
          (users.get(listed.Name) ?? []).map(({ nativeId, path }) => ({ nativeId, path })),
        ),
      )
      if (!isDeepStrictEqual(volumes, this.#told.volumes)) this.#observer.volumes?.(volumes)
      this.#told.volumes = volumes
    }
    if (this.#networks) {
      const endpoints = held.flatMap((one) => one.endpoints)
      const now = [this.#networks, endpoints] as const
      if (!isDeepStrictEqual(now, this.#told.networks)) this.#observer.networks?.(...now)
      this.#told.networks = now
    }
  }
}
