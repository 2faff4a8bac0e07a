export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof levels)[number]

/** One line as it arrives. `at` is ISO 8601; `system` lines are sentences of the product. */
export interface Line {
  readonly at: string
  readonly stream: 'stdout' | 'stderr' | 'system'
  readonly level: Level | null
  readonly text: string
  /** Who of several wrote it, such as a task of a Swarm service. */
  readonly task?: string | null | undefined
  /** Where it stands among the kept lines. */
  readonly position?: string | null | undefined
}

export interface Stored {
  readonly at: number
  readonly stream: Line['stream']
  readonly level: Level | null
  readonly text: string
  readonly task: string | null
  readonly position: string | null
}

const mostTasks = 65_535
const streams = ['stdout', 'stderr', 'system'] as const

/**
 * The newest lines, bounded by count and by characters: what is over goes from the front. Lines have numbers that count
 * up for ever, so that a filter can hold on to numbers while old lines leave. Columns instead of objects: 100,000 lines
 * cost 15 bytes each beside their text.
 */
export class LogRing {
  readonly capacity: number
  readonly maxChars: number
  #first = 0
  #next = 0
  #chars = 0
  #came = 0
  readonly #text: string[]
  readonly #at: Float64Array
  readonly #level: Int8Array
  readonly #stream: Uint8Array
  /** Place of its task among those that were seen; 0 is none. */
  readonly #task: Uint16Array
  readonly #position: (string | null)[]
  readonly #tasks: (string | null)[] = [null]
  readonly #places = new Map<string, number>()

  constructor(capacity = 100_000, maxChars = 40_000_000) {
    this.capacity = capacity
    this.maxChars = maxChars
    this.#text = Array.from({ length: capacity }, () => '')
    this.#at = new Float64Array(capacity)
    this.#level = new Int8Array(capacity)
    this.#stream = new Uint8Array(capacity)
    this.#task = new Uint16Array(capacity)
    this.#position = Array.from({ length: capacity }, () => null)
  }

  /** Number of the oldest line kept; also how many were dropped. */
  get first(): number {
    return this.#first
  }
  /** Number the next line will get; also how many ever came. */
  get next(): number {
    return this.#next
  }
  /** How many ever came at the end, whatever was put before or cleared since. */
  get came(): number {
    return this.#came
  }
  get size(): number {
    return this.#next - this.#first
  }

  push(line: Line): void {
    if (this.size === this.capacity) this.#drop()
    const slot = this.#next % this.capacity
    this.#text[slot] = line.text
    this.#at[slot] = Date.parse(line.at)
    this.#level[slot] = line.level === null ? -1 : levels.indexOf(line.level)
    this.#stream[slot] = streams.indexOf(line.stream)
    this.#task[slot] = this.#placeOf(line.task)
    this.#position[slot] = line.position ?? null
    this.#chars += line.text.length
    this.#next++
    this.#came++
    while (this.#chars > this.maxChars && this.size > 1) this.#drop()
  }

  #placeOf(task: string | null | undefined): number {
    if (!task) return 0
    const known = this.#places.get(task)
    if (known !== undefined) return known
    if (this.#tasks.length > mostTasks) return 0
    this.#places.set(task, this.#tasks.length)
    return this.#tasks.push(task) - 1
  }

  #drop(): void {
    const slot = this.#first % this.capacity
    this.#chars -= (this.#text[slot] ?? '').length
    this.#text[slot] = ''
    this.#first++
  }

  textOf(number: number): string {
    return this.#text[number % this.capacity] ?? ''
  }
  levelOf(number: number): Level | null {
    const level = this.#level[number % this.capacity] ?? -1
    return level < 0 ? null : (levels[level] ?? null)
  }
  get(number: number): Stored | null {
    if (number < this.#first || number >= this.#next) return null
    const slot = number % this.capacity
    return {
      at: this.#at[slot] ?? 0,
      stream: streams[this.#stream[slot] ?? 0] ?? 'stdout',
      level: this.levelOf(number),
      text: this.#text[slot] ?? '',
      task: this.#tasks[this.#task[slot] ?? 0] ?? null,
      position: this.#position[slot] ?? null,
    }
  }

  clear(): void {
    this.#text.fill('')
    this.#first = 0
    this.#next = 0
    this.#chars = 0
  }

  /** Puts older lines before what is there, as far as they fit; answers how many did. */
  prepend(older: readonly Line[]): number {
    const room = Math.max(0, this.capacity - this.size)
    const fitting = older.slice(Math.max(0, older.length - room))
    const kept: Stored[] = []
    const came = this.#came
    for (let n = this.#first; n < this.#next; n++) kept.push(this.get(n) as Stored)
    this.clear()
    for (const line of fitting) this.push(line)
    for (const line of kept) this.push({ ...line, at: new Date(line.at).toISOString() })
    this.#came = came
    return fitting.length
  }
}
