import { cleanLog, widthOf } from './width.ts'

/** Lines at the end of a terminal that are drawn over in place, each frame in one write so that nothing flickers. */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream
  /** Columns of each line that stands there. */
  #drawn: number[] = []

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  /** `above`: lines that stay, put before the block. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    // More lines than the window holds cannot be drawn over: the end of them is shown, as it is where things happen.
    const shown = lines.slice(-Math.max(1, this.#stream.rows - 1))
    // A window that became narrower has broken the lines of the last frame: they take more rows than lines.
    const columns = Math.max(1, this.#stream.columns || 80)
    const height = this.#drawn.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns)), 0)
    const up = height > 0 ? `\u001B[${Math.min(height, Math.max(1, this.#stream.rows - 1))}A` : ''
    const body = [...above, ...shown].map((line) => `${line}\u001B[K\n`).join('')
    this.#stream.write(`\u001B[?25l${up}\r${body}\u001B[J`)
    this.#drawn = shown.map((line) => widthOf(cleanLog(line, false)))
  }

  /** Leaves what is drawn and gives the cursor back. */
  end(): void {
    this.#stream.write('\u001B[?25h')
    this.#drawn = []
  }
}
