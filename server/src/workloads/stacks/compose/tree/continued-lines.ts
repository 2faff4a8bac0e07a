/** A text whose continued lines stand far enough to the right, and by how many blanks each line was moved (first line: 0). */
export interface Indented {
  readonly text: string
  readonly moved: readonly number[]
}

const beforeValue =
  /^([ ]*(?:-[ ]+)*)(?:(?:"(?:[^"\\]|\\.)*"[ ]*|'(?:[^']|'')*'[ ]*|[^\s#"'[\]{},&*!|>%@`-][^#]*?):[ ]+)?(?:[&!][^\s[\]{},]*[ ]+)*/
// Nobody writes deeper; each line that goes on would be made as long as that.
const deepest = 200
const blockScalar = /(?:^|[\s:-])[|>][-+0-9]*[ ]*(?:#.*)?$/

/**
 * Lists in brackets, maps in braces and texts in quotes may go on in lines that are indented less than what they belong to, says the
 * parser of Compose; ours wants them indented more. Blanks at the beginning of such lines mean nothing, so they are added. Null where
 * nothing is to be moved, or a bracket is never closed.
 */
export function indentContinued(source: string): Indented | null {
  const lines = source.split('\n')
  const moved = lines.map(() => 0)
  let open: Flow | null = null
  let scalarOf: number | null = null
  for (const [index, line] of lines.entries()) {
    if (open !== null) {
      if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return null
      const stands = /^ */.exec(line)![0].length
      if (line.trim() !== '' && stands <= open.column) moved[index] = open.column + 1 - stands
      if (open.read(line)) open = null
      continue
    }
    const stands = /^ */.exec(line)![0].length
    if (scalarOf !== null && (line.trim() === '' || stands > scalarOf)) continue
    scalarOf = null
    if (line.trimStart().startsWith('#')) continue
    const before = beforeValue.exec(line)
    const column = before?.[1]?.length ?? stands
    if (blockScalar.test(line)) {
      scalarOf = column
      continue
    }
    const value = line.slice(before?.[0].length ?? 0)
    if (!/^[[{"']/.test(value) || column > deepest) continue
    const flow = new Flow(column)
    if (!flow.read(value)) open = flow
  }
  if (open !== null || moved.every((count) => count === 0)) return null
  return { text: lines.map((line, index) => ' '.repeat(moved[index]!) + line).join('\n'), moved }
}

/** What is open between brackets and quotes, from line to line. */
class Flow {
  /** Of what the value belongs to, in characters from the left. */
  readonly column: number
  #depth = 0
  #quote: string | null = null

  constructor(column: number) {
    this.column = column
  }

  /** True when all that was opened is closed. */
  read(line: string): boolean {
    // A quote, like a comment, begins only where a word may begin.
    let isStart = true
    for (let at = 0; at < line.length; at++) {
      const char = line[at]!
      if (this.#quote !== null) {
        if (this.#quote === '"' && char === '\\') at++
        else if (char === this.#quote && this.#quote === "'" && line[at + 1] === "'") at++
        else if (char === this.#quote) this.#quote = null
      } else if (char === '#' && (at === 0 || /\s/.test(line[at - 1]!))) break
      else if (isStart && (char === '"' || char === "'")) {
        this.#quote = char
        isStart = false
      } else if (char === '[' || char === '{') {
        this.#depth++
        isStart = true
      } else if (char === ']' || char === '}') this.#depth--
      else if (char === ',' || (char === ':' && /^(?:\s|$|["'[{])/.test(line.slice(at + 1)))) isStart = true
      else if (!/\s/.test(char)) isStart = false
      if (this.#depth <= 0 && this.#quote === null) return true
    }
    return false
  }
}
