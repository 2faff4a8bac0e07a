import type { Image } from '@wheelhouse/contract'
import type { ObservedImage } from '@wheelhouse/driver'
import type { Log } from '@wheelhouse/platform/log'
import type { Check, CheckStore } from './store.ts'

const keyOf = (targetId: string, reference: string): string => `${targetId}\n${reference}`

/** What registries said of the images that engines have: in memory for the rows, in the database for the next start. */
export class NewerChecks {
  readonly #store: CheckStore
  readonly #log: Log
  readonly #known = new Map<string, Check>()

  constructor(store: CheckStore, log: Log) {
    this.#store = store
    this.#log = log
  }

  async load(): Promise<void> {
    for (const check of await this.#store.all()) this.#known.set(keyOf(check.targetId, check.reference), check)
  }

  get(targetId: string, reference: string): Check | null {
    return this.#known.get(keyOf(targetId, reference)) ?? null
  }
  all(): Iterable<Check> {
    return this.#known.values()
  }

  async save(check: Check): Promise<void> {
    this.#known.set(keyOf(check.targetId, check.reference), check)
    await this.#store.save(check)
  }

  /** After a pull or a push, and for images that are gone: what was said is no longer true. */
  forget(targetId: string, reference: string): void {
    if (!this.#known.delete(keyOf(targetId, reference))) return
    this.#store
      .remove(targetId, reference)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'a check of an image was not forgotten'))
  }

  /** Of all its names: a newer one counts most, then one that is known to be current. Null while none was asked for. */
  of(targetId: string, image: Pick<ObservedImage, 'imageId' | 'tags'>): Image['newer'] {
    const checks = image.tags
      .map((tag) => this.get(targetId, tag))
      .filter((check) => check !== null && check.imageId === image.imageId)
    const told =
      checks.find((check) => check?.state === 'newer') ??
      checks.find((check) => check?.state === 'current') ??
      checks[0]
    if (!told) return null
    const { state, digest, reason, checkedAt } = told
    return { state, digest, reason, checkedAt: new Date(checkedAt).toISOString() }
  }
}
