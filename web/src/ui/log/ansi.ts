/** A run of text with its classes; `cls` is empty for plain text. */
export interface Span {
  readonly text: string
  readonly cls: string
}

const colours = ['a-dim', 'a-red', 'a-green', 'a-yellow', 'a-blue', 'a-magenta', 'a-cyan', 'a-white']
// CSI sequences, OSC sequences (titles, links) and lone two-byte escapes.
// oxlint-disable-next-line no-control-regex -- escape sequences are what this file is about
const sequence = /\u001b(?:\[([0-9;:?]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g
// oxlint-disable-next-line no-control-regex -- the same
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/g

interface Pen {
  colour: string
  bold: boolean
  dim: boolean
  underline: boolean
}

/** 256 colours and RGB come down to the eight the tokens have: unreadable shades never reach the page. */
function nearestColour(r: number, g: number, b: number): string {
  const top = Math.max(r, g, b)
  if (top - Math.min(r, g, b) < 40) return top > 200 ? 'a-bright' : top > 110 ? 'a-white' : 'a-dim'
  const on = (v: number): number => (v > top * 0.6 ? 1 : 0)
  return colours[on(r) + 2 * on(g) + 4 * on(b)] ?? ''
}

function extended(codes: readonly number[], at: number): { colour: string; used: number } {
  if (codes[at + 1] === 2)
    return { colour: nearestColour(codes[at + 2] ?? 0, codes[at + 3] ?? 0, codes[at + 4] ?? 0), used: 4 }
  const n = codes[at + 2] ?? 0
  if (n < 16) return { colour: n === 15 ? 'a-bright' : (colours[n % 8] ?? ''), used: 2 }
  if (n > 231) return { colour: n > 249 ? 'a-bright' : n > 241 ? 'a-white' : 'a-dim', used: 2 }
  const cube = n - 16
  const level = (v: number): number => (v === 0 ? 0 : 55 + v * 40)
  return {
    colour: nearestColour(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)),
    used: 2,
  }
}

function apply(pen: Pen, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0
    if (code === 0) Object.assign(pen, { colour: '', bold: false, dim: false, underline: false })
    else if (code === 1) pen.bold = true
    else if (code === 2) pen.dim = true
    else if (code === 4) pen.underline = true
    else if (code === 22) pen.bold = pen.dim = false
    else if (code === 24) pen.underline = false
    else if (code === 39) pen.colour = ''
    else if (code >= 30 && code <= 37) pen.colour = colours[code - 30] ?? ''
    else if (code >= 90 && code <= 97) pen.colour = code === 97 ? 'a-bright' : (colours[code - 90] ?? '')
    else if (code === 38 || code === 48) {
      const { colour, used } = extended(codes, i)
      if (code === 38) pen.colour = colour
      i += used
    }
  }
}

const classOf = (pen: Pen): string =>
  [pen.colour || (pen.dim && 'a-dim'), pen.bold && 'a-bold', pen.underline && 'a-underline'].filter(Boolean).join(' ')

/** Splits a line into coloured runs. Sequences that move the cursor are dropped; backgrounds are not drawn. */
export function ansiSpans(line: string): Span[] {
  if (!line.includes('\u001b')) return [{ text: line.replace(control, ''), cls: '' }]
  const spans: Span[] = []
  const pen: Pen = { colour: '', bold: false, dim: false, underline: false }
  let from = 0
  const push = (text: string): void => {
    const clean = text.replace(control, '')
    if (clean !== '') spans.push({ text: clean, cls: classOf(pen) })
  }
  for (const match of line.matchAll(sequence)) {
    push(line.slice(from, match.index))
    from = match.index + match[0].length
    if (match[2] === 'm') apply(pen, match[1] ?? '')
  }
  push(line.slice(from))
  return spans
}

/** The text alone, as it is searched and copied. */
export const plainText = (line: string): string =>
  line.includes('\u001b') ? line.replace(sequence, '').replace(control, '') : line.replace(control, '')

export interface Piece extends Span {
  readonly hit: boolean
}

/** Coloured runs cut again where the search hits. `search` must be global. */
export function pieces(line: string, search: RegExp | null): Piece[] {
  const spans = ansiSpans(line)
  if (!search) return spans.map((span) => ({ ...span, hit: false }))
  const text = spans.map((span) => span.text).join('')
  const hits = [...text.matchAll(search)]
    .filter((m) => m[0] !== '')
    .map((m) => [m.index, m.index + m[0].length] as const)
  const out: Piece[] = []
  let at = 0
  for (const span of spans) {
    const end = at + span.text.length
    let from = at
    for (const [start, stop] of hits) {
      if (stop <= from || start >= end) continue
      if (start > from) out.push({ text: text.slice(from, start), cls: span.cls, hit: false })
      const until = Math.min(stop, end)
      out.push({ text: text.slice(Math.max(start, from), until), cls: span.cls, hit: true })
      from = until
    }
    if (from < end) out.push({ text: text.slice(from, end), cls: span.cls, hit: false })
    at = end
  }
  return out
}
