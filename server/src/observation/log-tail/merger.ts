/** A line of one service; `at` is epoch microseconds. */
export interface Arrival<T> {
  readonly serviceId: string
  readonly at: number
  readonly line: T
}

export interface MergerOptions<T> {
  /** How long a line waits for those of others that were said before it. */
  readonly windowMs: number
  /** How many go on in one window; of the loudest services some are left out and counted. */
  readonly mostLines: number
  tell(lines: readonly Arrival<T>[], missed: ReadonlyMap<string, number>): void
}

interface Lane<T> {
  arrivals: Arrival<T>[]
  missed: number
}

/**
 * Brings the lines of many services into the order of their times, as far as they come within one window of each other. Memory and work
 * are bounded: a quiet service keeps its place beside one that floods.
 */
export class Merger<T> {
  readonly #options: MergerOptions<T>
  readonly #lanes = new Map<string, Lane<T>>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #isHeld = false

  constructor(options: MergerOptions<T>) {
    this.#options = options
  }

  push(arrivals: readonly Arrival<T>[]): void {
    const { mostLines, windowMs } = this.#options
    for (const arrival of arrivals) {
      let lane = this.#lanes.get(arrival.serviceId)
      if (lane === undefined) this.#lanes.set(arrival.serviceId, (lane = { arrivals: [], missed: 0 }))
      lane.arrivals.push(arrival)
      // Twice as many, so that what is over is cut off in one go.
      if (lane.arrivals.length >= mostLines * 2) this.#cut(lane, mostLines)
    }
    if (this.#timer === null && !this.#isHeld && this.#lanes.size > 0)
      this.#timer = setTimeout(() => this.flush(), windowMs)
  }

  /** Nothing goes on until `release`. */
  hold(): void {
    this.#isHeld = true
  }

  /** Goes on, without those that were told already. */
  release(isKnown: (line: T) => boolean): void {
    this.#isHeld = false
    for (const lane of this.#lanes.values()) lane.arrivals = lane.arrivals.filter(({ line }) => !isKnown(line))
    this.flush()
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#isHeld || this.#lanes.size === 0) return
    const missed = this.#share()
    const lines = [...this.#lanes.values()].flatMap(({ arrivals }) => arrivals).sort((a, b) => a.at - b.at)
    this.#lanes.clear()
    this.#options.tell(lines, missed)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#lanes.clear()
  }

  #cut(lane: Lane<T>, keep: number): void {
    lane.missed += lane.arrivals.length - keep
    lane.arrivals = lane.arrivals.slice(lane.arrivals.length - keep)
  }

  /** Gives each service its fair share, the quiet ones all they have; answers how many lines of which are left out. */
  #share(): Map<string, number> {
    const lanes = [...this.#lanes].sort(([, a], [, b]) => a.arrivals.length - b.arrivals.length)
    let left = this.#options.mostLines
    for (const [index, [, lane]] of lanes.entries()) {
      const fair = Math.floor(left / (lanes.length - index))
      if (lane.arrivals.length > fair) this.#cut(lane, fair)
      left -= lane.arrivals.length
    }
    return new Map(lanes.flatMap(([id, { missed }]) => (missed > 0 ? [[id, missed] as const] : [])))
  }
}
