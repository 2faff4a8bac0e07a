import type { RawLine } from './log-lines.ts'

/**
 * Where a log was left, so that it can be asked for again from there: `since` includes its own time, therefore lines of
 * just that time that were told already are dropped, as often as they were told.
 */
export class ResumePoint {
  #time = ''
  /** The lines of just that time, in the order they came. */
  readonly #told: RawLine[] = []
  #expected: RawLine[] = []

  /** Engine time of the last line, null when there was none. */
  get time(): string | null {
    return this.#time || null
  }

  /** Lines that were told already may still come. */
  get isResuming(): boolean {
    return this.#expected.length > 0
  }

  /** The log is about to be asked for again. */
  rewind(): void {
    this.#expected = [...this.#told]
  }

  /** True when the line is new. Times have one form and length, so they compare as texts. */
  accept(line: RawLine): boolean {
    if (line.time < this.#time) return this.#expected.length === 0
    if (line.time === this.#time) {
      const left = this.#expected.findIndex(({ stream, text }) => stream === line.stream && text === line.text)
      if (left !== -1) {
        this.#expected.splice(left, 1)
        return false
      }
    } else {
      this.#time = line.time
      this.#told.length = 0
      if (this.#expected.length > 0) this.#expected = []
    }
    this.#told.push(line)
    return true
  }
}
