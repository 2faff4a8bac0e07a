import { Failure, type Image, notFound, type Place, type Service } from '@wheelhouse/contract'
import type { ObservedImage } from '@wheelhouse/driver'
import { wholeName } from '../../inventory/registries/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { KeptOn } from './kept.ts'
import type { NewerChecks } from './newer/checks.ts'

export const imageIdOf = (targetId: string, imageId: string): string =>
  `${targetId}:${imageId.replace('sha256:', '').slice(0, 12)}`

/** Services of a target by the image they were made from, running or not. */
export function usersByImage(targets: Registry, targetId: string): ReadonlyMap<string, readonly Service[]> {
  const mirror = targets.mirror(targetId)
  const users = new Map<string, Service[]>()
  for (const service of mirror.services.values()) {
    const imageId = mirror.imageIdOf(service.id)
    if (imageId === null) continue
    const all = users.get(imageId)
    if (all) all.push(service)
    else users.set(imageId, [service])
  }
  return users
}

export interface RowParts {
  readonly targets: Registry
  readonly checks: Pick<NewerChecks, 'of'>
  readonly kept: (targetId: string) => KeptOn
  readonly now: Date
  /** As the engine was just asked; those of the mirror unless told. */
  readonly images?: readonly ObservedImage[]
  /** Which services and releases may be named. */
  readonly sees: (permission: 'services.read' | 'deployments.read', place: Place) => boolean
}

/** The images of one target as rows. Empty for targets that have none. */
export function imagesOn(targetId: string, parts: RowParts): Image[] {
  const mirror = parts.targets.mirror(targetId)
  const images = parts.images ?? mirror.images
  if (images === null) return []
  const target = mirror.target()
  const users = usersByImage(parts.targets, targetId)
  const byTag = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image] as const)))
  const kept = parts.kept(targetId)
  const observedAt = target.observedAt ?? parts.now.toISOString()
  return images.map((image) => {
    const using = users.get(image.imageId) ?? []
    const reason = kept(image)
    return {
      ...image,
      id: imageIdOf(targetId, image.imageId),
      targetId,
      targetName: target.name,
      tags: [...image.tags],
      digests: [...image.digests],
      labels: { ...image.labels },
      usedBy: using
        .filter(({ id }) => parts.sees('services.read', { targetId, serviceId: id }))
        .map(({ id, name, state }) => ({ serviceId: id, name, running: state !== 'stopped' && state !== 'failed' })),
      kept: reason !== null && !parts.sees('deployments.read', { targetId }) ? 'a kept release' : reason,
      newer: outrun(image, using, byTag, observedAt) ?? parts.checks.of(targetId, image),
      observedAt,
      stale: target.stale,
    }
  })
}

/** Services go on with an image whose name has gone over to another one on the same engine: no registry need be asked. */
function outrun(
  image: ObservedImage,
  using: readonly Service[],
  byTag: ReadonlyMap<string, ObservedImage>,
  checkedAt: string,
): Image['newer'] {
  for (const service of using) {
    if (service.image === null || service.image.startsWith('sha256:')) continue
    const name = wholeName(service.image)
    const holder = byTag.get(name)
    if (!holder || holder.imageId === image.imageId || image.tags.includes(name)) continue
    const reason = `${name} is another image here by now. Make ${service.name} anew to use it.`
    return { state: 'newer', digest: holder.imageId, reason, checkedAt }
  }
  return null
}

/** One image of a target by row id, id or its start, tag or digest. Throws NOT_FOUND. */
export function findImage<T extends Pick<ObservedImage, 'imageId' | 'tags' | 'digests'>>(
  images: readonly T[],
  targetId: string,
  asked: string,
): T {
  const text = asked.startsWith(`${targetId}:`) ? asked.slice(targetId.length + 1) : asked
  for (const wanted of new Set([asked, text])) {
    const name = wholeName(wanted)
    const named = images.find(({ tags, digests }) => tags.includes(name) || digests.includes(wanted))
    if (named) return named
  }
  const digits = text.replace(/^sha256:/, '')
  if (/^[0-9a-f]{4,64}$/.test(digits)) {
    const found = images.filter(({ imageId }) => imageId.startsWith(`sha256:${digits}`))
    if (found.length === 1) return found[0]!
    if (found.length > 1)
      throw new Failure('NOT_FOUND', `${found.length} images begin with ${digits}. Give more digits.`, { id: asked })
  }
  throw notFound('image', asked)
}
