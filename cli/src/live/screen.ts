/** The whole terminal for a live view: drawn in place, left as it was found. */
export class Screen {
  readonly #foot: string
  #closed = false
  #waiting: ((key: string) => void) | null = null

  constructor(foot: string) {
    this.#foot = foot
    process.stdout.write('\u001B[?1049h\u001B[?25l')
    process.stdin.setRawMode(true)
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', this.#onKey)
    process.stdin.resume()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** The next key, whenever it comes. */
  key(): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  draw(text: string): void {
    if (this.#closed) return
    const rows = process.stdout.rows
    const lines = text
      .trimEnd()
      .split('\n')
      .slice(0, Math.max(1, rows - 2))
    const body = lines.map((line) => `${line}\u001B[K`).join('\r\n')
    process.stdout.write(`\u001B[H${body}\u001B[J\u001B[${rows};1H\u001B[2m${this.#foot}\u001B[22m\u001B[K`)
  }

  leave(): void {
    if (this.#closed) return
    this.#closed = true
    process.stdin.off('data', this.#onKey)
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stdout.write('\u001B[?25h\u001B[?1049l')
  }

  readonly #onKey = (key: string | Buffer): void => {
    const text = String(key)
    // In raw mode Ctrl-C is a key like any other.
    if (text === 'q' || text === '\u0003' || text === '\u001B') this.leave()
    this.#waiting?.(text)
    this.#waiting = null
  }
}
