import type { Frame } from './frames.ts'
import { isStamped, stampBytes, stampOf } from './stamp.ts'

/** One whole line. `time` is the engine's own text, nanoseconds and all, to resume from. */
export interface RawLine {
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** The engine cuts a longer line into pieces, and sets the stamp of the first before each. */
const pieceBytes = 16_384
/** A line without an end must not fill the memory. */
const longestLineBytes = 1024 * 1024
const newline = 10
const carriageReturn = 13

/**
 * Puts lines together from log output that has `timestamps=1`. Works on bytes, because chunks and pieces may be cut
 * inside a character. Each stream has a reader of its own, since their pieces interleave.
 */
class LineReader {
  readonly #stream: RawLine['stream']
  #time = ''
  #parts: Buffer[] = []
  #bytes = 0

  constructor(stream: RawLine['stream']) {
    this.#stream = stream
  }

  get isWithin(): boolean {
    return this.#bytes > 0
  }

  push(data: Buffer): RawLine[] {
    const lines: RawLine[] = []
    let start = 0
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, start)) {
      const part = data.subarray(start, end)
      start = end + 1
      if (this.#bytes === 0) lines.push(this.#line(part))
      else {
        this.#add(part)
        lines.push(this.#finish())
      }
    }
    this.#add(data.subarray(start))
    if (this.#bytes > longestLineBytes) lines.push(this.#finish())
    return lines
  }

  /** What is left when the stream ends in the middle of a line. */
  flush(): RawLine[] {
    return this.#bytes > 0 ? [this.#finish()] : []
  }

  #add(part: Buffer): void {
    if (part.length === 0) return
    this.#parts.push(part)
    this.#bytes += part.length
  }

  #finish(): RawLine {
    const line = Buffer.concat(this.#parts, this.#bytes)
    this.#parts = []
    this.#bytes = 0
    return this.#line(line)
  }

  #line(whole: Buffer): RawLine {
    let line = whole
    // The rest of a line that was too long has no stamp.
    if (isStamped(line)) {
      this.#time = stampOf(line)
      line = line.subarray(stampBytes)
    }
    if (line.length > pieceBytes) line = joined(line, `${this.#time} `)
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length
    return { time: this.#time, stream: this.#stream, text: line.toString('utf8', 0, end) }
  }
}

/** A piece can be longer than it was written, as the engine replaces what is no UTF-8; so the stamp is looked for. */
function joined(line: Buffer, stamp: string): Buffer {
  const pieces: Buffer[] = []
  let start = 0
  for (let at = line.indexOf(stamp, pieceBytes); at !== -1; at = line.indexOf(stamp, start + pieceBytes)) {
    pieces.push(line.subarray(start, at))
    start = at + stamp.length
  }
  return Buffer.concat([...pieces, line.subarray(start)])
}

/** Lines of both streams in the order in which they ended. */
export class LogAssembler {
  readonly #readers = { stdout: new LineReader('stdout'), stderr: new LineReader('stderr') }

  /** Whether a line of this stream has begun and not ended. */
  isWithin(stream: RawLine['stream']): boolean {
    return this.#readers[stream].isWithin
  }

  push(frame: Frame): RawLine[] {
    return this.#readers[frame.stream].push(frame.data)
  }

  flush(): RawLine[] {
    return [...this.#readers.stdout.flush(), ...this.#readers.stderr.flush()]
  }
}
