import { randomUUID } from 'node:crypto'
import type { State } from '@wheelhouse/platform/state'

const key = 'alerts.evaluator'
/** An instance that died is followed by another after so long. */
const ttlMs = 60_000

/** Of several instances one holds the rules against the world; the others stand by. */
export class Lease {
  readonly #state: State
  readonly #own = randomUUID()
  #isHeld = false

  constructor(state: State) {
    this.#state = state
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Takes or keeps it; true when it was not held before, so that what another one left is to be taken up. */
  async renew(): Promise<boolean> {
    const was = this.#isHeld
    const mine = await this.#state.compareAndSet(key, this.#own, this.#own, ttlMs)
    this.#isHeld = mine || (await this.#state.compareAndSet(key, null, this.#own, ttlMs))
    return this.#isHeld && !was
  }

  async leave(): Promise<void> {
    if (!this.#isHeld) return
    this.#isHeld = false
    await this.#state.compareAndSet(key, this.#own, null, 1)
  }
}
