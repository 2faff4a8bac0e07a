import { Failure } from '@wheelhouse/contract'
import type { Files, NewVolume, ObservedVolume, VolumeUse, Volumes } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { ArchiveFiles } from '../files/archive-files.ts'
import { instant } from '../mirror/engine-json.ts'
import { isHolder, userName, volumeUsers } from './holder.ts'
import { Holders } from './holders.ts'

export interface ListedVolume {
  readonly Name: string
  readonly Driver: string
  readonly Mountpoint: string
  readonly Scope: string
  readonly Options: Readonly<Record<string, string>> | null
  readonly Labels: Readonly<Record<string, string>> | null
  readonly CreatedAt?: string
}
interface Mounting {
  readonly Id: string
  readonly Labels: Readonly<Record<string, string>> | null
  readonly State: string
  readonly Mounts: readonly { Type: string; Name?: string; Destination: string }[] | null
}

/** Names of 64 hex digits are the engine's own, for volumes nobody named; since 23.0 they also carry a label. */
const anonymousName = /^[0-9a-f]{64}$/
const anonymousLabel = 'com.docker.volume.anonymous'

export function volumeOf(listed: ListedVolume, users: readonly VolumeUse[]): ObservedVolume {
  const labels = listed.Labels ?? {}
  return {
    name: listed.Name,
    driver: listed.Driver,
    scope: listed.Scope === 'global' ? 'global' : 'local',
    mountpoint: listed.Mountpoint,
    options: listed.Options ?? {},
    labels,
    anonymous: labels[anonymousLabel] !== undefined || anonymousName.test(listed.Name),
    createdAt: listed.CreatedAt === undefined ? null : instant(listed.CreatedAt),
    users,
  }
}

export class DockerVolumes implements Volumes {
  readonly #client: EngineClient
  readonly #holders: Holders

  constructor(client: EngineClient) {
    this.#client = client
    this.#holders = new Holders(client)
  }

  async list(signal?: AbortSignal): Promise<readonly ObservedVolume[]> {
    const on = signal ? { signal } : {}
    const [{ Volumes: listed }, containers] = await Promise.all([
      this.#client.json<{ Volumes: readonly ListedVolume[] | null }>({ path: '/volumes', ...on }),
      this.#client.json<readonly Mounting[]>({ path: '/containers/json', query: { all: 1 }, ...on }),
    ])
    const users = new Map<string, VolumeUse[]>()
    for (const container of containers) {
      if (isHolder(container)) continue
      const { Id, Mounts } = container
      for (const mount of Mounts ?? []) {
        if (mount.Type !== 'volume' || mount.Name === undefined) continue
        users.set(mount.Name, [...(users.get(mount.Name) ?? []), { nativeId: Id, path: mount.Destination }])
      }
    }
    return (listed ?? []).map((volume) => volumeOf(volume, users.get(volume.Name) ?? []))
  }

  async sizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    // Engines from 23.0 on count only what is asked for.
    const { Volumes: counted } = await this.#client.json<{
      Volumes: readonly { Name: string; UsageData?: { Size: number } | null }[] | null
    }>({ path: '/system/df', query: { type: 'volume' }, lane: 'act', timeoutMs: null, signal })
    const known = (counted ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? -1] as const)
    return new Map(known.filter(([, bytes]) => bytes >= 0))
  }

  async create(volume: NewVolume): Promise<void> {
    // The engine answers the volume that is there as if it had made it.
    const path = `/volumes/${encodeURIComponent(volume.name)}`
    const there = await this.#client.json({ path }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Failure && error.code === 'NOT_FOUND') return false
        throw error
      },
    )
    if (there) {
      throw new Failure('CONFLICT', `There is a volume "${volume.name}" already. Choose another name.`, {
        field: 'name',
      })
    }
    await this.#client.act({
      path: '/volumes/create',
      body: {
        Name: volume.name,
        Driver: volume.driver ?? 'local',
        DriverOpts: volume.options,
        Labels: volume.labels,
      },
    })
  }

  async remove(name: string): Promise<void> {
    await this.#holders.free(name)
    const users = (await volumeUsers(this.#client, name)).map(userName)
    if (users.length > 0) {
      const it = users.length === 1 ? 'it' : 'them'
      throw new Failure('STATE_CONFLICT', `The volume ${name} is in use by ${users.join(', ')}. Remove ${it} first.`, {
        users,
      })
    }
    await this.#client.act({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` })
  }

  files(name: string): Files {
    return new ArchiveFiles(this.#client, (signal) => this.#holders.open(name, signal))
  }

  close(): Promise<void> {
    return this.#holders.close()
  }
}
