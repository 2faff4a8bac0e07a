import type { Line } from './lines.ts'
import { compare, type Position, type Query } from './query.ts'

/** The first `limit` lines in the order of a query, however they come in. */
export class Hits {
  readonly #limit: number
  readonly #sign: 1 | -1
  readonly #after: Position | null
  #lines: Line[] = []
  #fresh: Line[] = []

  constructor({ order, after, limit }: Pick<Query, 'order' | 'after' | 'limit'>) {
    this.#limit = limit
    this.#sign = order === 'newest' ? -1 : 1
    this.#after = after
  }

  /** Whether a line there could be among them. Cheaper than making the line. */
  takes(place: Position): boolean {
    if (this.#after !== null && this.#order(place, this.#after) <= 0) return false
    return this.#lines.length < this.#limit || this.#order(place, this.#lines.at(-1)!) < 0
  }

  add(line: Line): void {
    this.#fresh.push(line)
    if (this.#fresh.length >= Math.max(1000, this.#limit)) this.#settle()
  }

  /** Whether there are enough of them that no line at `at` or behind it could be among them any more. */
  isFullBefore(at: number): boolean {
    this.#settle()
    const last = this.#lines.at(-1)
    return last !== undefined && this.#lines.length >= this.#limit && (last.at - at) * this.#sign < 0
  }

  get lines(): readonly Line[] {
    this.#settle()
    return this.#lines
  }

  #order(a: Position, b: Position): number {
    return compare(a, b) * this.#sign
  }

  #settle(): void {
    if (this.#fresh.length === 0) return
    const all = [...this.#lines, ...this.#fresh].sort((a, b) => this.#order(a, b))
    this.#lines = all.slice(0, this.#limit)
    this.#fresh = []
  }
}
