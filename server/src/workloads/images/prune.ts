import { planDigest, requireAgreed } from '../../dispatch/index.ts'
import { Failure, type Image, type Plan } from '@wheelhouse/contract'
import { whenImages } from './mirrored.ts'
import { megabytes, nameOf, removalSteps, removeLeaving } from './removal.ts'
import { reachImages } from './reach.ts'
import type { ImageRoom } from './room.ts'
import { usersByImage } from './rows.ts'

export interface PruneWish {
  readonly target: string
  readonly all?: boolean | undefined
  readonly olderThanMs?: number | undefined
}

/** Those that nothing uses and nothing is kept with; only nameless ones unless all are wished. */
export function prunable(rows: readonly Image[], { all = false, olderThanMs = 0 }: PruneWish, now: number): Image[] {
  return rows.filter(
    (image) =>
      image.usedBy.length === 0 &&
      image.kept === null &&
      (all || image.tags.length === 0) &&
      (olderThanMs === 0 || Date.parse(image.createdAt) <= now - olderThanMs),
  )
}

const pruneDigest = (images: readonly Image[]): string => planDigest(images.map(({ id, tags }) => [id, tags]))

export async function planPrune(room: ImageRoom, wish: PruneWish, rows: readonly Image[], now: number): Promise<Plan> {
  const { record, images } = reachImages(room.targets, wish.target)
  const gone = prunable(rows, wish, now)
  const freed = await room.sizes.freedBy(images, rows, new Set(gone.map(({ imageId }) => imageId)))
  const steps = gone.flatMap((image) => removalSteps({ image, names: image.tags, whole: true }))
  const stays = rows.filter((image) => !gone.includes(image))
  return {
    summary:
      gone.length === 0
        ? `Nothing can go from ${record.name}: ${wish.all ? 'every image is used or kept' : 'every image has a name, is used or kept'}.`
        : `${gone.length} ${gone.length === 1 ? 'image goes' : 'images go'} from ${record.name}, which frees ${megabytes(freed)}.`,
    steps,
    counts: { remove: steps.length },
    warnings: [],
    kept: stays.map((image) => `${nameOf(image)}: ${reasonOf(image)}`),
    digest: pruneDigest(gone),
  }
}

function reasonOf({ usedBy, kept, tags }: Image): string {
  if (usedBy.length > 0) return `used by ${usedBy.map(({ name }) => name).join(', ')}`
  return kept ?? (tags.length > 0 ? 'it has a name' : 'it is too new')
}

/** What a service or a release has taken meanwhile stays. Answers once the mirror shows what is left. */
export async function runPrune(
  room: ImageRoom,
  wish: PruneWish & { readonly digest?: string | undefined },
  rows: readonly Image[],
  now: number,
): Promise<{ removed: string[]; freedBytes: number }> {
  const { images } = reachImages(room.targets, wish.target)
  const gone = prunable(rows, wish, now)
  if (wish.digest !== undefined && wish.digest !== pruneDigest(gone))
    requireAgreed(wish.digest, await planPrune(room, wish, rows, now))
  const done: Image[] = []
  // Before they go: afterwards nobody can tell their layers.
  await room.sizes.freedBy(images, rows, new Set(gone.map(({ imageId }) => imageId)))
  for (const image of gone) {
    const kept = (await room.kept.recent())(wish.target)
    if (usersByImage(room.targets, wish.target).has(image.imageId) || kept(image) !== null) continue
    try {
      await removeLeaving(images, { image, names: image.tags, whole: true }, false)
    } catch (error) {
      // A container of this very moment, or an image above it: the engine knows better.
      if (error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND')) continue
      throw error
    }
    done.push(image)
  }
  const ids = new Set(done.map(({ imageId }) => imageId))
  await whenImages(room.targets, wish.target, (all) => !all.some(({ imageId }) => ids.has(imageId)))
  return { removed: done.map(nameOf), freedBytes: await room.sizes.freedBy(images, rows, ids) }
}
