/** How much faster than time itself the clock of expiry may go. */
const fastest = 60

/**
 * The time by which what is kept grows old. A clock that jumps ahead would else remove everything at once: this one follows it sixty
 * times as fast as time passes, so that a month without power is made up for in half a day, and a wrong year can be put right before
 * it does harm. It follows a clock that is set back at once.
 */
export class ExpiryClock {
  #at: number | null
  #monotonic: number

  /** `newest` is the latest time known to be true: of the newest of what is kept. */
  constructor(newest: number | null, monotonic: number) {
    this.#at = newest
    this.#monotonic = monotonic
  }

  now(wall: number, monotonic: number): number {
    const passed = Math.max(0, monotonic - this.#monotonic)
    this.#monotonic = monotonic
    this.#at = this.#at === null ? wall : Math.min(wall, this.#at + passed * fastest)
    return this.#at
  }
}
