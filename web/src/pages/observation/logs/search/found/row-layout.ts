import type { KeptLine, LogGap } from '@wheelhouse/contract'
import { moment } from '../../../../../ui/format/age.ts'
import { plainText } from '../../../../../ui/log/ansi.ts'
import { rowsOf } from '../../../../../ui/log/heights.ts'
import type { FoundPage } from './found-pages.ts'

export const lineHeight = 20
/** Characters that the button to unfold a trace, and the indent of what is beneath it, take from the text. */
const foldWidth = 15
const indent = 2

export type FoundRow =
  | { readonly kind: 'day'; readonly key: string; readonly day: string; readonly height: number }
  | { readonly kind: 'gap'; readonly key: string; readonly words: string; readonly height: number }
  | {
      readonly kind: 'line' | 'beneath'
      readonly key: string
      readonly line: KeptLine
      readonly folded: number
      readonly height: number
    }

export interface Shape {
  /** Characters of a line before it wraps; 0: it does not. */
  readonly columns: number
  /** Whether what a line is stands above its text. */
  readonly isNarrow: boolean
  /** Positions of the first lines of traces that are open. */
  readonly open: ReadonlySet<string>
}

export interface PageLayout {
  /** Null while the page is let go; its height stays. */
  readonly rows: readonly FoundRow[] | null
  /** Where each row begins inside its page. */
  readonly tops: readonly number[]
  readonly height: number
  /** The day on which it ends. */
  readonly day: string
}

export const dayOf = (iso: string): string => {
  const told = moment(iso)
  return told.slice(0, told.lastIndexOf(', '))
}

const reasons: Record<LogGap['reason'], string> = {
  rotated: 'its target no longer had them',
  unwritten: 'they could not be written before it was gone',
}
const gapWords = ({ service, from, to, reason }: LogGap): string =>
  `Lines of ${service} from ${moment(from)} to ${moment(to)} are missing: ${reasons[reason]}`

/** Rows of a page: its lines, what is open beneath them, and a rule wherever a new day begins. */
export function layOut(page: FoundPage, dayBefore: string, { columns, isNarrow, open }: Shape): PageLayout {
  const rows: FoundRow[] = []
  const tops: number[] = []
  let height = 0
  let day = dayBefore
  const add = (row: FoundRow): void => {
    rows.push(row)
    tops.push(height)
    height += row.height
  }
  const heightOf = (text: string, above: number, less: number): number =>
    (above + (columns > 0 ? rowsOf(plainText(text).length, columns - less) : 1)) * lineHeight
  const gaps = [...(page.gaps ?? [])]
  if (page.order === 'newest') gaps.reverse()
  const tellGaps = (isDue: (gap: LogGap) => boolean): void => {
    for (let gap = gaps[0]; gap !== undefined && isDue(gap); gap = gaps[0]) {
      add({ kind: 'gap', key: `gap ${gap.sourceId} ${gap.from}`, words: gapWords(gap), height: lineHeight })
      gaps.shift()
    }
  }
  for (const { head, rest } of page.traces ?? []) {
    tellGaps(({ from, to }) => (page.order === 'newest' ? from >= head.at : to <= head.at))
    const here = dayOf(head.at)
    if (here !== day) add({ kind: 'day', key: `day ${here} ${head.position}`, day: here, height: lineHeight })
    day = here
    const tall = heightOf(head.text, isNarrow ? 1 : 0, rest.length > 0 && !isNarrow ? foldWidth : 0)
    add({ kind: 'line', key: head.position, line: head, folded: rest.length, height: tall })
    if (rest.length > 0 && open.has(head.position))
      for (const line of rest)
        add({ kind: 'beneath', key: line.position, line, folded: 0, height: heightOf(line.text, 0, indent) })
  }
  tellGaps(() => true)
  return { rows, tops, height, day }
}

/** Index of the last of ascending `tops` that is not behind `y`. */
export function at(tops: readonly number[], y: number): number {
  let low = 0
  let high = tops.length - 1
  while (low < high) {
    const mid = (low + high + 1) >> 1
    if ((tops[mid] ?? 0) <= y) low = mid
    else high = mid - 1
  }
  return low
}

/** Layouts of all pages; those of pages that did not change, or were let go, stay as they were. */
export class Layouts {
  #pages: { turn: number; shape: Shape; layout: PageLayout }[] = []
  tops: number[] = []
  total = 0

  update(pages: readonly FoundPage[], shape: Shape): void {
    this.tops = []
    this.total = 0
    this.#pages.length = Math.min(this.#pages.length, pages.length)
    let day = ''
    for (const [index, page] of pages.entries()) {
      const known = this.#pages[index]
      let layout = known?.layout
      if (!known || known.turn !== page.turn || known.shape !== shape) {
        // One that is let go keeps its place: nothing may move because of what cannot be seen.
        layout =
          page.traces === null
            ? { rows: null, tops: [], height: layout?.height ?? page.count * lineHeight, day: layout?.day ?? day }
            : layOut(page, day, shape)
        this.#pages[index] = { turn: page.turn, shape, layout }
      }
      this.tops.push(this.total)
      this.total += layout?.height ?? 0
      day = layout?.day ?? day
    }
  }

  page(index: number): PageLayout | undefined {
    return this.#pages[index]?.layout
  }
  get count(): number {
    return this.#pages.length
  }
  pageAt(y: number): number {
    return at(this.tops, y)
  }
}
