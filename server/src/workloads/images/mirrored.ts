import type { ObservedImage } from '@wheelhouse/driver'
import type { Registry } from '../../inventory/targets/index.ts'

/** The mirror follows an act within moments; this long a call waits for it, so that the next list shows the result. */
const mirrorMs = 2_000

/** Resolves when the images of a target are as they should be by now, or when that takes too long. */
export async function whenImages(
  targets: Registry,
  targetId: string,
  shows: (images: readonly ObservedImage[]) => boolean,
): Promise<void> {
  const look = (): boolean => shows(targets.mirror(targetId).images ?? [])
  if (look()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const leave = targets.onChange((change) => {
    if (change.kind === 'resources' && change.of === 'image' && change.targetId === targetId && look()) resolve()
  })
  const timer = setTimeout(resolve, mirrorMs)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    leave()
  }
}
