/** Lines at the end of a terminal that are drawn over in place, each frame in one write so that nothing flickers. */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream
  #height = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  draw(lines: readonly string[]): void {
    // More lines than the window holds cannot be drawn over: the end of them is shown, as it is where things happen.
    const shown = lines.slice(-Math.max(1, this.#stream.rows - 1))
    const up = this.#height > 0 ? `\u001B[${this.#height}A` : ''
    const body = shown.map((line) => `${line}\u001B[K\n`).join('')
    this.#stream.write(`\u001B[?25l${up}\r${body}\u001B[J`)
    this.#height = shown.length
  }

  /** Leaves what is drawn and gives the cursor back. */
  end(): void {
    this.#stream.write('\u001B[?25h')
    this.#height = 0
  }
}
