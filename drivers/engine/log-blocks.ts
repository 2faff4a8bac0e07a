import { logLevels } from '@wheelhouse/contract'
import { detectLevel, type LogBlock } from '@wheelhouse/driver'
import type { Frame } from './frames.ts'
import { LogAssembler, type RawLine } from './log-lines.ts'
import type { ResumePoint } from './resume-point.ts'
import { isStamped, stampBytes, StampClock } from './stamp.ts'

const newline = 10
const carriageReturn = 13
/** A frame that is no longer holds no piece of a longer line. */
const wholeBytes = 16_384
/** A level stands at the start of a line: no more of it is turned into text. */
const headBytes = 300

/**
 * Gathers lines into blocks, bytes as they come. What is not one stamped line in a frame of its own, as nearly all are, goes by way of
 * whole lines, and so does what comes while lines that were told already are to be found.
 */
export class BlockAssembler {
  readonly #point: ResumePoint
  readonly #lines = new LogAssembler()
  readonly #clock = new StampClock()
  #at = new Float64Array(64)
  #level = new Uint8Array(64)
  #stream = new Uint8Array(64)
  #count = 0
  #text = Buffer.allocUnsafe(4096)
  #used = 0
  /** Frames that were taken as they are, all of the latest time: the resume point is told of no others. */
  #last: Frame[] = []
  #lastUs = 0
  #lastNanos = 0

  constructor(point: ResumePoint) {
    this.#point = point
  }

  push(frame: Frame): void {
    if (this.#takeWhole(frame)) return
    this.#settle()
    for (const line of this.#lines.push(frame)) this.#takeLine(line)
  }

  /** What has come since the last block; null for nothing. */
  take(): LogBlock | null {
    this.#settle()
    if (this.#count === 0) return null
    const block = {
      at: this.#at.slice(0, this.#count),
      level: this.#level.slice(0, this.#count),
      stream: this.#stream.slice(0, this.#count),
      text: new Uint8Array(this.#text.subarray(0, this.#used)),
    }
    this.#count = 0
    this.#used = 0
    return block
  }

  /** What is left when the stream ends in the middle of a line. */
  flush(): LogBlock | null {
    this.#settle()
    for (const line of this.#lines.flush()) this.#takeLine(line)
    return this.take()
  }

  #takeWhole(frame: Frame): boolean {
    const { data, stream } = frame
    const end = data.length - 1
    if (end > wholeBytes || this.#point.isResuming || this.#lines.isWithin(stream)) return false
    if (data.indexOf(newline) !== end) return false
    if (!isStamped(data)) return false
    const us = this.#clock.us(data)
    const { nanos } = this.#clock
    // What is older than the line before it, or has no time at all, is for whoever looks at each.
    if (!(us > this.#lastUs || (us === this.#lastUs && nanos >= this.#lastNanos))) return false
    if (us !== this.#lastUs || nanos !== this.#lastNanos) this.#last.length = 0
    this.#last.push(frame)
    this.#lastUs = us
    this.#lastNanos = nanos
    const ends = data[end - 1] === carriageReturn ? end - 1 : end
    const head = data.toString('latin1', stampBytes, Math.min(ends, stampBytes + headBytes))
    this.#add(us, stream, head, data, stampBytes, ends)
    return true
  }

  #takeLine(line: RawLine): void {
    if (!this.#point.accept(line)) return
    const us = line.time === '' ? Number.NaN : this.#clock.us(Buffer.from(line.time))
    if (us >= this.#lastUs) {
      this.#lastUs = us
      this.#lastNanos = this.#clock.nanos
    }
    const text = Buffer.from(line.text)
    this.#add(us || Date.now() * 1000, line.stream, line.text, text, 0, text.length)
  }

  #add(us: number, stream: Frame['stream'], head: string, text: Buffer, from: number, to: number): void {
    if (this.#count === this.#at.length) this.#grow()
    const level = detectLevel(head)
    this.#at[this.#count] = us
    this.#level[this.#count] = level === null ? 0 : logLevels.indexOf(level) + 1
    this.#stream[this.#count] = stream === 'stdout' ? 0 : 1
    this.#count++
    const needed = this.#used + to - from + 1
    if (needed > this.#text.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#text.length * 2))
      this.#text.copy(larger, 0, 0, this.#used)
      this.#text = larger
    }
    text.copy(this.#text, this.#used, from, to)
    this.#text[needed - 1] = newline
    this.#used = needed
  }

  #grow(): void {
    const larger = <T extends Float64Array | Uint8Array>(into: T, from: T): T => {
      into.set(from)
      return into
    }
    this.#at = larger(new Float64Array(this.#count * 2), this.#at)
    this.#level = larger(new Uint8Array(this.#count * 2), this.#level)
    this.#stream = larger(new Uint8Array(this.#count * 2), this.#stream)
  }

  #settle(): void {
    for (const { stream, data } of this.#last) {
      const [line] = new LogAssembler().push({ stream, data })
      if (line) this.#point.accept(line)
    }
    this.#last.length = 0
  }
}
