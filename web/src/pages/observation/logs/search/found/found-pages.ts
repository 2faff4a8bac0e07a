import type { KeptLine, LogGap } from '@wheelhouse/contract'
import { fold, goOnWith, type Trace, unfolded } from './traces.ts'

export interface Answer {
  readonly items: readonly KeptLine[]
  readonly nextCursor: string | null
  /** Times between these lines of which lines are missing. */
  readonly gaps?: readonly LogGap[]
  readonly scanned: { readonly blocks: number; readonly skipped: number; readonly broken: number }
}
export type Load = (cursor: string | undefined, signal: AbortSignal) => Promise<Answer>

export interface FoundPage {
  readonly cursor: string | undefined
  /** How many lines came with it. */
  readonly count: number
  /** Null while it is let go: it is asked for again when it comes into sight. */
  readonly traces: readonly Trace[] | null
  readonly gaps?: readonly LogGap[]
  readonly order?: 'newest' | 'oldest'
  /** Changes whenever its traces do. */
  readonly turn: number
}

interface Kept {
  cursor: string | undefined
  items: readonly KeptLine[] | null
  readonly gaps: readonly LogGap[]
  /** Lines of a trace that the neighbour has the other part of: they are shown here. */
  taken: readonly KeptLine[]
  /** Positions of lines that are shown with the neighbour. */
  given: ReadonlySet<string>
  shown: FoundPage
}

interface Options {
  readonly load: Load
  readonly order: 'newest' | 'oldest'
  /** Whether stack traces are put beneath their first lines. */
  readonly folds: boolean
  /** How many pages are held; the ones furthest from what is looked at are let go. */
  readonly held: number
}

/**
 * The pages of one search. However far someone scrolls, only some pages near what is seen are held; of the others there is no more than
 * where they begin and how many lines they had.
 */
export class FoundPages {
  readonly #options: Options
  readonly #kept: Kept[] = []
  readonly #listeners = new Set<() => void>()
  readonly #stop = new AbortController()
  readonly #fetching = new Set<number>()
  readonly #gaps = new Set<string>()
  #turn = 0
  #version = 0
  #next: string | null | undefined
  #begun = false
  #error: unknown = null
  #broken = 0
  #count = 0
  /** Read newest first: lines at the end of the last page whose first line is still to come. */
  #waiting: readonly KeptLine[] = []

  constructor(options: Options) {
    this.#options = options
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly version = (): number => this.#version

  get pages(): readonly FoundPage[] {
    return this.#kept.map(({ shown }) => shown)
  }
  /** Lines found so far. */
  get count(): number {
    return this.#count
  }
  get isDone(): boolean {
    return this.#next === null
  }
  get isBusy(): boolean {
    return this.#fetching.size > 0
  }
  get error(): unknown {
    return this.#error
  }
  /** Blocks that could not be read on the way. */
  get broken(): number {
    return this.#broken
  }

  close(): void {
    this.#stop.abort()
  }

  /** Asks for the page behind the last one, unless it is on its way or there is none. */
  async more(): Promise<void> {
    const index = this.#kept.length
    if (this.#next === null || this.#fetching.has(index) || (this.#begun && this.#next === undefined)) return
    const cursor = this.#next
    this.#begun = true
    await this.#fetch(index, cursor, (answer) => {
      this.#next = answer.nextCursor
      this.#broken += answer.scanned.broken
      this.#count += answer.items.length
      const { items, gaps = [] } = answer
      // One that reaches over two pages is told with the first.
      const fresh = gaps.filter(({ sourceId, from }) => !this.#gaps.has(`${sourceId} ${from}`))
      for (const { sourceId, from } of fresh) this.#gaps.add(`${sourceId} ${from}`)
      const page: Kept = { cursor, items, gaps: fresh, taken: [], given: new Set(), shown: emptyPage }
      this.#kept.push(page)
      this.#settle(index)
    })
  }

  /** To be called with the pages in sight: what was let go comes back, what is far away goes. */
  look(first: number, last: number): void {
    for (let index = first; index <= last; index++) {
      const page = this.#kept[index]
      if (!page || page.items !== null || this.#fetching.has(index)) continue
      void this.#fetch(index, page.cursor, ({ items }) => {
        page.items = items
        this.#show(index)
      })
    }
    const middle = (first + last) / 2
    const held = [...this.#kept.keys()].filter((index) => this.#kept[index]?.items !== null)
    const far = held.sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle))
    let gone = false
    for (const index of far.slice(0, Math.max(0, far.length - this.#options.held))) {
      const page = this.#kept[index]
      if (!page || (index >= first && index <= last)) continue
      page.items = null
      page.shown = { ...page.shown, traces: null, turn: ++this.#turn }
      gone = true
    }
    if (gone) this.#tell()
  }

  /** Asks again for what failed. */
  async retry(): Promise<void> {
    this.#error = null
    if (this.#kept.length === 0) this.#begun = false
    this.#tell()
    if (this.#kept.every(({ items }) => items !== null)) await this.more()
  }

  async #fetch(index: number, cursor: string | undefined, take: (answer: Answer) => void): Promise<void> {
    this.#fetching.add(index)
    this.#tell()
    const { signal } = this.#stop
    try {
      const answer = await this.#options.load(cursor, signal)
      if (signal.aborted) return
      this.#error = null
      take(answer)
    } catch (error) {
      if (!signal.aborted) this.#error = error
    } finally {
      this.#fetching.delete(index)
      if (!signal.aborted) this.#tell()
    }
  }

  /** A new page and the one before it share out the traces that were cut between them. */
  #settle(index: number): void {
    const { order, folds } = this.#options
    const page = this.#kept[index]
    if (!page?.items) return
    // A long trace may take whole pages, which then show nothing themselves.
    const nearest = this.#kept.slice(0, index).findLastIndex(({ items, given }) => (items?.length ?? 1) > given.size)
    const before = this.#kept[nearest]
    if (folds && order === 'oldest' && before?.items) {
      const moved = goOnWith([...before.items, ...before.taken], page.items)
      if (moved.length > 0) {
        page.given = new Set(moved.map(({ position }) => position))
        before.taken = [...before.taken, ...moved]
        this.#show(nearest)
      }
    }
    if (order === 'newest') page.taken = this.#waiting
    this.#waiting = []
    this.#show(index)
  }

  #show(index: number): void {
    const { order, folds } = this.#options
    const page = this.#kept[index]
    if (!page?.items) return
    const told = { cursor: page.cursor, count: page.items.length, gaps: page.gaps, order }
    if (!folds) {
      page.shown = { ...told, traces: unfolded(page.items), turn: ++this.#turn }
      return
    }
    const lines = order === 'newest' ? [...page.taken, ...page.items] : [...page.items, ...page.taken]
    const own = lines.filter(({ position }) => !page.given.has(position))
    const isFollowed = index === this.#kept.length - 1 && this.#next !== null
    const { traces, open } = fold(own, order, !isFollowed)
    if (open.length > 0) {
      page.given = new Set([...page.given, ...open.map(({ position }) => position)])
      this.#waiting = open
    }
    page.shown = { ...told, traces, turn: ++this.#turn }
  }

  #tell(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}

const emptyPage: FoundPage = { cursor: undefined, count: 0, traces: [], turn: 0 }
