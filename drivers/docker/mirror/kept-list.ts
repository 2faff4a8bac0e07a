import { isDeepStrictEqual } from 'node:util'
import type { DriverLog } from '@wheelhouse/driver'

const burstPauseMs = 100

/**
 * A list that is read again after each touch, one reading at a time and at most one more waiting, and told when it differs. A burst of
 * events costs two readings, not one each.
 */
export class KeptList<T> {
  readonly #read: (signal: AbortSignal) => Promise<readonly T[]>
  readonly #tell: (items: readonly T[]) => void
  readonly #log: DriverLog
  readonly #what: string
  #last: readonly T[] | null = null
  #state: 'idle' | 'reading' | 'again' = 'idle'
  /** Of the newest touch: a reading of a connection that has ended must not swallow a touch of the next. */
  #signal: AbortSignal | null = null

  constructor(
    what: string,
    log: DriverLog,
    read: (signal: AbortSignal) => Promise<readonly T[]>,
    tell: (items: readonly T[]) => void,
  ) {
    this.#what = what
    this.#log = log
    this.#read = read
    this.#tell = tell
  }

  /** Never waits and never fails: what cannot be read now is read at the next touch. */
  touch(signal: AbortSignal): void {
    this.#signal = signal
    if (this.#state !== 'idle') {
      this.#state = 'again'
      return
    }
    this.#state = 'reading'
    void this.#refresh(signal)
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    try {
      const items = await this.#read(signal)
      if (!signal.aborted && !isDeepStrictEqual(items, this.#last)) {
        this.#last = items
        this.#tell(items)
      }
    } catch (error) {
      // A dead engine is noticed by the event stream.
      if (!signal.aborted) this.#log.debug({ error: String(error) }, `${this.#what} could not be listed`)
    }
    if (this.#touched()) await pause()
    const again = this.#touched()
    this.#state = 'idle'
    if (again && this.#signal !== null && !this.#signal.aborted) this.touch(this.#signal)
  }

  #touched(): boolean {
    return this.#state === 'again'
  }
}

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, burstPauseMs).unref()
  })
