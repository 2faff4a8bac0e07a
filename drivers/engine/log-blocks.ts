import { logLevels } from '@wheelhouse/contract'
import { detectLevel, type LogBlock } from '@wheelhouse/driver'
import type { Frame } from './frames.ts'
import { LogAssembler, type RawLine } from './log-lines.ts'
import type { ResumePoint } from './resume-point.ts'
import { stampBytes, StampClock, stampOf } from './stamp.ts'

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
  #at: number[] = []
  #level: number[] = []
  #stream: number[] = []
  #text = Buffer.allocUnsafe(4096)
  #used = 0
  /** The last frame that was taken as it is, and those of the same time: the resume point is told of no others. */
  #last: { readonly time: string; readonly frames: Frame[] } | null = null

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
    if (this.#at.length === 0) return null
    const block = {
      at: Float64Array.from(this.#at),
      level: Uint8Array.from(this.#level),
      stream: Uint8Array.from(this.#stream),
      text: new Uint8Array(this.#text.subarray(0, this.#used)),
    }
    this.#at = []
    this.#level = []
    this.#stream = []
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
    const time = stampOf(data)
    if (time === null) return false
    if (this.#last?.time === time) this.#last.frames.push(frame)
    else if (time < (this.#last?.time ?? this.#point.time ?? '')) return false
    else this.#last = { time, frames: [frame] }
    const ends = data[end - 1] === carriageReturn ? end - 1 : end
    const head = data.toString('latin1', stampBytes, Math.min(ends, stampBytes + headBytes))
    this.#add(time, stream, head, data, stampBytes, ends)
    return true
  }

  #takeLine(line: RawLine): void {
    if (!this.#point.accept(line)) return
    const text = Buffer.from(line.text)
    this.#add(line.time, line.stream, line.text, text, 0, text.length)
  }

  #add(time: string, stream: Frame['stream'], head: string, text: Buffer, from: number, to: number): void {
    const level = detectLevel(head)
    this.#at.push(this.#clock.us(time) || Date.now() * 1000)
    this.#level.push(level === null ? 0 : logLevels.indexOf(level) + 1)
    this.#stream.push(stream === 'stdout' ? 0 : 1)
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

  #settle(): void {
    if (this.#last === null) return
    for (const { stream, data } of this.#last.frames) {
      const [line] = new LogAssembler().push({ stream, data })
      if (line) this.#point.accept(line)
    }
    this.#last = null
  }
}
