import { plainText } from './ansi.ts'
import type { Level, LogRing } from './ring.ts'

export interface LogFilter {
  /** Levels shown; null shows all. Lines without a level count as info. */
  readonly levels: ReadonlySet<Level> | null
  readonly search: RegExp | null
}

/** Compiles what was typed. A wrong pattern answers the reason in words. */
export function compileSearch(text: string): { search: RegExp | null; error: string | null } {
  if (text === '') return { search: null, error: null }
  try {
    return { search: new RegExp(text, 'gi'), error: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*:\s*/, '').toLowerCase() : 'it cannot be read'
    return {
      search: null,
      error: `This is no regular expression yet: ${reason}. Write \\ before a sign that is meant as it is.`,
    }
  }
}

/** The numbers of the lines a filter lets through, kept up to date as lines come and go. */
export class LogView {
  readonly #ring: LogRing
  #filter: LogFilter
  #numbers: number[] = []
  #head = 0
  #seen = 0

  constructor(ring: LogRing, filter: LogFilter) {
    this.#ring = ring
    this.#filter = filter
    this.sync()
  }

  get count(): number {
    return this.#all ? this.#ring.size : this.#numbers.length - this.#head
  }
  get #all(): boolean {
    return this.#filter.levels === null && this.#filter.search === null
  }

  /** Line number at a place of the view. */
  at(place: number): number {
    return this.#all ? this.#ring.first + place : (this.#numbers[this.#head + place] ?? -1)
  }

  /** Takes in what came since the last call and lets go of what left; answers how many rows left at the front. */
  sync(): number {
    const { first, next } = this.#ring
    if (this.#all) {
      const gone = Math.max(0, first - Math.max(this.#head, 0))
      this.#head = first
      this.#seen = next
      return gone
    }
    let gone = 0
    while (this.#head < this.#numbers.length && (this.#numbers[this.#head] ?? 0) < first) {
      this.#head++
      gone++
    }
    if (this.#head > 20_000) {
      this.#numbers = this.#numbers.slice(this.#head)
      this.#head = 0
    }
    for (let n = Math.max(this.#seen, first); n < next; n++) if (this.#passes(n)) this.#numbers.push(n)
    this.#seen = next
    return gone
  }

  #passes(n: number): boolean {
    const { levels, search } = this.#filter
    const line = this.#ring.get(n)
    if (!line) return false
    if (line.stream === 'system') return true
    if (levels && !levels.has(line.level ?? 'info')) return false
    if (!search) return true
    search.lastIndex = 0
    return search.test(plainText(line.text))
  }
}
