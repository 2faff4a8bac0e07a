import { planDigest } from '../../dispatch/index.ts'
import { Failure, type Image, type Plan, type PlanStep } from '@wheelhouse/contract'
import type { Images } from '@wheelhouse/driver'

/** What one act removes: an image as it is, and which of its names. */
export interface Leaving {
  readonly image: Image
  readonly names: readonly string[]
  /** False where other names stay. */
  readonly whole: boolean
}
export interface Removed {
  readonly untagged: string[]
  readonly removed: string[]
}

export const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`
export const nameOf = (image: Image): string => image.tags[0] ?? image.imageId.replace('sha256:', '').slice(0, 12)

/** One name where a name was asked for, else the image with all of them. */
export function leaving(image: Image, asked: string, wholeName: string): Leaving {
  const names = image.tags.filter((tag) => tag === asked || tag === wholeName)
  return names.length > 0 && image.tags.length > names.length
    ? { image, names, whole: false }
    : { image, names: image.tags, whole: true }
}

/** Throws STATE_CONFLICT for what services use or a release is kept with. */
export function requireFree({ image, whole }: Leaving, force: boolean): void {
  if (image.kept !== null)
    throw new Failure(
      'STATE_CONFLICT',
      `${nameOf(image)} stays: ${image.kept} needs it to be returned to. Remove that release first.`,
      { kept: image.kept },
    )
  if (!whole) return
  const users = image.usedBy.filter(({ running }) => running || !force)
  if (users.length === 0) return
  const names = users.map(({ name }) => name).join(', ')
  const cure = users.some(({ running }) => running) ? 'Stop and remove them first.' : 'Remove them first, or use force.'
  throw new Failure('STATE_CONFLICT', `${nameOf(image)} is used by ${names}. ${cure}`, {
    users: users.map(({ serviceId }) => serviceId),
  })
}

export const removalSteps = ({ image, names, whole }: Leaving): PlanStep[] =>
  whole
    ? [
        {
          verb: 'remove',
          kind: 'image',
          name: nameOf(image),
          reasons: [
            megabytes(image.sizeBytes),
            ...(names.length > 1 ? [`all its names: ${names.join(', ')}`] : []),
            ...(image.tags.length === 0 ? ['it has no name'] : []),
          ],
        },
      ]
    : names.map((name) => ({ verb: 'remove', kind: 'tag', name, reasons: ['the image stays under its other names'] }))

export function removalPlan(left: Leaving, freedBytes: number, force: boolean): Plan {
  const { image, whole } = left
  const stopped = whole && force ? image.usedBy.map(({ name }) => name) : []
  return {
    summary: whole
      ? `Remove ${nameOf(image)} from ${image.targetName}, which frees ${megabytes(freedBytes)}.`
      : `Take the name ${left.names.join(', ')} from an image on ${image.targetName}.`,
    steps: removalSteps(left),
    counts: { remove: removalSteps(left).length },
    warnings: stopped.length === 0 ? [] : [`${stopped.join(', ')} cannot be started again without it.`],
    kept: whole ? [] : image.tags.filter((tag) => !left.names.includes(tag)),
    digest: planDigest([image.id, left.names, whole]),
  }
}

/** Takes the names away, and the image with the last. Never removes one that the engine still needs. */
export async function removeLeaving(
  images: Images,
  { image, names, whole }: Leaving,
  force: boolean,
): Promise<Removed> {
  const done: Removed = { untagged: [], removed: [] }
  for (const name of names.length > 0 ? names : [image.imageId]) {
    const { untagged, removed } = await images.remove(name, { force: force && whole })
    done.untagged.push(...untagged)
    done.removed.push(...removed)
  }
  return done
}
