import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { terminalTheme } from './terminal-theme.ts'

export interface ScreenEvents {
  onTyped(bytes: Uint8Array): void
  /** The window gave it another size. */
  onFitted(columns: number, rows: number): void
}

/** The terminal as it is drawn: fitted to its box for those who type, of the size that is told for those who look on. */
export class Screen {
  readonly terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #leave: (() => void)[] = []
  #told = false
  #writes = true

  constructor(box: HTMLElement, events: ScreenEvents) {
    const terminal = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 12,
      lineHeight: 1.35,
      cursorBlink: false,
      scrollback: 5000,
      theme: terminalTheme(),
    })
    this.terminal = terminal
    terminal.loadAddon(this.#fit)
    terminal.open(box)
    this.#fit.fit()
    terminal.focus()
    // Everything goes to the shell but the palette and the way out.
    terminal.attachCustomKeyEventHandler((event) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') return false
      if (event.ctrlKey && event.shiftKey && event.key === 'Escape') {
        document.querySelector<HTMLElement>('#main')?.focus()
        return false
      }
      return true
    })
    const encoder = new TextEncoder()
    const disposables = [
      terminal.onData((text) => events.onTyped(encoder.encode(text))),
      terminal.onBinary((text) => events.onTyped(Uint8Array.from(text, (c) => c.codePointAt(0) ?? 0))),
      terminal.onResize(({ cols, rows }) => {
        // A size that was told is nobody's wish here: told back, two windows would never come to rest.
        if (!this.#told) events.onFitted(cols, rows)
      }),
    ]
    const sizes = new ResizeObserver(() => {
      if (this.#writes) this.#fit.fit()
    })
    sizes.observe(box)
    const themes = new MutationObserver(() => {
      terminal.options.theme = terminalTheme()
    })
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    this.#leave.push(
      () => sizes.disconnect(),
      () => themes.disconnect(),
      ...disposables.map((one) => () => one.dispose()),
    )
  }

  size(): { columns: number; rows: number } {
    return { columns: this.terminal.cols, rows: this.terminal.rows }
  }

  setWrites(writes: boolean): void {
    const began = writes && !this.#writes
    this.#writes = writes
    this.terminal.options.disableStdin = !writes
    if (began) {
      this.#fit.fit()
      this.terminal.focus()
    }
  }

  /** Somebody else made it this large. */
  resizeTo(columns: number, rows: number): void {
    this.#told = true
    this.terminal.resize(columns, rows)
    this.#told = false
  }

  dispose(): void {
    for (const leave of this.#leave) leave()
    this.terminal.dispose()
  }
}
