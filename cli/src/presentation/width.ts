/** C0, DEL and C1: a name from elsewhere must not be able to move the cursor or change the title of the terminal. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\u007F-\u009F]/g
// oxlint-disable-next-line no-control-regex
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\^_])/g
// oxlint-disable-next-line no-control-regex
const colours = /^\u001B\[[0-9;]*m$/

/** One line that is safe to print: escapes and control characters are gone, line ends are spaces. */
export const clean = (text: string): string =>
  text
    .replace(escapes, '')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(control, '')

/** The same for log text: colours stay when they are wanted, everything else that steers a terminal goes. */
export function cleanLog(text: string, keepColours: boolean): string {
  let colored = false
  const kept = text.replace(escapes, (sequence) => {
    if (!keepColours || !colours.test(sequence)) return ''
    colored = true
    return sequence.replace('\u001B', '\uE01B')
  })
  const safe = kept.replace(/\t/g, '    ').replace(control, '').replaceAll('\uE01B', '\u001B')
  return colored ? `${safe}\u001B[0m` : safe
}

function columnsOf(code: number): number {
  const zero = (code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)
  if (zero) return 0
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  return wide ? 2 : 1
}

/** Terminal columns of a text without escapes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character.codePointAt(0) ?? 0)
  return width
}

/** Cuts to `columns`, with an ellipsis where something was cut. */
export function fit(text: string, columns: number, ellipsis = '…'): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let width = 0
  const room = Math.max(0, columns - ellipsis.length)
  for (const character of text) {
    width += columnsOf(character.codePointAt(0) ?? 0)
    if (width > room) break
    kept += character
  }
  return (kept.trimEnd() + ellipsis).slice(0, Math.max(0, columns))
}
