import type { ObservedImage } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** The parts of GET /images/json that are read (docs.docker.com/reference/api/engine, 1.41). */
export interface ListedImage {
  readonly Id: string
  readonly RepoTags: readonly string[] | null
  readonly RepoDigests: readonly string[] | null
  /** Seconds since 1970. */
  readonly Created: number
  readonly Size: number
  readonly Labels: Readonly<Record<string, string>> | null
}

/** Images with a name, and those that lost theirs; not the layers between. */
export async function listImages(client: EngineClient, signal?: AbortSignal): Promise<readonly ObservedImage[]> {
  const listed = await client.json<readonly ListedImage[]>({
    path: '/images/json',
    query: { digests: 1 },
    ...(signal ? { signal } : {}),
  })
  return listed.map(observedImage)
}

export function observedImage(image: ListedImage): ObservedImage {
  return {
    imageId: image.Id,
    tags: known(image.RepoTags),
    digests: known(image.RepoDigests),
    sizeBytes: image.Size,
    createdAt: new Date(Math.max(0, image.Created) * 1000).toISOString(),
    labels: image.Labels ?? {},
  }
}

/** Older engines write `<none>` where newer ones write nothing. */
const known = (names: readonly string[] | null): readonly string[] =>
  (names ?? []).filter((name) => !name.startsWith('<none>') && !name.endsWith('<none>')).toSorted()
