import { createHash } from 'node:crypto'
import type { ImageDetail, Images, ObservedImage } from '@wheelhouse/driver'

const mostKept = 5_000
const atOnce = 8

/** A layer of an image by all that stands below it, and its size in bytes. */
type Layers = readonly (readonly [key: string, bytes: number])[]

/**
 * What removing images would free: the layers that no image which stays has too. An image never changes, so what its layers are is
 * asked once.
 */
export class LayerSizes {
  readonly #known = new Map<string, Layers>()

  async freedBy(
    images: Images,
    all: readonly Pick<ObservedImage, 'imageId' | 'sizeBytes'>[],
    gone: ReadonlySet<string>,
  ): Promise<number> {
    if (gone.size === 0) return 0
    const stay = new Set<string>()
    const freed = new Map<string, number>()
    const waiting = all.values()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const { imageId, sizeBytes } of waiting) {
          const goes = gone.has(imageId)
          const layers = await this.#layers(images, imageId).catch(() => null)
          // Of one that cannot be read, all that is known is how large it is.
          if (layers === null && goes) freed.set(imageId, sizeBytes)
          for (const [key, bytes] of layers ?? [])
            if (goes) freed.set(key, bytes)
            else stay.add(key)
        }
      }),
    )
    return [...freed].reduce((sum, [key, bytes]) => sum + (stay.has(key) ? 0 : bytes), 0)
  }

  async #layers(images: Images, imageId: string): Promise<Layers> {
    const known = this.#known.get(imageId)
    if (known) return known
    const layers = chain((await images.detail(imageId)).layers)
    if (this.#known.size >= mostKept) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(imageId, layers)
    return layers
  }
}

function chain(newestFirst: ImageDetail['layers']): Layers {
  let below = ''
  return newestFirst.toReversed().map(({ command, createdAt, sizeBytes }) => {
    below = createHash('sha256').update(`${below}\n${createdAt}\n${sizeBytes}\n${command}`).digest('base64url')
    return [below, sizeBytes] as const
  })
}
