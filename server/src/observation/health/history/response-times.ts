/** Each step is 10 % above the one before, so the middle of a step is within 5 % of what fell into it. */
const growth = Math.log(1.1)
const smallestMs = 0.1

const stepOf = (ms: number): number => Math.max(0, Math.round(Math.log(Math.max(ms, smallestMs) / smallestMs) / growth))
const middleOf = (step: number): number => Math.round(smallestMs * Math.exp(step * growth) * 10) / 10

/** How long answers took, as counts in steps of 10 %: a day of any number of results is a line of text. */
export class ResponseTimes {
  readonly #counts = new Map<number, number>()
  #total = 0

  /** What `text()` wrote. */
  static read(text: string): ResponseTimes {
    const times = new ResponseTimes()
    for (const pair of text === '' ? [] : text.split(',')) {
      const [step, count] = pair.split(':').map(Number)
      if (Number.isSafeInteger(step) && Number.isSafeInteger(count)) times.#put(step!, count!)
    }
    return times
  }

  add(ms: number): void {
    this.#put(stepOf(ms), 1)
  }
  merge(other: ResponseTimes): void {
    for (const [step, count] of other.#counts) this.#put(step, count)
  }

  /** The time that this share of the answers stayed within; null where there was none. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null
    let left = Math.ceil(share * this.#total)
    const steps = [...this.#counts].toSorted(([a], [b]) => a - b)
    for (const [step, count] of steps) {
      left -= count
      if (left <= 0) return middleOf(step)
    }
    return middleOf(steps.at(-1)![0])
  }

  text(): string {
    return [...this.#counts]
      .toSorted(([a], [b]) => a - b)
      .map((pair) => pair.join(':'))
      .join(',')
  }

  #put(step: number, count: number): void {
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + count)
    this.#total += count
  }
}
