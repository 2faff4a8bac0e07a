import type { Artefact } from '@wheelhouse/contract'
import { taggedImage } from '@wheelhouse/driver'
import type { KeptRelease, ReleaseContent } from '../../releases/index.ts'
import type { DeployRoom } from '../room.ts'

const isThere = (room: DeployRoom, targetId: string): boolean => room.targets.list().some(({ id }) => id === targetId)

/** Where the images of a target are: those of a Swarm on the engines that are its nodes. */
function enginesFor(room: DeployRoom, targetId: string): readonly string[] {
  const kind = room.targets.list().find(({ id }) => id === targetId)?.kind
  return kind === 'swarm' ? room.swarms.enginesOf(targetId) : [targetId]
}

/** A target that is gone by now has taken its images with it, and must not keep the release. */
async function removeImage(room: DeployRoom, targetId: string, image: string): Promise<void> {
  if (!isThere(room, targetId)) return
  await room.targets.connection(targetId).removeImage?.(image)
}

/** Removes the image of an app from the targets where no kept release runs it. Answers whether none runs it anywhere. */
export async function freeImage(
  room: DeployRoom,
  { images, pushed = {}, placements }: ReleaseContent,
  { app, digest }: Artefact,
  kept: readonly KeptRelease[],
): Promise<boolean> {
  const image = images[app] ?? digest
  const reference = pushed[app]
  const runs = (targetId?: string): boolean =>
    kept.some(
      ({ services, uses }) =>
        services.some(
          (service) => service.image === image || (reference !== undefined && service.image === reference),
        ) &&
        (targetId === undefined || uses.targetIds.includes(targetId) || uses.targetIds.length === 0),
    )
  // What its registry has stays there: engines lose the name they pushed it by.
  const names = [image, ...(reference === undefined ? [] : [taggedImage(reference)])]
  for (const { targetId } of placements) {
    if (runs(targetId)) continue
    for (const engineId of enginesFor(room, targetId))
      for (const name of names)
        await removeImage(room, engineId, name).catch((error: unknown) =>
          room.log.warn({ err: error, app }, 'an image was not removed'),
        )
  }
  return !runs()
}

/** Removes secrets and configs from Swarms that no kept release has: those are found again when a release is brought back. */
export async function freeObjects(
  room: DeployRoom,
  { placements }: ReleaseContent,
  kept: readonly KeptRelease[],
): Promise<void> {
  for (const { targetId, objects = [] } of placements) {
    if (objects.length === 0 || !isThere(room, targetId)) continue
    const used = new Set<string>()
    for (const release of kept) {
      if (!release.uses.targetIds.includes(targetId)) continue
      const content = await room.releases.store.content(release.id)
      for (const placement of content?.placements ?? [])
        for (const { kind, as } of placement.objects ?? [])
          if (placement.targetId === targetId) used.add(`${kind} ${as}`)
    }
    for (const { kind, as } of objects)
      if (!used.has(`${kind} ${as}`))
        await room.targets
          .connection(targetId)
          .cluster?.removeObject(kind, as)
          .catch((error: unknown) => room.log.warn({ err: error, name: as }, `a ${kind} was not removed`))
  }
}
