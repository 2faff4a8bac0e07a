import { type Look, type Paint, paint } from './look.ts'
import { clean, fit, widthOf } from './width.ts'

export interface Cell {
  readonly text: string
  readonly paint?: Paint | undefined
}

export interface Column<T> {
  readonly head: string
  cell(row: T, look: Look): Cell | string
  readonly align?: 'right'
  /** Only with -o wide. */
  readonly wide?: boolean
  /** May be cut to this many columns when the terminal is narrow. */
  readonly shrink?: number
  /** Left out when the terminal is narrower still, highest first; never when absent. */
  readonly drop?: number
  /** Left out while every cell of it is empty. */
  readonly sparse?: boolean
}

export interface TableOptions {
  readonly headers?: boolean
  readonly wide?: boolean
  /** Widths not to fall below, so that rows printed later line up. */
  readonly widths?: readonly number[]
}

interface Laid<T> {
  readonly column: Column<T>
  readonly cells: readonly Cell[]
  width: number
}

const gap = 2
const total = (laid: readonly { readonly width: number }[]): number =>
  laid.reduce((sum, c) => sum + c.width + gap, -gap)

/** Narrow the widest columns that allow it, then leave out the least important ones. */
function squeeze<T>(all: Laid<T>[], width: number): Laid<T>[] {
  let laid = all
  for (;;) {
    let over = total(laid) - width
    while (over > 0) {
      const candidates = laid.filter((c) => c.column.shrink !== undefined && c.width > c.column.shrink)
      const widest = candidates.toSorted((a, b) => b.width - a.width)[0]
      if (!widest) break
      widest.width -= 1
      over -= 1
    }
    if (over <= 0) return laid
    const droppable = laid.filter((c) => c.column.drop !== undefined)
    const victim = droppable.toSorted((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0))[0]
    if (!victim) return laid
    laid = laid.filter((c) => c !== victim)
    for (const c of laid) c.width = natural(c.column, c.cells)
  }
}

const natural = <T>(column: Column<T>, cells: readonly Cell[]): number =>
  Math.max(widthOf(column.head), ...cells.map((c) => widthOf(c.text)))

/** Fixed columns, two spaces apart, numbers to the right; cut to the terminal, whole in a pipe. Ends with a newline. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], look: Look, options: TableOptions = {}) {
  const laidAll: Laid<T>[] = []
  for (const column of columns) {
    if (column.wide && !options.wide) continue
    const cells = rows.map((row): Cell => {
      const cell = column.cell(row, look)
      return typeof cell === 'string' ? { text: clean(cell) } : { ...cell, text: clean(cell.text) }
    })
    if (column.sparse && cells.every((c) => c.text === '')) continue
    laidAll.push({ column, cells, width: natural(column, cells) })
  }
  for (const [index, width] of (options.widths ?? []).entries()) {
    const laid = laidAll[index]
    if (laid) laid.width = Math.max(laid.width, width)
  }
  const laid = look.width === null ? laidAll : squeeze(laidAll, look.width)
  const ellipsis = look.unicode ? '…' : '~'
  const line = (pick: (c: Laid<T>) => Cell): string =>
    laid
      .map((c, index) => {
        const { text, paint: color } = pick(c)
        const cut = look.width === null ? text : fit(text, c.width, ellipsis)
        const pad = ' '.repeat(Math.max(0, c.width - widthOf(cut)))
        const painted = paint(cut, color, look)
        if (c.column.align === 'right') return pad + painted
        return index === laid.length - 1 ? painted : painted + pad
      })
      .join(' '.repeat(gap))
      .trimEnd()
  const lines = rows.map((_, index) => line((c) => c.cells[index] ?? { text: '' }))
  if (options.headers !== false) lines.unshift(line((c) => ({ text: c.column.head, paint: 'dim' })))
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
