import type { ObservedImage } from '@wheelhouse/driver'
import { wholeName } from '../../inventory/registries/index.ts'
import type { KeptRelease, ReleaseStore } from '../releases/index.ts'

/** Why an image must stay on a target, such as "release r3 of shop"; null where it may go. */
export type KeptOn = (image: Pick<ObservedImage, 'imageId' | 'tags' | 'digests'>) => string | null

const freshMs = 5_000

const wordsOf = ({ number, stack, environment, pinned }: KeptRelease): string =>
  `${pinned ? 'pinned ' : ''}release r${number} of ${stack} (${environment})`

/** The Swarms that an engine is a node of: what their releases need may be on it. */
export type SwarmsOf = (engineId: string) => readonly string[]

/** Images that kept releases can be returned to. A return must not need a registry, so they stay where they are. */
export class Kept {
  readonly #store: Pick<ReleaseStore, 'list'>
  readonly #now: () => number
  readonly #swarmsOf: SwarmsOf
  #last: { readonly at: number; readonly releases: Promise<readonly KeptRelease[]> } | null = null

  constructor(store: Pick<ReleaseStore, 'list'>, now: () => number = Date.now, swarmsOf: SwarmsOf = () => []) {
    this.#store = store
    this.#now = now
    this.#swarmsOf = swarmsOf
  }

  /** For rows: a few seconds old at most, so that a list does not read every release each time. */
  async recent(): Promise<(targetId: string) => KeptOn> {
    if (this.#last === null || this.#now() - this.#last.at > freshMs) {
      const releases = this.#store.list({})
      this.#last = { at: this.#now(), releases }
      // One that failed is asked again by the next.
      releases.catch(() => (this.#last = null))
    }
    return keeping(await this.#last.releases, this.#swarmsOf)
  }

  /** For acts: as it is now. */
  async now(): Promise<(targetId: string) => KeptOn> {
    return keeping(await this.#store.list({}), this.#swarmsOf)
  }
}

export function keeping(releases: readonly KeptRelease[], swarmsOf: SwarmsOf = () => []): (targetId: string) => KeptOn {
  const names = new Map<string, { readonly words: string; readonly targetIds: ReadonlySet<string> | null }[]>()
  for (const release of releases) {
    const images = [
      ...release.services.flatMap(({ image }) => image ?? []),
      ...release.artefacts.flatMap(({ kind, digest }) => (kind === 'image' ? [digest] : [])),
    ]
    // An old release does not tell where it is: it may be anywhere.
    const targetIds = release.uses.targetIds.length === 0 ? null : new Set(release.uses.targetIds)
    for (const image of new Set(images.map(known))) {
      const holders = names.get(image) ?? []
      holders.push({ words: wordsOf(release), targetIds })
      names.set(image, holders)
    }
  }
  return (targetId) => {
    const places = [targetId, ...swarmsOf(targetId)]
    return (image) => {
      for (const name of [image.imageId, ...image.tags, ...image.digests]) {
        const holder = names
          .get(name)
          ?.find(({ targetIds }) => targetIds === null || places.some((place) => targetIds.has(place)))
        if (holder) return holder.words
      }
      return null
    }
  }
}

/** As engines list it: an id as it is, a name with its tag. */
const known = (image: string): string => (/^sha256:[0-9a-f]{64}$/.test(image) ? image : wholeName(image))
