import { lineLevels } from './marks.ts'

/**
 * Lines as columns, in the order they came. `at` is epoch microseconds; `marks` is one byte a line (see marks.ts); `text` is UTF-8,
 * every line ended by a newline, so a line itself never holds one.
 */
export interface Lines {
  readonly at: Float64Array
  readonly marks: Uint8Array
  readonly text: Uint8Array
}

/** One line as a reader gets it. `seq` counts the lines of a stream from 1 on, for ever. */
export interface Line {
  readonly stream: number
  readonly seq: number
  readonly at: number
  readonly marks: number
  readonly text: string
}

const newline = 10

/** Columns of lines told one by one. A newline inside a text becomes a carriage return's sign, so that counts stay true. */
export function linesOf(rows: readonly { at: number; marks: number; text: string }[]): Lines {
  const at = new Float64Array(rows.length)
  const marks = new Uint8Array(rows.length)
  let text = ''
  for (const [index, row] of rows.entries()) {
    at[index] = row.at
    marks[index] = row.marks
    text += row.text.includes('\n') ? row.text.replaceAll('\n', '␊') : row.text
    text += '\n'
  }
  return { at, marks, text: Buffer.from(text) }
}

/** Where each line begins, and at the end where the last one ends. */
export function startsOf(text: Uint8Array, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1)
  let from = 0
  for (let line = 1; line <= count; line++) {
    const end = text.indexOf(newline, from)
    if (end < 0) throw new RangeError('The text has fewer lines than its columns tell')
    from = end + 1
    starts[line] = from
  }
  return starts
}

/** Several pieces as one. */
export function joined(pieces: readonly Lines[]): Lines {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const count = pieces.reduce((sum, { at }) => sum + at.length, 0)
  const at = new Float64Array(count)
  const marks = new Uint8Array(count)
  let from = 0
  for (const piece of pieces) {
    at.set(piece.at, from)
    marks.set(piece.marks, from)
    from += piece.at.length
  }
  return { at, marks, text: Buffer.concat(pieces.map(({ text }) => text)) }
}

/** How many lines there are of each level, by its number. */
export function levelsOf(marks: Uint8Array): Uint32Array {
  const counts = new Uint32Array(lineLevels)
  for (const mark of marks) counts[mark & 7]!++
  return counts
}
