import type { SpaceReport, UsedSpace } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

interface DiskAnswer {
  readonly LayersSize?: number
  readonly Images: readonly { Id: string; Size: number; SharedSize: number; Containers: number }[] | null
  readonly Containers: readonly { State: string; SizeRw?: number }[] | null
  readonly Volumes: readonly { Name: string; UsageData?: { Size: number; RefCount: number } | null }[] | null
  readonly BuildCache: readonly { Size: number; InUse: boolean; Shared: boolean }[] | null
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + Math.max(0, size), 0)

function used<T>(all: readonly T[], size: (one: T) => number, active: (one: T) => boolean): UsedSpace {
  return {
    count: all.length,
    active: all.filter(active).length,
    sizeBytes: sum(all.map(size)),
    reclaimableBytes: sum(all.filter((one) => !active(one)).map(size)),
  }
}

/** What takes the disk, as GET /system/df counts it. The engine walks its disk for it: minutes on a full one. */
export async function readSpace(client: EngineClient, signal: AbortSignal): Promise<SpaceReport> {
  const found = await client.json<DiskAnswer>({ path: '/system/df', lane: 'act', timeoutMs: null, signal })
  const images = found.Images ?? []
  const volumes = found.Volumes ?? []
  const counted = used(
    images,
    // Layers that another image has as well do not go with this one.
    (image) => image.Size - Math.max(0, image.SharedSize),
    (image) => image.Containers > 0,
  )
  return {
    images: { ...counted, sizeBytes: found.LayersSize ?? counted.sizeBytes },
    containers: used(
      found.Containers ?? [],
      (container) => container.SizeRw ?? 0,
      (container) => /^(running|paused|restarting)$/.test(container.State),
    ),
    volumes: used(
      volumes,
      (volume) => volume.UsageData?.Size ?? 0,
      (volume) => (volume.UsageData?.RefCount ?? 0) > 0,
    ),
    buildCache: used(
      found.BuildCache ?? [],
      (entry) => (entry.Shared ? 0 : entry.Size),
      (entry) => entry.InUse,
    ),
    // The engine does not count those of other drivers than its own: -1.
    volumeBytes: new Map(
      volumes.flatMap(({ Name, UsageData }) => (UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size]] : [])),
    ),
  }
}

/** Answers the bytes that were freed. */
export async function pruneBuildCache(client: EngineClient, signal: AbortSignal): Promise<number> {
  const answer = await client.json<{ SpaceReclaimed?: number } | null>({
    method: 'POST',
    path: '/build/prune',
    query: { all: true },
    lane: 'act',
    timeoutMs: null,
    signal,
  })
  return answer?.SpaceReclaimed ?? 0
}
