import type { ImageDetail } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { imagePath } from './image-path.ts'

interface InspectedImage {
  readonly Os?: string
  readonly Architecture?: string
  readonly Variant?: string
  readonly Config: {
    readonly User?: string
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | null
    readonly WorkingDir?: string
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null
    readonly Volumes?: Readonly<Record<string, unknown>> | null
    readonly Env?: readonly string[] | null
  } | null
}
interface HistoryEntry {
  /** `<missing>` for layers that were built elsewhere. */
  readonly Id: string
  /** Seconds since 1970; below zero for "never". */
  readonly Created: number
  readonly CreatedBy: string
  readonly Size: number
  readonly Tags: readonly string[] | null
}

/** Settings and layers, newest first. NOT_FOUND where the engine has no such image. */
export async function imageDetail(client: EngineClient, image: string): Promise<ImageDetail> {
  const path = imagePath(image)
  const [inspected, history] = await Promise.all([
    client.json<InspectedImage>({ path: `${path}/json` }),
    client.json<readonly HistoryEntry[]>({ path: `${path}/history` }),
  ])
  const config = inspected.Config ?? {}
  return {
    platform: [inspected.Os, inspected.Architecture, inspected.Variant].filter(Boolean).join('/'),
    user: config.User || null,
    command: config.Cmd ?? [],
    entrypoint: config.Entrypoint ?? [],
    workingDirectory: config.WorkingDir || null,
    ports: Object.keys(config.ExposedPorts ?? {}).toSorted(),
    volumes: Object.keys(config.Volumes ?? {}).toSorted(),
    environment: Object.fromEntries((config.Env ?? []).map(pair)),
    layers: history.map((entry) => ({
      id: entry.Id.startsWith('sha256:') ? entry.Id : null,
      command: entry.CreatedBy.trim(),
      sizeBytes: entry.Size,
      createdAt: new Date(Math.max(0, entry.Created) * 1000).toISOString(),
      tags: entry.Tags ?? [],
    })),
  }
}

function pair(entry: string): [string, string] {
  const equals = entry.indexOf('=')
  return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
}
