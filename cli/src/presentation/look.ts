/** How text may look where it goes: decided once from the terminal, so that everything below is pure. */
export interface Look {
  readonly color: boolean
  /** Glyphs beside state words and frames: only on a terminal, so that columns of a pipe stay one word each. */
  readonly glyphs: boolean
  /** False where the locale is not UTF-8: ASCII stands in. */
  readonly unicode: boolean
  /** Columns of the terminal; null in a pipe, where nothing is cut. */
  readonly width: number | null
  /** Epoch milliseconds that ages are counted from. */
  readonly now: number
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const
export type Paint = keyof typeof codes

export function paint(text: string, color: Paint | undefined, look: Look): string {
  if (!look.color || color === undefined || text === '') return text
  const [on, off] = codes[color]
  return `\u001B[${on}m${text}\u001B[${off}m`
}

/** For documents and tests: no colour, no width, everything spelled out. */
export const plainLook = (now: number): Look => ({ color: false, glyphs: false, unicode: true, width: null, now })
