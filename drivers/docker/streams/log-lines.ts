import type { Frame } from './frames.ts'

/** One whole line. `time` is the engine's own text, nanoseconds and all, to resume from. */
export interface RawLine {
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** `2026-11-20T14:25:41.549954240Z `: RFC 3339 with nine digits, then a blank. */
const stampBytes = 31
const stampForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/
/** The engine cuts a line into pieces of this size, each with a time of its own. */
const pieceBytes = 16_384
/** A line without an end must not fill the memory. */
const longestLineBytes = 1024 * 1024
const newline = 10

/**
 * Puts lines together from log output that has `timestamps=1`. Works on bytes, because pieces may be cut inside a
 * character. Each stream has its own reader, since their pieces interleave.
 */
class LineReader {
  readonly #stream: RawLine['stream']
  #time = ''
  #line: Buffer[] = []
  #lineBytes = 0
  /** Bytes of the running piece; at 16 KB another stamp may come in the middle of the line. */
  #piece = 0
  #rest = Buffer.alloc(0)
  #expectsStamp = true

  constructor(stream: RawLine['stream']) {
    this.#stream = stream
  }

  push(data: Buffer): RawLine[] {
    const lines: RawLine[] = []
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data
    this.#rest = Buffer.alloc(0)
    while (rest.length > 0) {
      if (this.#expectsStamp) {
        const end = rest.indexOf(newline)
        if (rest.length < stampBytes && end === -1) {
          this.#rest = Buffer.from(rest)
          return lines
        }
        rest = this.#takeStamp(rest)
        continue
      }
      const end = rest.indexOf(newline)
      const room = pieceBytes - this.#piece
      if (end !== -1 && end <= room) {
        this.#add(rest.subarray(0, end))
        rest = rest.subarray(end + 1)
        lines.push(this.#finish())
        continue
      }
      const part = rest.subarray(0, room)
      this.#add(part)
      this.#piece += part.length
      rest = rest.subarray(part.length)
      if (this.#piece === pieceBytes) this.#expectsStamp = true
      if (this.#lineBytes > longestLineBytes) lines.push(this.#finish())
    }
    return lines
  }

  /** What is left when the stream ends in the middle of a line. */
  flush(): RawLine[] {
    if (this.#rest.length > 0) this.#add(this.#rest)
    this.#rest = Buffer.alloc(0)
    return this.#lineBytes > 0 ? [this.#finish()] : []
  }

  #takeStamp(rest: Buffer): Buffer {
    this.#expectsStamp = false
    this.#piece = 0
    const stamp = rest.toString('latin1', 0, stampBytes)
    if (!stampForm.test(stamp)) return rest
    // A line has the time of its first piece.
    this.#time = this.#lineBytes > 0 ? this.#time : stamp.trimEnd()
    return rest.subarray(stampBytes)
  }

  #add(part: Buffer): void {
    this.#line.push(Buffer.from(part))
    this.#lineBytes += part.length
  }

  #finish(): RawLine {
    const text = Buffer.concat(this.#line, this.#lineBytes).toString('utf8').replace(/\r$/, '')
    this.#line = []
    this.#lineBytes = 0
    this.#piece = 0
    this.#expectsStamp = true
    return { time: this.#time, stream: this.#stream, text }
  }
}

/** Lines of both streams in the order in which they ended. */
export class LogAssembler {
  readonly #readers = { stdout: new LineReader('stdout'), stderr: new LineReader('stderr') }

  push(frame: Frame): RawLine[] {
    return this.#readers[frame.stream].push(frame.data)
  }

  flush(): RawLine[] {
    return [...this.#readers.stdout.flush(), ...this.#readers.stderr.flush()]
  }
}
