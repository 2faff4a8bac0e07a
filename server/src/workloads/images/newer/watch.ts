import { Failure } from '@wheelhouse/contract'
import type { ObservedImage } from '@wheelhouse/driver'
import { readReference } from '../../../inventory/registries/index.ts'
import { reachImages } from '../reach.ts'
import type { ImageRoom } from '../room.ts'
import { usersByImage } from '../rows.ts'
import type { Check } from './store.ts'

const hourMs = 3_600_000
const againMs = 6 * hourMs
const firstRetryMs = 15 * 60_000
const mostRetryMs = 24 * hourMs
const callMs = 30_000
const lookMs = 60_000
const atOnce = 2
const mostReasonLength = 500

export interface Asked {
  readonly targetId: string
  readonly reference: string
  readonly image: ObservedImage
}
type Answer = Pick<Check, 'state' | 'digest' | 'reason'> & { readonly failed: boolean }

/**
 * Asks registries, through the engines that have the images, whether another image stands under the same name. In the background,
 * a few at a time; a registry that fails is left alone for longer each time.
 */
export class NewerWatch {
  readonly #room: ImageRoom
  readonly #now: () => number
  readonly #stop = new AbortController()
  /** Until when a registry is left alone, by engine and address. */
  readonly #pauses = new Map<string, { readonly until: number; readonly reason: string }>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | null = null

  constructor(room: ImageRoom, now: () => number = Date.now) {
    this.#room = room
    this.#now = now
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#round
  }

  /** One round over what is due, unless one is under way. */
  look(): Promise<void> {
    this.#round ??= this.checkAll(this.#due(), this.#stop.signal)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#room.log.warn({ err: error }, 'images were not compared with registries')
      })
      .finally(() => (this.#round = null))
    return this.#round
  }

  /** Names of one target's images, or of all; only those that services use unless told. */
  names(targetIds: readonly string[], alsoUnused: boolean): Asked[] {
    return targetIds.flatMap((targetId) => {
      const mirror = this.#room.targets.mirror(targetId)
      if (mirror.target().state !== 'connected') return []
      const users = usersByImage(this.#room.targets, targetId)
      return (mirror.images ?? [])
        .filter(({ imageId }) => alsoUnused || users.has(imageId))
        .flatMap((image) => image.tags.map((reference) => ({ targetId, reference, image })))
    })
  }

  async checkAll(
    asked: readonly Asked[],
    signal: AbortSignal,
    told?: (done: number, check: Check) => void,
  ): Promise<void> {
    const waiting = asked.values()
    let done = 0
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const one of waiting) {
          signal.throwIfAborted()
          const check = await this.check(one, signal)
          told?.(++done, check)
        }
      }),
    )
  }

  async check({ targetId, reference, image }: Asked, signal: AbortSignal): Promise<Check> {
    const before = this.#room.checks.get(targetId, reference)
    const answer = await this.#ask(targetId, reference, image, signal)
    const now = this.#now()
    const failures = answer.failed ? (before?.failures ?? 0) + 1 : 0
    const wait = answer.failed ? Math.min(mostRetryMs, firstRetryMs * 2 ** (failures - 1)) : againMs
    const same = before?.imageId === image.imageId
    const kept = answer.failed && same && before.state !== 'unknown'
    const check: Check = {
      targetId,
      reference,
      imageId: image.imageId,
      // A registry that is down for an hour does not unsay what it said.
      state: kept ? before.state : answer.state,
      digest: kept ? before.digest : answer.digest,
      reason: answer.reason,
      checkedAt: kept ? before.checkedAt : now,
      failures,
      dueAt: now + wait,
    }
    await this.#room.checks.save(check)
    const known = same && before.state === 'newer' && before.digest === check.digest
    if (check.state === 'newer' && !known) this.#tell(check)
    return check
  }

  #due(): Asked[] {
    const now = this.#now()
    const ids = this.#room.targets.records().map(({ id }) => id)
    return this.names(ids, false).filter(({ targetId, reference, image }) => {
      const check = this.#room.checks.get(targetId, reference)
      return check === null || check.imageId !== image.imageId || check.dueAt <= now
    })
  }

  async #ask(targetId: string, reference: string, image: ObservedImage, signal: AbortSignal): Promise<Answer> {
    const { name, registry } = readReference(reference)
    const own = image.digests
      .filter((digest) => digest.startsWith(`${name}@`))
      .map((digest) => digest.slice(name.length + 1))
    if (own.length === 0) return unknown('It was made here and is in no registry.', false)
    const pause = this.#pauses.get(`${targetId}\n${registry}`)
    if (pause && pause.until > this.#now()) return unknown(pause.reason, true)
    const timeout = AbortSignal.timeout(callMs)
    try {
      const { images } = reachImages(this.#room.targets, targetId)
      const signIn = await this.#room.registries.signInFor(reference)
      const digest = await images.remoteDigest(reference, signIn, AbortSignal.any([signal, timeout]))
      if (signIn !== null) await this.#room.registries.worked(reference)
      this.#pauses.delete(`${targetId}\n${registry}`)
      if (digest === null) return unknown('Its registry has nothing under this name.', false)
      return { state: own.includes(digest) ? 'current' : 'newer', digest, reason: null, failed: false }
    } catch (error) {
      signal.throwIfAborted()
      const words = timeout.aborted ? `${registry} did not answer in time.` : wordsOf(error)
      // Of one name a registry may refuse to speak; when it cannot be reached, the next name would fare no better.
      if (!/denied|unauthorized|manifest/i.test(words))
        this.#pauses.set(`${targetId}\n${registry}`, { until: this.#now() + firstRetryMs, reason: words })
      return unknown(words, true)
    }
  }

  #tell({ targetId, reference, digest, imageId }: Check): void {
    const { record } = this.#room.targets.mirror(targetId)
    const services = (usersByImage(this.#room.targets, targetId).get(imageId) ?? []).map(({ name }) => name)
    const used =
      services.length === 0 ? '' : ` ${services.join(', ')} ${services.length === 1 ? 'uses' : 'use'} the old one.`
    this.#room.announce({
      type: 'image.newer',
      message: `The registry has a newer ${reference} than ${record.name}.${used}`,
      targetId,
      data: { reference, digest, services },
    })
  }
}

const unknown = (reason: string, failed: boolean): Answer => ({
  state: 'unknown',
  digest: null,
  reason: reason.slice(0, mostReasonLength),
  failed,
})

function wordsOf(error: unknown): string {
  if (!(error instanceof Failure)) return 'It could not be asked.'
  return typeof error.details.words === 'string' ? `Its registry: ${error.details.words}` : error.message
}
