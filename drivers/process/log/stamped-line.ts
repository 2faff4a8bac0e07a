import { detectLevel } from '@wheelhouse/driver'
import type { LogLine } from '@wheelhouse/contract'

/**
 * A kept line is `<ISO time> <mark> <text>\n`, readable with any pager. Marks: `o` stdout, `e` stderr, `s` system; `O` and `E`
 * a piece of a line that goes on (the raw output has no newline there); `@` where the raw output stood, see `Offsets`.
 */
export type Stream = 'o' | 'e'

/** How many bytes of each raw file are in the log. Summed up from the last `@` line on, so it is right after a kill -9. */
export type Offsets = Record<Stream, number>

/** Longer lines are split. */
export const maxLineBytes = 65_536
/** `2026-11-20T10:00:00.000Z o ` */
export const prefixLength = 27
const newline = 10
const streams = { o: 'stdout', O: 'stdout', e: 'stderr', E: 'stderr', s: 'system' } as const

export const markLine = (at: string, offsets: Offsets): Buffer => Buffer.from(`${at} @ o=${offsets.o} e=${offsets.e}\n`)

export const systemLine = (at: string, text: string): Buffer =>
  Buffer.from(`${at} s ${text.replaceAll('\n', ' ').slice(0, 8000)}\n`)

/**
 * Stamps the whole lines at the start of `data`; the rest stays for later unless `final`. Bytes pass as latin1, which keeps
 * every one of them, because one replace over a block is many times faster than a loop over lines.
 */
export function stamp(data: Buffer, stream: Stream, at: string, final: boolean): { bytes: Buffer; consumed: number } {
  const prefix = `${at} ${stream} `
  const end = data.lastIndexOf(newline)
  if (end >= 0 && !final && !hasLongLine(data, end) && data.length - end <= maxLineBytes) {
    const text = data.toString('latin1', 0, end)
    return { bytes: Buffer.from(`${prefix}${text.replaceAll('\n', `\n${prefix}`)}\n`, 'latin1'), consumed: end + 1 }
  }
  return stampPieces(data, prefix, `${at} ${stream.toUpperCase()} `, final)
}

function hasLongLine(data: Buffer, end: number): boolean {
  let from = 0
  while (from <= end) {
    const next = data.indexOf(newline, from)
    if (next - from > maxLineBytes) return true
    from = next + 1
  }
  return false
}

function stampPieces(data: Buffer, whole: string, piece: string, final: boolean): { bytes: Buffer; consumed: number } {
  const out: string[] = []
  let from = 0
  while (from < data.length) {
    const next = data.indexOf(newline, from)
    const end = next < 0 ? data.length : next
    if (end - from > maxLineBytes) {
      const cut = characterStart(data, from + maxLineBytes)
      out.push(piece, data.toString('latin1', from, cut), '\n')
      from = cut
    } else if (next >= 0 || final) {
      out.push(next < 0 ? piece : whole, data.toString('latin1', from, end), '\n')
      from = next < 0 ? end : end + 1
    } else break
  }
  return { bytes: Buffer.from(out.join(''), 'latin1'), consumed: from }
}

/** Never cuts a UTF-8 character in two: steps back over its continuation bytes. */
function characterStart(data: Buffer, at: number): number {
  let cut = at
  while (cut > at - 4 && ((data[cut] ?? 0) & 0xc0) === 0x80) cut--
  return cut
}

export interface StampedLine {
  readonly at: string
  readonly mark: string
  readonly text: Buffer
}

/** One line without its newline; null when it is not one of ours. */
export function parseStamped(line: Buffer): StampedLine | null {
  if (line.length < prefixLength || line[24] !== 32 || line[26] !== 32) return null
  return {
    at: line.toString('latin1', 0, 24),
    mark: line.toString('latin1', 25, 26),
    text: line.subarray(prefixLength),
  }
}

export function toLogLine(line: StampedLine): LogLine | null {
  const stream = streams[line.mark as keyof typeof streams]
  if (!stream) return null
  const text = line.text.toString('utf8').replace(/\r$/, '')
  return { at: line.at, stream, level: stream === 'system' ? 'info' : detectLevel(text), text }
}

/** Where the raw output stands after these lines; null when no `@` line is among them. */
export function sumOffsets(data: Buffer): Offsets | null {
  let offsets: Offsets | null = null
  let from = 0
  for (let next = data.indexOf(newline); next >= 0; next = data.indexOf(newline, from)) {
    const line = parseStamped(data.subarray(from, next))
    from = next + 1
    if (line?.mark === '@') {
      const told = /^o=(\d+) e=(\d+)$/.exec(line.text.toString('latin1'))
      if (told) offsets = { o: Number(told[1]), e: Number(told[2]) }
    } else if (line && offsets && line.mark !== 's') {
      const stream = line.mark.toLowerCase() as Stream
      offsets[stream] += line.text.length + (line.mark === stream ? 1 : 0)
    }
  }
  return offsets
}
