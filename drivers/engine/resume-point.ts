import type { RawLine } from './log-lines.ts'

/**
 * Where a log was left, so that it can be asked for again from there: `since` includes its own time, therefore lines of
 * just that time that were told already are dropped, as often as they were told.
 */
export class ResumePoint {
  #time = ''
  #told = new Map<string, number>()
  #expected = new Map<string, number>()

  /** Engine time of the last line, null when there was none. */
  get time(): string | null {
    return this.#time || null
  }

  /** The log is about to be asked for again. */
  rewind(): void {
    this.#expected = new Map(this.#told)
  }

  /** True when the line is new. Times have one form and length, so they compare as texts. */
  accept(line: RawLine): boolean {
    if (line.time < this.#time) return this.#expected.size === 0
    const key = `${line.stream} ${line.text}`
    if (line.time === this.#time) {
      const left = this.#expected.get(key) ?? 0
      if (left > 0) {
        this.#expected.set(key, left - 1)
        return false
      }
    } else {
      this.#time = line.time
      this.#told = new Map()
      this.#expected = new Map()
    }
    this.#told.set(key, (this.#told.get(key) ?? 0) + 1)
    return true
  }
}
